"""A list is taken back: what it made and changed is as before, and nobody who has said anything since is harmed."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interchange.lists import steering, storing, taking_back
from interchange.models import ListImport, ListRow
from interchange.steering import resume, stop
from mailing.lists import preferring, subscribing, suppressing
from mailing.lists.consenting import Occasion, state_after
from mailing.lists.preferring import Preferences
from mailing.models import Bounce, Consent, Delivery, Move, Subscriber, Subscription, Suppression
from mailing.own_data import erase
from newsletter.models import Newsletter
from tests import cast
from tests.interchange.batches import active, imported, numbered, states, taken_back, work
from tests.mailing.lists import frozen, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

OWN = Occasion("one click")
YES, NO, DEAD = (f"email,status\nsumi@example.org,{word}\n" for word in ("active", "unsubscribed", "cleaned"))
Reason = Suppression.Reason


def sumi():
    return Subscriber.objects.get(email__startswith="sumi")


def subscription():
    return Subscription.objects.get(subscriber=sumi())


def stayed(brought):
    """Why, of each who stays."""
    rows = brought.stored.filter(is_taken_back=False, outcome="stays").order_by("number")
    return [row.made["why"] for row in rows]


def the_record_tells_the_state():
    for each in Subscription.objects.all():
        assert state_after(each.consents.order_by("pk").values_list("event", flat=True)) == each.state


def test_of_whom_it_made_nothing_is_left(low_tide):
    brought = taken_back(imported(low_tide, YES + "gone@example.org,unsubscribed\ndead@example.org,cleaned\n"))
    assert brought.counts["back"] == 3
    for model in (Subscriber, Subscription, Consent, Suppression):
        assert not model.objects.exists()
    assert ListRow.objects.filter(is_taken_back=True).count() == 3


def test_the_same_can_be_imported_again_as_it_should_be(low_tide):
    taken_back(imported(low_tide, NO))
    imported(low_tide, YES)
    assert active(low_tide) == {"sumi"}


@pytest.mark.parametrize("before", ["asked", "active"])
@pytest.mark.parametrize("text", [YES, NO])
def test_who_was_there_stands_as_before(low_tide, before, text):
    (person,) = subscribe(low_tide, "sumi", state="asked")
    if before == "active":
        subscribing.confirm(person, [low_tide], OWN)
    else:
        subscribing.take_in(person, [low_tide], OWN)
    stood = Subscription.objects.values("state", "since", "asked_at").get()
    taken_back(imported(low_tide, text))
    assert Subscription.objects.values("state", "since", "asked_at").get() == stood
    the_record_tells_the_state()


def confirms(person, newsletter):
    subscribing.confirm(person, [newsletter], OWN)
    Consent.objects.create(subscription=subscription(), event="confirmed", form="the mail")


def leaves(person, newsletter):
    subscribing.leave(person, newsletter, OWN)


def leaves_all(person, newsletter):
    preferring.leave_all(person, OWN)


def renames(person, newsletter):
    preferring.choose(person, preferring.as_it_is(person)._replace(name="Sumi herself"), OWN)


def pauses(person, newsletter):
    preferring.pause_a_month(person, OWN)


def moves(person, newsletter):
    preferring.move(Move.objects.create(subscriber=person, email="sumi@elsewhere.example"), OWN)


def signs_up(person, newsletter):
    person.user = cast.person("Sumi")
    person.save()


@pytest.mark.parametrize("deed", [confirms, leaves, leaves_all, renames, pauses, moves, signs_up])
def test_who_did_anything_since_stays_as_they_are(low_tide, deed):
    brought = imported(low_tide, YES)
    deed(sumi(), low_tide)
    stood = (subscription().state, Consent.objects.count())
    brought = taken_back(brought)
    assert (subscription().state, Consent.objects.count()) == stood
    assert stayed(brought) in [["said"], ["changed"]]
    assert brought.counts["stays"] == 1


@pytest.mark.parametrize("was", ["active", None])
@pytest.mark.parametrize("deed", [leaves, leaves_all, moves, signs_up])
def test_a_no_of_a_list_becomes_no_yes_where_the_person_did_anything_since(low_tide, deed, was):
    if was:
        subscribe(low_tide, "sumi")
    brought = imported(low_tide, NO)
    deed(sumi(), low_tide)
    brought = taken_back(brought)
    assert subscription().state == "left"
    assert len(stayed(brought)) == 1
    the_record_tells_the_state()


def test_nor_where_they_came_back_since(low_tide):
    subscribe(low_tide, "sumi")
    brought = imported(low_tide, NO)
    subscribing.come_back(sumi(), low_tide, OWN)
    assert stayed(taken_back(brought)) == ["said"]
    assert active(low_tide) == {"sumi"}


def test_nor_where_somebody_asks_under_the_address(low_tide):
    subscribe(low_tide, "sumi")
    brought = imported(low_tide, NO)
    subscribing.take_in(sumi(), [low_tide], OWN)
    assert stayed(taken_back(brought)) == ["said"]
    assert active(low_tide) == set()


@pytest.mark.parametrize("second", [NO, DEAD])
def test_nor_where_another_list_says_no_as_well_until_that_is_taken_back_too(low_tide, second):
    subscribe(low_tide, "sumi")
    first = imported(low_tide, NO)
    other = imported(low_tide, second)
    assert stayed(taken_back(first)) == ["list"]
    assert active(low_tide) == set()
    taken_back(other)
    assert states(low_tide) == {"sumi": "left"}


@pytest.mark.parametrize("was", [None, "asked", "active", "left"])
@pytest.mark.parametrize("texts", list(product([YES, NO, DEAD], repeat=2)))
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_lists_nobody_is_active_who_was_not_before_both(low_tide, was, texts, order):
    if was:
        subscribe(low_tide, "sumi", state=was)
    lists = [imported(low_tide, text) for text in texts]
    taken_back(lists[order[0]])
    if texts[order[1]] != YES:
        assert active(low_tide) == set()
    taken_back(lists[order[1]])
    assert active(low_tide) <= ({"sumi"} if was == "active" else set())


@pytest.mark.parametrize("others", [1, 2])
def test_whom_another_list_says_to_be_subscribed_stays_so_until_that_is_taken_back_too(low_tide, others):
    lists = [imported(low_tide, YES) for _number in range(others + 1)]
    for brought in lists[:-1]:
        assert stayed(taken_back(brought)) == ["list"]
        assert active(low_tide) == {"sumi"}
    taken_back(lists[-1])
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("kind", ["hard", "complaint"])
def test_nor_where_mail_came_back_since(low_tide, published, kind):
    subscribe(low_tide, "sumi")
    dispatch = frozen(published)
    brought = imported(low_tide, NO)
    delivery = Delivery.objects.get(dispatch=dispatch)
    Bounce.objects.create(delivery=delivery, subscriber=sumi(), kind=kind)
    assert stayed(taken_back(brought)) == ["bounced"]
    assert states(low_tide) == {"sumi": "left"}


def test_nor_where_the_address_was_suppressed_since(low_tide):
    subscribe(low_tide, "sumi")
    brought = imported(low_tide, NO)
    suppressing.suppress("sumi@example.org", Reason.MANUAL, "Asked on the phone")
    assert stayed(taken_back(brought)) == ["bounced"]
    assert states(low_tide) == {"sumi": "left"}


@pytest.mark.parametrize("had_it_before", [True, False])
def test_what_was_not_to_be_written_to_can_be_again(low_tide, had_it_before):
    if had_it_before:
        subscribe(low_tide, "sumi")
    brought = imported(low_tide, DEAD)
    assert suppressing.gets_nothing("sumi@example.org")
    taken_back(brought)
    assert not Suppression.objects.exists()
    assert active(low_tide) == ({"sumi"} if had_it_before else set())


@pytest.mark.parametrize("reason", [Reason.COMPLAINED, Reason.BOUNCED, Reason.MANUAL])
def test_but_not_where_it_is_known_from_mail_or_by_hand_as_well(low_tide, reason):
    subscribe(low_tide, "sumi")
    brought = imported(low_tide, DEAD)
    suppressing.suppress("sumi@example.org", reason, "550 no such user")
    assert stayed(taken_back(brought)) == ["bounced"]
    assert Suppression.objects.get().reason == reason


@pytest.mark.parametrize("text", [DEAD, DEAD.replace("cleaned", "complained")])
def test_nor_where_another_list_says_the_same(low_tide, text):
    first, second = imported(low_tide, DEAD), imported(low_tide, text)
    assert second.counts == {"suppressed": 1}
    assert stayed(taken_back(first)) == ["list"]
    assert suppressing.gets_nothing("sumi@example.org")


@pytest.mark.parametrize("text", [YES, NO, DEAD])
def test_who_was_erased_since_stays_so(low_tide, text):
    subscribe(low_tide, "sumi")
    Subscription.objects.update(state="asked")
    brought = imported(low_tide, text)
    erase(sumi())
    taken_back(brought)
    assert Suppression.objects.values_list("email", "subscriber").get() == ("", None)
    assert suppressing.suppression_of("sumi@example.org")
    assert not Subscriber.objects.exists()


def test_who_has_had_an_issue_is_not_forgotten_and_can_still_say_no(low_tide, published):
    brought = imported(low_tide, YES)
    frozen(published)
    Delivery.objects.update(state="handed")
    taken_back(brought)
    assert (subscription().state, subscription().asked_at) == ("asked", None)
    assert list(Consent.objects.values_list("event", flat=True).order_by("pk")) == ["imported", "undone"]
    the_record_tells_the_state()
    subscribing.leave(sumi(), low_tide, OWN)
    imported(low_tide, YES)
    assert states(low_tide) == {"sumi": "left"}


def test_who_has_another_newsletter_keeps_that(low_tide):
    other = Newsletter.objects.create(title="High Tide", slug="high-tide")
    brought = imported(low_tide, YES)
    subscribing.take_in(sumi(), [other], OWN)
    taken_back(brought)
    assert Subscription.objects.get(newsletter=other).asked_at
    assert Subscription.objects.get(newsletter=low_tide).state == "asked"


def test_a_list_of_another_newsletter_stays(low_tide):
    other = Newsletter.objects.create(title="High Tide", slug="high-tide")
    first, _second = imported(low_tide, YES), imported(other, YES)
    taken_back(first)
    assert active(other) == {"sumi"}
    assert active(low_tide) == set()


def test_it_is_done_in_pieces_and_goes_on_where_it_was_killed(low_tide):
    rows = storing.PIECE * 2 + 1
    brought = imported(low_tide, numbered(rows))
    steering.take_back(brought)
    brought.refresh_from_db()
    updated = []

    def die(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and '"is_taken_back"' in sql:
            updated.append(sql)
            if len(updated) == 2:
                raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die), pytest.raises(KeyboardInterrupt):
        work(brought)
    assert Subscriber.objects.count() == rows - storing.PIECE
    ListImport.objects.update(seen_at=None)
    brought.refresh_from_db()
    assert brought.done == storing.PIECE
    assert work(brought).counts["back"] == rows
    assert not Subscriber.objects.exists()


def test_it_is_stopped_and_goes_on(low_tide, monkeypatch):
    brought = imported(low_tide, numbered(storing.PIECE * 2))
    steering.take_back(brought)
    brought.refresh_from_db()

    def stopped_after_one(brought, original=taking_back.go_on):
        for done in original(brought):
            stop(brought)
            yield done

    with monkeypatch.context() as patched:
        patched.setattr(taking_back, "go_on", stopped_after_one)
        assert work(brought).state == "failed"
    assert Subscriber.objects.count() == storing.PIECE
    assert resume(brought)
    brought.refresh_from_db()
    assert work(brought).state == "taken back"
    assert not Subscriber.objects.exists()


def test_what_was_stopped_in_the_middle_is_taken_back_as_far_as_it_came(low_tide):
    brought = imported(low_tide, numbered(3))
    ListImport.objects.update(state="failed", resumes="under way", ended_at=None)
    brought.refresh_from_db()
    taken_back(brought)
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("days", [29, 31])
def test_there_are_30_days_for_it(low_tide, days):
    brought = imported(low_tide, YES)
    ListImport.objects.update(ended_at=F("ended_at") - timedelta(days=days), begun_at=timezone.now())
    brought.refresh_from_db()
    assert steering.take_back(brought) is (days < 30)


def test_nothing_is_taken_back_twice(low_tide):
    brought = taken_back(imported(low_tide, YES))
    assert not steering.take_back(brought)


@pytest.mark.parametrize("status", ["active", "unsubscribed", "cleaned"])
def test_a_piece_costs_as_many_queries_with_5_rows_as_with_100(low_tide, status):
    def queries(name, rows):
        text = "email,status\n" + "".join(f"{name}{number}@example.org,{status}\n" for number in range(rows))
        brought = imported(low_tide, text)
        steering.take_back(brought)
        brought.refresh_from_db()
        with CaptureQueriesContext(connection) as captured:
            list(taking_back.go_on(brought))
        return len(captured)

    assert queries("few", 5) == queries("many", storing.PIECE) <= 40


def test_preferences_of_whom_a_list_noted_as_left_say_no_as_well(low_tide):
    subscribe(low_tide, "sumi")
    imported(low_tide, NO)
    preferring.choose(sumi(), Preferences([], "", "", None), OWN)
    assert list(Consent.objects.values_list("event", "form").order_by("pk"))[-1] == ("left", "one click")
    preferring.choose(sumi(), Preferences([], "", "", None), OWN)
    assert Consent.objects.filter(form="one click").count() == 1


def test_a_change_of_keys_is_no_deed_of_anybody(low_tide, settings):
    brought = imported(low_tide, YES)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new"
    assert taken_back(brought).counts["back"] == 1
