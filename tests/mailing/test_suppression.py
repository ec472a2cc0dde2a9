"""Addresses that get nothing, known by a keyed hash where nothing else is left."""

import pytest
from django.test import override_settings

from mailing.lists import suppressing
from mailing.models import Subscriber, Subscription, Suppression
from mailing.own_data import erase
from tests.mailing.post import subscribed

pytestmark = pytest.mark.django_db

Reason = Suppression.Reason


def test_a_suppressed_address_is_in_no_audience_and_says_why(low_tide):
    subscribed(low_tide)
    suppressing.suppress(" Sumi@Example.org ", Reason.BOUNCED, "550 no such user")
    assert suppressing.suppression_of("sumi@example.org")
    assert not Subscription.objects.active().exists()
    assert Suppression.objects.values_list("email", "reason", "detail").get() == (
        "sumi@example.org",
        "bounced",
        "550 no such user",
    )


def test_it_is_recognised_after_a_change_of_keys_as_long_as_the_old_key_is_kept():
    suppressing.suppress("sumi@example.org", Reason.COMPLAINED)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["only for tests"]):
        assert suppressing.suppression_of("sumi@example.org")
        suppressing.suppress("sumi@example.org", Reason.BOUNCED)
    with override_settings(SECRET_KEY="new"):
        assert not suppressing.suppression_of("sumi@example.org")
    assert Suppression.objects.get().reason == "complained"


def test_it_holds_before_and_after_there_is_a_subscriber(low_tide):
    suppressing.suppress("sumi@example.org", Reason.MANUAL)
    sumi = subscribed(low_tide)
    assert not Subscription.objects.active().exists()
    sumi.delete()
    assert suppressing.suppression_of("sumi@example.org")
    again = Subscriber.objects.create(email="sumi@example.org")
    Subscription.objects.create(subscriber=again, newsletter=low_tide, state="active")
    assert suppressing.attach([again, Subscriber.objects.create(email="otto@example.org")]) == 1
    assert not Subscription.objects.active().exists()


@pytest.mark.parametrize("first", [None, Reason.BOUNCED])
def test_of_somebody_erased_the_hash_alone_is_left(low_tide, first):
    sumi = subscribed(low_tide)
    if first:
        suppressing.suppress("sumi@example.org", first, "550 sumi@example.org unknown")
    erase(sumi)
    left = Suppression.objects.get()
    assert (left.email, left.detail, left.subscriber) == ("", "", None)
    assert left.reason == (first or Reason.ERASED)
    suppressing.suppress("sumi@example.org", Reason.BOUNCED, "550 sumi@example.org unknown")
    left.refresh_from_db()
    assert left.email == ""
    assert left.reason == Reason.BOUNCED
