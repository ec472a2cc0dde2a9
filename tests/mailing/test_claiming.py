"""A claim is a lease: it keeps others away, it is lost with its worker, and it asks for consent once more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailing.delivery import claiming, dispatching
from mailing.delivery.claiming import Landed, claim, give_back, ground, land, launch, release_abandoned, renew
from mailing.lists.consenting import Occasion
from mailing.lists.preferring import Preferences, choose, move
from mailing.lists.subscribing import come_back, leave
from mailing.lists.suppressing import suppress
from mailing.models import Delivery, Move, Subscription, Suppression
from mailing.own_data import erase
from tests import cast
from tests.mailing.lists import frozen, ledger, subscribe

State = Delivery.State


@pytest.fixture
def dispatch(low_tide):
    subscribe(low_tide, "sumi", "otto", "rita")
    return frozen(cast.issue(low_tide))


def stored(claimed):
    return Delivery.objects.get(pk=claimed.pk)


def let_leases_end():
    Delivery.objects.held().update(lease_until=timezone.now() - timedelta(seconds=1))


def test_two_workers_never_hold_the_same_copy(dispatch, monkeypatch):
    monkeypatch.setattr(claiming, "PIECE", 2)
    first, second = claim(dispatch, "a").deliveries, claim(dispatch, "b").deliveries
    assert len({delivery.pk for delivery in first + second}) == 3
    assert claim(dispatch, "c").deliveries == []


def test_who_left_meanwhile_is_skipped_with_the_reason(low_tide, dispatch):
    Subscription.objects.filter(subscriber__email__startswith="sumi").update(state="left")
    otto = dispatch.deliveries.get(subscriber__email__startswith="otto").subscriber
    Suppression.objects.create(digest="x", subscriber=otto)
    rita = dispatch.deliveries.get(subscriber__email__startswith="rita").subscriber
    rita.paused_until = timezone.now() + timedelta(days=1)
    rita.save()
    assert claim(dispatch, "a").deliveries == []
    answers = dict(dispatch.deliveries.values_list("subscriber__email", "answer"))
    assert ledger(dispatch) == {"sumi": "skipped", "otto": "skipped", "rita": "skipped"}
    assert answers == {
        "sumi@example.org": "no longer subscribed",
        "otto@example.org": "suppressed",
        "rita@example.org": "paused by the subscriber",
    }


def test_an_erased_person_is_skipped(dispatch):
    dispatch.deliveries.first().subscriber.delete()
    assert len(claim(dispatch, "a").deliveries) == 2
    assert dispatch.deliveries.filter(state="skipped").count() == 1


FOR_TESTS = Occasion("tests")
LATER = timezone.now() + timedelta(days=1)


def leaves(person, newsletter):
    leave(person, newsletter, FOR_TESTS)


def rests(person, newsletter):
    choose(person, Preferences([newsletter], "", "", LATER), FOR_TESTS)


def is_suppressed(person, newsletter):
    suppress(person.email, Suppression.Reason.COMPLAINED)


def is_erased(person, newsletter):
    erase(person)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (leaves, "no longer subscribed"),
        (rests, "paused by the subscriber"),
        (is_suppressed, "suppressed"),
        (is_erased, "no longer subscribed"),
    ],
)
def test_what_a_worker_has_in_hand_does_not_go_out_any_more(low_tide, dispatch, happens, reason):
    first, second, _ = claim(dispatch, "a").deliveries
    happens(stored(first).subscriber, low_tide)
    assert not launch(first, "a")
    assert launch(second, "a")
    assert claim(dispatch, "a").deliveries == []
    assert (stored(first).state, stored(first).answer) == ("skipped", reason)


def test_a_copy_in_flight_is_not_taken_back_and_one_handed_over_stays_so(low_tide, dispatch):
    first, second, _ = claim(dispatch, "a").deliveries
    launch(first, "a")
    launch(second, "a", Landed(first, "250 OK"))
    for claimed in (first, second):
        leaves(stored(claimed).subscriber, low_tide)
    assert (stored(first).state, stored(second).state) == ("handed", "in_flight")


def test_who_leaves_and_comes_back_gets_the_copy(low_tide, dispatch):
    [first, *_] = claim(dispatch, "a").deliveries
    leaves(stored(first).subscriber, low_tide)
    come_back(stored(first).subscriber, low_tide, FOR_TESTS)
    assert [each.pk for each in claim(dispatch, "b").deliveries] == [first.pk]


def test_a_new_address_holds_for_what_is_in_hand_already(dispatch):
    [first, *_] = claim(dispatch, "a").deliveries
    move(Move.objects.create(subscriber=stored(first).subscriber, email="new@example.org"), FOR_TESTS)
    assert not launch(first, "a")
    assert [each.email for each in claim(dispatch, "a").deliveries] == ["new@example.org"]


def test_one_statement_lands_a_copy_and_launches_the_next(dispatch, django_assert_num_queries):
    first, second, _ = claim(dispatch, "a").deliveries
    assert launch(first, "a")
    with django_assert_num_queries(1):
        assert launch(second, "a", Landed(first, "250 OK"))
    first, second = stored(first), stored(second)
    assert (first.state, first.answer, first.attempts, first.lease_until) == ("handed", "250 OK", 1, None)
    assert first.handed_over_at
    assert (second.state, second.attempts) == ("in_flight", 1)


def test_a_copy_that_another_worker_took_over_does_not_go_out(dispatch):
    first = claim(dispatch, "a").deliveries[0]
    let_leases_end()
    release_abandoned()
    claim(dispatch, "b")
    assert not launch(first, "a")


def test_what_a_dead_worker_held_is_queued_and_what_was_in_flight_is_uncertain(dispatch):
    first = claim(dispatch, "a").deliveries[0]
    launch(first, "a")
    release_abandoned()
    assert sorted(ledger(dispatch).values()) == ["claimed", "claimed", "in_flight"]
    let_leases_end()
    release_abandoned()
    assert sorted(ledger(dispatch).values()) == ["queued", "queued", "uncertain"]


def test_a_worker_that_was_only_slow_still_tells_what_it_knows(dispatch):
    first = claim(dispatch, "a").deliveries[0]
    launch(first, "a")
    let_leases_end()
    release_abandoned()
    land(first, "a", State.HANDED_OVER, "250 OK")
    assert stored(first).state == "handed"


def test_an_editor_who_decided_first_is_not_overruled(dispatch):
    first = claim(dispatch, "a").deliveries[0]
    launch(first, "a")
    let_leases_end()
    release_abandoned()
    dispatching.decide_uncertain(dispatch, sent=False)
    land(first, "a", State.HANDED_OVER, "250 OK")
    assert stored(first).state == "queued"


def test_renewed_leases_do_not_end(dispatch):
    claim(dispatch, "a")
    let_leases_end()
    renew(["a"])
    release_abandoned()
    assert set(ledger(dispatch).values()) == {"claimed"}


def test_what_is_given_back_is_due_and_what_was_grounded_was_no_attempt(dispatch):
    first, second, third = claim(dispatch, "a").deliveries
    give_back([second, third], "a")
    launch(first, "a")
    ground(first, "a")
    assert list(dispatch.deliveries.due().values_list("attempts", flat=True)) == [0, 0, 0]


def test_what_is_put_off_is_not_due(dispatch):
    first = claim(dispatch, "a").deliveries[0]
    launch(first, "a")
    land(first, "a", State.QUEUED, "451 later", retry_in=timedelta(minutes=1))
    assert not dispatch.deliveries.due()


def test_claiming_costs_the_same_for_many_as_for_few(low_tide, dispatch, django_assert_num_queries):
    subscribe(low_tide, *map(str, range(40)))
    many = frozen(dispatch.issue)
    assert many.issue.newsletter_id
    with django_assert_num_queries(8):  # two of them a savepoint
        assert len(claim(many, "a").deliveries) == 40


def test_a_rate_holds_over_all_workers_together(dispatch, monkeypatch):
    dispatching.set_rate(dispatch, 1)
    monkeypatch.setattr(claiming, "PIECE", 2)
    (_, one), (_, two) = claim(dispatch, "a"), claim(dispatch, "b")
    starts = [*one, *two]
    assert [round(start - starts[0]) for start in starts] == [0, 1, 2]


def test_nobody_sets_time_aside_far_ahead(low_tide, dispatch, settings):
    settings.MAIL_RATE = 1
    subscribe(low_tide, *map(str, range(40)))
    many = frozen(dispatch.issue)
    assert [len(claim(many, worker).deliveries) for worker in "abcd"] == [5, 5, 0, 0]


def test_another_rate_is_heeded_at_once(dispatch, settings):
    dispatching.set_rate(dispatch, 1)
    claim(dispatch, "a")
    dispatching.set_rate(dispatch, 0)
    dispatch.deliveries.update(state="queued")
    assert claim(dispatch, "b").starts == [0, 0, 0]
