"""A dispatch stops itself at the rates that receivers name, and the desk says so of one that is done."""

from threading import Event

import pytest
from django.utils import timezone

from deliverability import tallying
from mailing.delivery import dispatching, sending
from mailing.models import Delivery, Dispatch, Suppression
from newsletter.checking import findings
from newsletter.models import Status
from tests import cast
from tests.deliverability.copies import come_back, copies, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch(published):
    """To so many that two of them tell little."""
    made = sent(published, "sending")
    Dispatch.objects.update(size=100_000)
    made.refresh_from_db()
    return made


def reason():
    found = Dispatch.objects.get()
    return found.state_reason if found.state == "paused" else found.state


def many(dispatch, number):
    """Copies that were handed over, some of which can come back; the others for nobody, to be quick."""
    made = copies(dispatch, "gmail.com", 60)
    Delivery.objects.bulk_create(
        Delivery(dispatch=dispatch, state="handed", message_id=f"<{each}>", handed_over_at=timezone.now())
        for each in range(number - 60)
    )
    return made


def test_one_address_in_fifty_that_does_not_exist_stops_it(dispatch):
    back = many(dispatch, 1001)
    come_back(back[:20])
    assert reason() == "sending"
    come_back(back[20:21])
    assert reason().startswith("21 addresses do not exist: more than receivers stand (1 in 50).")


def test_one_complaint_in_a_thousand_stops_it(dispatch):
    back = many(dispatch, 3001)
    come_back(back[:3], "complaint")
    assert reason() == "sending"
    come_back(back[3:4], "complaint")
    assert reason().startswith("4 people reported it as spam: more than receivers stand (1 in 1,000).")


def test_the_first_copies_of_a_large_audience_tell_little(dispatch):
    back = copies(dispatch, "gmail.com", 30)
    come_back(back[:19])
    come_back(back[19:21], "complaint")
    assert reason() == "sending"
    come_back(back[21:22])
    assert reason().startswith("20 addresses do not exist")


@pytest.mark.parametrize(("kind", "words"), [("hard", "2 addresses"), ("complaint", "2 people")])
def test_at_a_small_list_two_stop_it_and_one_does_not(dispatch, kind, words):
    Dispatch.objects.update(size=100)
    back = copies(dispatch, "gmail.com", 60)
    come_back(back[:1], kind)
    assert reason() == "sending"
    come_back(back[1:2], kind)
    assert reason().startswith(words)


@pytest.mark.parametrize("kind", ["soft", "policy", "unproven"])
def test_what_is_not_the_readers_doing_does_not_stop_it(dispatch, kind):
    come_back(copies(dispatch, "gmail.com", 30), kind)
    assert reason() == "sending"


def test_who_goes_on_knows_of_what_came_back_until_then(dispatch):
    back = many(dispatch, 500)
    come_back(back[:20])
    come_back(back[40:43], "complaint")
    assert reason().startswith("20 addresses")
    dispatch.refresh_from_db()
    dispatching.resume(dispatch)
    assert (dispatch.hard_known, dispatch.complaints_known) == (20, 3)
    come_back(back[20:39])
    come_back(back[43:45], "complaint")
    assert reason() == "sending"
    come_back(back[39:40])
    assert reason().startswith("20 addresses")


def test_addresses_that_the_server_refuses_at_once_count_too(dispatch):
    for copy in copies(dispatch, "gmail.com", 20, "in_flight", worker="me"):
        refuse(copy, "5.1.1 no such user")
    assert reason().startswith("20 addresses do not exist")
    assert set(dispatch.deliveries.values_list("state", flat=True)) == {"failed"}
    assert Suppression.objects.count() == 20


def refuse(copy, answer, code=550):
    """As the mail server does at RCPT."""
    sender = sending.Sender(Event())
    sender.worker = "me"
    person = copy.subscriber
    claimed = sending.Claimed(copy.pk, copy.attempts, copy.message_id, person.pk, person.email)
    sender.refuse(claimed, sending.Rejected(code, answer))


def done(issue):
    dispatch = sent(issue)
    come_back(copies(dispatch, "gmail.com", 40)[:20])
    tallying.count(dispatch)
    return dispatch


def test_the_desk_says_what_came_back_of_one_that_is_done(desk, published):
    dispatch = done(published)
    page = desk.get("/admin/").text
    assert "20 addresses of “March” do not exist, 1 in 50 or more" in page
    assert f"/admin/mailing/dispatch/{dispatch.pk}/change/" in page
    assert reason() == "done"


def test_who_publishes_the_next_issue_is_told(published, low_tide):
    done(published)
    next_one = cast.issue(low_tide, 9, status=Status.DRAFT)
    [found] = [each for each in findings(next_one) if each.key == "much-came-back"]
    assert found.message.startswith("20 addresses of “March” do not exist, 1 in 50 or more. Look where")
    other = cast.issue(cast.low_tide(title="High", slug="high"), 1, status=Status.DRAFT)
    assert "much-came-back" not in {each.key for each in findings(other)}
