"""The audience of a dispatch is listed once, at its start, and nobody is listed who has a copy."""

from datetime import timedelta
from threading import Event

import pytest
from django.utils import timezone

from mailing.delivery import dispatching, freezing
from mailing.models import Delivery, Dispatch, Subscription, Suppression
from tests import cast
from tests.mailing.lists import frozen, ledger, subscribe


@pytest.fixture
def march(low_tide):
    return cast.issue(low_tide)


def test_active_subscribers_of_the_newsletter_are_listed(low_tide, march):
    subscribe(low_tide, "sumi", "otto")
    subscribe(low_tide, "asked", state="asked")
    subscribe(low_tide, "left", state="left")
    subscribe(low_tide, "resting", paused_until=timezone.now() + timedelta(days=1))
    subscribe(low_tide, "back", paused_until=timezone.now() - timedelta(days=1))
    subscribe(cast.low_tide(title="High Tide", slug="high-tide"), "elsewhere")
    [bounced] = subscribe(low_tide, "bounced")
    Suppression.objects.create(digest="x", subscriber=bounced)
    dispatch = frozen(march)
    assert ledger(dispatch) == {"sumi": "queued", "otto": "queued", "back": "queued"}
    assert (dispatch.state, dispatch.size) == ("sending", 3)


def test_each_copy_has_a_message_id_that_nobody_guesses(low_tide, march):
    subscribe(low_tide, "sumi", "otto")
    first, second = frozen(march).deliveries.values_list("message_id", flat=True)
    assert first != second
    assert first.endswith("@courant.example>")
    assert first.split(".")[2] != second.split(".")[2]
    assert len(first.split(".")[2].partition("@")[0]) == 12


def test_freezing_ends_with_its_worker_and_goes_on_where_it_ended(low_tide, march, monkeypatch):
    monkeypatch.setattr(freezing, "PIECE", 2)
    subscribe(low_tide, *"abcde")
    dispatch = dispatching.prepare(march, None)
    dispatching.begin(dispatch)
    until = Event()
    until.set()
    freezing.freeze(dispatch, until)
    dispatch.refresh_from_db()
    assert (dispatch.state, len(ledger(dispatch))) == ("freezing", 2)
    freezing.freeze(dispatch)
    assert sorted(ledger(dispatch)) == list("abcde")


def test_freezing_stops_when_it_is_paused_and_goes_on_when_resumed(low_tide, march):
    subscribe(low_tide, "sumi")
    dispatch = dispatching.prepare(march, None)
    dispatching.begin(dispatch)
    dispatching.pause(dispatch)
    freezing.freeze(dispatch)
    assert ledger(dispatch) == {}
    dispatching.resume(dispatch)
    assert dispatching.begin(dispatch)
    freezing.freeze(dispatch)
    assert ledger(dispatch) == {"sumi": "queued"}


@pytest.mark.parametrize(
    ("state", "gets_another"),
    [
        ("queued", False),
        ("claimed", False),
        ("in_flight", False),
        ("handed", False),
        ("uncertain", False),
        ("failed", True),
        ("skipped", True),
    ],
)
def test_a_second_dispatch_goes_to_who_has_not_had_it(low_tide, march, state, gets_another):
    subscribe(low_tide, "sumi")
    frozen(march).deliveries.update(state=state)
    subscribe(low_tide, "late")
    assert set(ledger(frozen(march))) == ({"sumi", "late"} if gets_another else {"late"})


def test_what_a_cancelled_dispatch_did_not_send_is_not_had(low_tide, march):
    subscribe(low_tide, "sumi")
    dispatching.cancel(frozen(march))
    assert set(ledger(frozen(march))) == {"sumi"}


def test_the_audience_can_be_narrowed_down(low_tide, march):
    subscribe(low_tide, "german", language="de")
    subscribe(low_tide, "any")
    subscribe(low_tide, "early", language="de")
    Subscription.objects.filter(subscriber__email__startswith="early").update(since=timezone.now() - timedelta(days=9))
    assert set(ledger(frozen(march, audience={"language": "en"}))) == {"any"}
    before = timezone.now() - timedelta(days=1)
    audience = {"language": "de", "subscribed_before": before}
    assert dispatching.audience_by_language(Dispatch(issue=march, audience=audience)) == {"de": 1}
    assert set(ledger(frozen(march, audience=audience))) == {"early"}


def test_freezing_costs_the_same_for_many_as_for_few(low_tide, march, django_assert_num_queries):
    subscribe(low_tide, *map(str, range(50)))
    dispatch = dispatching.prepare(march, None)
    dispatching.begin(dispatch)
    with django_assert_num_queries(9):
        freezing.freeze_piece(dispatch)
    assert Delivery.objects.count() == 50


def test_a_planned_dispatch_waits_for_its_time(march):
    dispatching.prepare(march, None, start_at=timezone.now() + timedelta(hours=1))
    assert not Dispatch.objects.due()
