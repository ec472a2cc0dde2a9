"""An editor watches a dispatch, steers it, and decides what nobody knows."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from core.models import Heartbeat
from core.worker import pulse
from mailing.admin import progress
from mailing.models import Delivery, Dispatch
from tests import cast
from tests.mailing.lists import frozen, ledger, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch(low_tide):
    subscribe(low_tide, "sumi", "otto", "rita", "milo")
    return frozen(cast.issue(low_tide, subject="Mud in March"))


def page_of(dispatch) -> str:
    return f"/admin/mailing/dispatch/{dispatch.pk}/change/"


def step(desk, dispatch, step: str, **data):
    return desk.post(f"/admin/mailing/dispatch/{dispatch.pk}/steps/", {"step": step, **data}, follow=True)


def put(state: str, *names: str, **facts) -> None:
    for name in names:
        Delivery.objects.filter(subscriber__email=f"{name}@example.org").update(state=state, **facts)


def test_the_page_shows_how_far_it_is(desk, dispatch):
    now = timezone.now()
    put("handed", "sumi", handed_over_at=now - timedelta(seconds=2))
    put("handed", "otto", handed_over_at=now)
    put("failed", "rita", answer="550 <b>no</b> such user")
    page = desk.get(page_of(dispatch))
    assert "3 of 4" in page.text
    assert "0.5 a second" in page.text
    assert "2 seconds left" in page.text
    assert "550 &lt;b&gt;no&lt;/b&gt; such user" in page.text
    assert "rita@example.org" in page.text
    assert '<meta http-equiv="refresh"' in page.text


def test_the_part_that_changes_has_an_address_of_its_own(desk, dispatch):
    part = desk.get(f"/admin/mailing/dispatch/{dispatch.pk}/progress/").text
    assert part.lstrip().startswith('<div id="progress"')
    assert "0 of 4" in part


@pytest.mark.parametrize("state", ["planned", "freezing", "sending"])
def test_a_dispatch_that_waits_says_since_when_there_is_no_worker(desk, dispatch, state):
    Dispatch.objects.update(state=state)
    Heartbeat.objects.create(worker="gone", at=datetime(2026, 3, 14, 9, 26, tzinfo=UTC))
    for path in [page_of(dispatch), f"/admin/mailing/dispatch/{dispatch.pk}/progress/"]:
        assert "No worker since March 14, 2026, 9:26 a.m." in desk.get(path).text
    pulse.beat("here")
    assert "No worker" not in desk.get(page_of(dispatch)).text


def test_a_finished_dispatch_waits_for_no_worker(desk, dispatch):
    Dispatch.objects.update(state="done")
    assert "No worker" not in desk.get(page_of(dispatch)).text


def test_a_finished_dispatch_is_not_asked_about_again(desk, dispatch):
    Dispatch.objects.update(state="done")
    page = desk.get(page_of(dispatch)).text
    assert "http-equiv" not in page
    assert "data-live" not in page


@pytest.mark.parametrize(
    ("before", "verb", "after"),
    [("sending", "pause", "paused"), ("paused", "resume", "sending"), ("planned", "start", "planned")],
)
def test_it_is_paused_and_goes_on(desk, dispatch, before, verb, after):
    Dispatch.objects.update(state=before, start_at=timezone.now() + timedelta(days=1))
    assert f'value="{verb}"' in desk.get(page_of(dispatch)).text
    step(desk, dispatch, verb)
    dispatch.refresh_from_db()
    assert dispatch.state == after
    assert (dispatch.start_at <= timezone.now()) == (verb == "start")


def test_cancelling_asks_first(desk, dispatch):
    assert "4 people who have not got it yet" in step(desk, dispatch, "cancel").text
    assert Dispatch.objects.get().state == "sending"
    step(desk, dispatch, "cancel", confirmed="yes")
    assert Dispatch.objects.get().state == "cancelled"


def test_what_is_not_possible_is_said(desk, dispatch):
    assert "is in the state “Sending”" in step(desk, dispatch, "resume").text


def test_slower_faster_and_a_number(desk, dispatch):
    rates = []
    for verb, data in [
        ("slower", {}),
        ("slower", {}),
        ("faster", {}),
        ("rate", {"rate": "7"}),
        ("rate", {"rate": "x"}),
    ]:
        step(desk, dispatch, verb, **data)
        rates.append(Dispatch.objects.get().rate)
    assert rates == [10, 5, 10, 7, 7]
    assert "as fast as" in step(desk, dispatch, "rate", rate="0").text


def test_why_it_stopped_itself_is_shown(desk, dispatch):
    Dispatch.objects.update(state="paused", state_reason="More than 5 % failed <i>")
    assert "More than 5 % failed &lt;i&gt;" in desk.get(page_of(dispatch)).text


def test_failed_copies_are_sent_again(desk, dispatch):
    put("failed", "rita", "otto")
    put("handed", "sumi")
    assert "2 copies are sent again." in step(desk, dispatch, "resend_failed").text
    assert ledger(dispatch) == {"sumi": "handed", "otto": "queued", "rita": "queued", "milo": "queued"}


@pytest.mark.parametrize(("verb", "state"), [("arrived", "handed"), ("send_again", "queued")])
def test_all_uncertain_copies_are_decided_at_once(desk, dispatch, verb, state):
    put("uncertain", "rita", "otto")
    put("failed", "milo")
    step(desk, dispatch, verb)
    assert ledger(dispatch) == {"sumi": "queued", "otto": state, "rita": state, "milo": "failed"}


def test_uncertain_copies_are_decided_one_by_one(desk, dispatch):
    put("uncertain", "rita", "otto")
    chosen = Delivery.objects.filter(subscriber__email__in=["rita@example.org", "sumi@example.org"])
    data = {"action": "arrived", "_selected_action": list(chosen.values_list("pk", flat=True))}
    assert "1 copy counts as arrived." in desk.post("/admin/mailing/delivery/", data, follow=True).text
    assert ledger(dispatch) == {"sumi": "queued", "otto": "uncertain", "rita": "handed", "milo": "queued"}


def test_the_log_is_searched_and_filtered(desk, dispatch):
    put("failed", "rita", answer="550 <script>alert(1)</script>")
    log = f"/admin/mailing/delivery/?dispatch__id__exact={dispatch.pk}"
    assert desk.get(f"{log}&q=rita@example.org").context["cl"].result_count == 1
    failed = desk.get(f"{log}&state__exact=failed")
    assert failed.context["cl"].result_count == 1
    assert "<script>alert" not in failed.text


def test_the_log_is_a_table_without_formulas(desk, dispatch):
    put("failed", "rita", answer="=HYPERLINK(1)")
    response = desk.get(f"/admin/mailing/dispatch/{dispatch.pk}/log.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert {row["email"]: row["answer"] for row in rows}["rita@example.org"] == "'=HYPERLINK(1)"
    assert len(rows) == 4


def test_the_page_costs_the_same_for_4_and_for_400_people(desk, dispatch, low_tide, django_assert_max_num_queries):
    subscribe(low_tide, *(f"r{number}" for number in range(400)))
    Dispatch.objects.update(state="cancelled")
    many = frozen(dispatch.issue)
    Delivery.objects.filter(dispatch=many).update(state="failed")
    for each in (dispatch, many):
        with django_assert_max_num_queries(13):
            desk.get(page_of(each))


def test_what_takes_long_to_count_is_not_counted_at_each_look_but_after_each_step(desk, dispatch, monkeypatch):
    monkeypatch.setattr(progress, "COUNTING_SHARE", 1e-9)
    assert "0 of 4" in desk.get(page_of(dispatch)).text
    put("uncertain", "rita", "otto")
    assert "0 of 4" in desk.get(f"/admin/mailing/dispatch/{dispatch.pk}/progress/").text
    assert "2 of 4" in step(desk, dispatch, "arrived").text


def test_who_may_only_look_steers_nothing_and_sees_no_address(dispatch, milo):
    milo.user_permissions.add(
        Permission.objects.get(codename="view_dispatch"), Permission.objects.get(codename="view_delivery")
    )
    put("failed", "rita", answer="550 no such user")
    browser = Client()
    browser.force_login(milo)
    page = browser.get(page_of(dispatch)).text
    assert "550 no such user" in page
    for shown in (page, browser.get("/admin/mailing/delivery/?q=rita").text):
        assert "rita@example.org" not in shown
    assert 'value="pause"' not in page
    assert browser.post(f"/admin/mailing/dispatch/{dispatch.pk}/steps/", {"step": "pause"}).status_code == 403
    assert browser.get(f"/admin/mailing/dispatch/{dispatch.pk}/log.csv").status_code == 403
    assert Dispatch.objects.get().state == "sending"
