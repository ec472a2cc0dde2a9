"""A dispatch is planned, held, ended and changed; what is not possible is refused with the reason."""

import pytest

from mailing.delivery import dispatching
from mailing.delivery.dispatching import NotAllowed
from mailing.models import Dispatch
from tests import cast
from tests.mailing.lists import frozen, ledger, subscribe


@pytest.fixture
def march(low_tide):
    return cast.issue(low_tide, subject="Mud in March", preheader="And terns")


def test_subject_and_preheader_are_the_issues_unless_given(march, edda):
    offered = dispatching.prepare(march, edda)
    assert (offered.subject, offered.preheader, offered.created_by) == ("Mud in March", "And terns", edda)
    assert dispatching.prepare(march, edda, subject="Mud again").subject == "Mud again"


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("start", "planned", "planned"),
        ("pause", "freezing", "paused"),
        ("pause", "sending", "paused"),
        ("resume", "paused", "planned"),
        ("cancel", "planned", "cancelled"),
        ("cancel", "freezing", "cancelled"),
        ("cancel", "sending", "cancelled"),
        ("cancel", "paused", "cancelled"),
    ],
)
def test_what_is_possible_happens(march, verb, before, after):
    dispatch = dispatching.prepare(march, None)
    Dispatch.objects.update(state=before)
    getattr(dispatching, verb)(dispatch)
    assert dispatch.state == after
    assert Dispatch.objects.get().state == after


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        ("start", ["freezing", "sending", "paused", "done", "cancelled"]),
        ("pause", ["planned", "paused", "done", "cancelled"]),
        ("resume", ["planned", "freezing", "sending", "done", "cancelled"]),
        ("cancel", ["done", "cancelled"]),
    ],
)
def test_what_is_not_possible_is_refused(march, verb, states):
    dispatch = dispatching.prepare(march, None)
    for state in states:
        Dispatch.objects.update(state=state)
        with pytest.raises(NotAllowed, match="Mud in March"):
            getattr(dispatching, verb)(dispatch)
        assert Dispatch.objects.get().state == state


def test_of_two_workers_one_begins(march):
    dispatch = dispatching.prepare(march, None)
    assert dispatching.begin(dispatch)
    assert not dispatching.begin(Dispatch.objects.get())


def test_a_dispatch_ends_when_nothing_is_left_to_send(low_tide, march):
    subscribe(low_tide, "sumi", "otto")
    dispatch = frozen(march)
    for state in ("queued", "claimed", "in_flight"):
        dispatch.deliveries.update(state=state)
        assert not dispatching.finish(dispatch)
    dispatch.deliveries.update(state="uncertain")
    assert dispatching.finish(dispatch)
    assert dispatch.finished_at


def test_few_failures_stop_nothing_and_known_ones_stop_it_once(low_tide, march):
    subscribe(low_tide, *map(str, range(40)))
    dispatch = frozen(march)
    ids = list(dispatch.deliveries.values_list("pk", flat=True))
    dispatch.deliveries.filter(pk__in=ids[:19]).update(state="failed")
    assert not dispatching.stop_if_failing(dispatch)
    dispatch.deliveries.filter(pk__in=ids[:20]).update(state="failed")
    assert dispatching.stop_if_failing(dispatch)
    assert dispatch.state_reason == "More than 5 % of the copies failed, 20 so far."
    dispatching.resume(dispatch)
    assert dispatch.state_reason == ""
    assert not dispatching.stop_if_failing(dispatch)


def test_only_the_uncertain_ones_an_editor_chose_are_decided(low_tide, march):
    subscribe(low_tide, "sumi", "otto", "rita")
    dispatch = frozen(march)
    dispatch.deliveries.update(state="uncertain")
    first = dispatch.deliveries.get(subscriber__email__startswith="sumi").pk
    assert dispatching.decide_uncertain(dispatch, sent=True, ids=[first]) == 1
    assert dispatching.decide_uncertain(dispatch, sent=False) == 2
    assert ledger(dispatch) == {"sumi": "handed", "otto": "queued", "rita": "queued"}


def test_what_was_not_sent_by_a_cancelled_dispatch_is_left_to_another(low_tide, march):
    subscribe(low_tide, "sumi")
    dispatch = frozen(march)
    dispatch.deliveries.update(state="uncertain")
    dispatching.cancel(dispatch)
    dispatching.decide_uncertain(dispatch, sent=False)
    assert ledger(dispatch) == {"sumi": "failed"}
    with pytest.raises(NotAllowed):
        dispatching.resend_failed(dispatch)
    assert ledger(frozen(march)) == {"sumi": "queued"}


def test_who_got_a_copy_elsewhere_is_not_sent_the_failed_one(low_tide, march):
    subscribe(low_tide, "sumi", "otto")
    first = frozen(march)
    first.deliveries.update(state="failed")
    frozen(march).deliveries.filter(subscriber__email__startswith="sumi").update(state="handed")
    Dispatch.objects.exclude(pk=first.pk).update(state="cancelled")
    assert dispatching.resend_failed(first) == 1
    assert ledger(first) == {"sumi": "failed", "otto": "queued"}
