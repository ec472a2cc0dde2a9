"""People whom others bring are judged against what is known here, and stored by one set of rules."""

import itertools

import pytest

from mailing.lists import suppressing
from mailing.lists.enrolling import Entrant, Outcome, Said, Source, add, judge, outcome
from mailing.models import Consent, Subscription, Suppression
from tests.mailing.lists import subscribe

PAPER = Source("by hand · Edda", "Asked by letter")
STATES, REASONS = [None, "asked", "active", "left"], [None, *Suppression.Reason.values]


@pytest.mark.parametrize(("said", "state", "reason"), itertools.product(Said, STATES, REASONS))
def test_nobody_who_left_or_is_suppressed_or_of_whom_a_no_is_said_becomes_active(said, state, reason):
    fate = outcome(said, state, reason)
    may_be_new = said == Said.ACTIVE and state in {None, "asked"} and not reason
    assert (fate == Outcome.NEW) is may_be_new
    if said == Said.LEFT and state == "active" and reason != "erased":
        assert fate == Outcome.GOES


def test_one_person_by_hand(low_tide, db):
    assert add([low_tide], Entrant("Ada@Example.org", "Ada"), PAPER) == [(low_tide, "new")]
    consent = Consent.objects.get()
    assert (consent.event, consent.form, consent.wording) == ("imported", "by hand · Edda", "Asked by letter")
    Subscription.objects.update(state="left")
    assert add([low_tide], Entrant("ada@example.org"), PAPER) == [(low_tide, "left")]
    assert not Subscription.objects.active().exists()


def test_what_would_become_of_many_costs_two_queries(low_tide, django_assert_num_queries, db):
    subscribe(low_tide, "here")
    suppressing.suppress("dead@example.org", Suppression.Reason.BOUNCED)
    people = [Entrant(f"{name}@example.org") for name in ("here", "dead", *map(str, range(200)))]
    with django_assert_num_queries(2):
        fates = judge(people, low_tide)
    assert fates[:3] == ["there", "suppressed", "new"]
