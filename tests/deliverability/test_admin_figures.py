"""What came back, where one looks: on the page of a mailing, over time, and as alarms."""

from datetime import timedelta

import lxml.html
import pytest
from django.test import Client
from django.utils import timezone

from correspondence.models import Letter
from deliverability import tallying
from deliverability.models import DomainAlarm, DomainTally
from interchange.models import ListImport, ListRow
from tests import cast
from tests.deliverability.copies import come_back, copies, sent

pytestmark = pytest.mark.django_db
ARRIVALS = "/admin/deliverability/domaintally/"
ALARMS = "/admin/deliverability/domainalarm/"


@pytest.fixture
def dispatch(published):
    dispatch = sent(published)
    come_back(copies(dispatch, "gmail.com", 40)[:20])
    come_back(copies(dispatch, "qq.com", 20)[:12], "policy")
    come_back(copies(dispatch, "example.org", 4)[:1], "complaint")
    tallying.count(dispatch)
    return dispatch


def page_of(dispatch):
    return f"/admin/mailing/dispatch/{dispatch.pk}/change/"


def words(page):
    """The text of a page, without its markup."""
    return " ".join(lxml.html.fromstring(page.text).find("body").text_content().split())


def test_the_page_of_a_mailing_shows_what_came_back_by_domain(desk, dispatch):
    shown = words(desk.get(page_of(dispatch)))
    assert "gmail.com 40 20 50 % too many 0 0 0 0" in shown
    assert "qq.com 20 0 0 12 60 % too many 0 0" in shown
    assert "example.org 4 0 0 0 1 25 % 0" in shown
    assert "all 64 20 31.25 % too many 0 12 18.75 % too many 1 1.56 % 0" in shown
    assert "More came back than receivers stand." in shown
    assert "qq.com refuses our mail: 12 copies so far." in shown


def test_it_names_the_list_that_brought_those_who_are_not_there(desk, dispatch, low_tide):
    brought = ListImport.objects.create(newsletter=low_tide, name="people.csv", state="done")
    gone = dispatch.deliveries.filter(bounces__kind="hard").values_list("subscriber", flat=True)
    ListRow.objects.bulk_create(
        ListRow(of=brought, number=number, subscriber_id=who, outcome="new") for number, who in enumerate(gone)
    )
    page = desk.get(page_of(dispatch))
    assert "20 of them came with the list people.csv" in words(page)
    assert f"/admin/interchange/listimport/{brought.pk}/change/" in page.text


def test_domains_beyond_the_largest_are_one_row_but_for_those_with_trouble(desk, published):
    dispatch = sent(published)
    for number in range(12):
        copies(dispatch, f"d{number:02}.example", 3)
    come_back(copies(dispatch, "small.example", 1))
    copies(dispatch, "tiny.example", 1)
    tallying.count(dispatch)
    shown = words(desk.get(page_of(dispatch)))
    assert "d09.example" in shown
    assert "d10.example" not in shown
    assert "small.example 1 1 100 %" in shown
    assert "all others 7 0 0 0 0 0" in shown


def test_answers_are_shown_by_who_counts_them(desk, dispatch):
    issue = dispatch.issue
    for number, facts in enumerate([{"issue": issue}, {"issue": issue}, {"issue": issue, "state": "sent"}, {}]):
        letter = {"newsletter": issue.newsletter, "email": "sumi@example.org", "state": "desk", **facts}
        Letter.objects.create(message_id=f"<{number}>", **letter)
    assert "Answers by mail: 2" in words(desk.get(page_of(dispatch)))
    assert "Answers by mail March: 2" in words(desk.get(ARRIVALS))


def test_a_mailing_of_which_nothing_is_counted_says_so(desk, published):
    assert "Nothing is counted yet." in words(desk.get(page_of(sent(published))))
    assert "Nothing was counted here yet." in words(desk.get(ARRIVALS))


def test_over_time_it_is_shown_by_domain_and_by_mailing(desk, dispatch, low_tide):
    later = sent(cast.issue(low_tide, 8), started_at=timezone.now())
    copies(later, "gmail.com", 10)
    tallying.count(later)
    shown = words(desk.get(ARRIVALS))
    assert "gmail.com 50 20 40 % too many" in shown
    assert "No such address, of 10,000" in shown
    assert ": 3,125, now 0" in shown
    one = words(desk.get(f"{ARRIVALS}?domain=gmail.com"))
    assert "How mail arrives at gmail.com" in one
    assert ": 5,000, now 0" in one
    assert "qq.com" not in one


def test_each_newsletter_has_its_own(desk, dispatch):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    assert "Nothing was counted here yet." in words(desk.get(f"{ARRIVALS}?newsletter={other.slug}"))
    assert "gmail.com 40" in words(desk.get(f"{ARRIVALS}?newsletter=low-tide"))


@pytest.mark.parametrize("address", ["?domain=%3Cb%3E", "?domain=" + "x" * 900, "?newsletter=%00", "?domain=%F0%9F"])
def test_odd_addresses_show_nothing(desk, dispatch, address):
    assert desk.get(f"{ARRIVALS}{address}").status_code == 200


def test_pages_cost_the_same_for_many_domains(desk, dispatch, django_assert_max_num_queries):
    DomainTally.objects.bulk_create(
        DomainTally(dispatch=dispatch, domain=f"d{number}.example", handed=5) for number in range(199)
    )
    with django_assert_max_num_queries(25):
        desk.get(ARRIVALS)
    with django_assert_max_num_queries(40):
        desk.get(page_of(dispatch))


def test_an_alarm_says_what_to_do_and_is_dealt_with_once(desk, dispatch, edda):
    alarm = DomainAlarm.objects.get()
    assert "qq.com refuses our mail, 12 copies so far: “550 5.7.26 unauthenticated”" in words(desk.get("/admin/"))
    page = words(desk.get(f"{ALARMS}{alarm.pk}/change/"))
    assert "SPF, DKIM and DMARC have to name the server" in page
    answer = words(desk.post(f"{ALARMS}{alarm.pk}/over/", follow=True))
    assert "What rests goes out within half an hour." in answer
    assert "Edda has dealt with it" in answer
    assert "Somebody has already done so." in words(desk.post(f"{ALARMS}{alarm.pk}/over/", follow=True))
    assert "refuses our mail" not in words(desk.get("/admin/"))
    assert "qq.com" in words(desk.get(ALARMS))


def test_an_alarm_dates_from_its_first_copy(desk, dispatch):
    DomainAlarm.objects.update(began_at=timezone.now() - timedelta(days=400), text="554 listed by spamhaus <script>")
    page = desk.get(f"{ALARMS}{DomainAlarm.objects.get().pk}/change/").text
    assert "&lt;script&gt;" in page
    assert "asks to be taken off it" in page


def test_who_is_no_editor_sees_none_of_it(dispatch, milo):
    client = Client()
    client.force_login(milo)
    alarm = DomainAlarm.objects.get().pk
    for page in (ARRIVALS, ALARMS, f"{ALARMS}{alarm}/change/"):
        assert client.get(page).status_code == 403
    assert client.post(f"{ALARMS}{alarm}/over/").status_code == 403
    assert desk_get_is_not_found(alarm)


def desk_get_is_not_found(alarm):
    editor = Client()
    editor.force_login(cast.edda())
    return [editor.get(f"{ALARMS}{alarm}/over/").status_code, editor.get(f"{ALARMS}999/change/").status_code] == [
        405,
        404,
    ]
