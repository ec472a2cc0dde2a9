"""Subscribing: somebody asks under an address (see `mailing.lists.asking`), and its owner confirms."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core import locking
from mailing.lists import suppressing
from mailing.lists.consenting import Occasion, record
from mailing.models import Consent, Move, Subscriber, Subscription
from newsletter.models import Newsletter

#: How long a mail is good that asks for a confirmation.
KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1000


@transaction.atomic
def take_in(subscriber: Subscriber, newsletters: Collection[Newsletter], occasion: Occasion) -> None:
    """Keep what was asked for, where the person has it not already. Nothing is confirmed by it."""
    locking.lock(Subscriber.objects.filter(pk=subscriber.pk))
    suppressing.attach([subscriber])
    unconfirmed = {each.pk: each for each in enrol(subscriber, newsletters) if each.state != Subscription.State.ACTIVE}
    Subscription.objects.filter(pk__in=unconfirmed).update(asked_at=timezone.now())
    record([each for each in unconfirmed.values() if not each.asked_at], Consent.Event.ASKED, occasion)


@transaction.atomic
def confirm(subscriber: Subscriber, newsletters: Collection[Newsletter], occasion: Occasion) -> None:
    """The owner of an address says yes. To do it twice changes nothing more.

    Brings back who left, or was erased; not an address that bounced or complained.
    """
    locking.lock(Subscriber.objects.filter(pk=subscriber.pk))
    suppressing.forgive_erasure(subscriber.email)
    suppressing.attach([subscriber])
    inactive = [each for each in enrol(subscriber, newsletters) if each.state != Subscription.State.ACTIVE]
    record(inactive, Consent.Event.CONFIRMED, occasion)


def enrol(subscriber: Subscriber, newsletters: Collection[Newsletter]) -> list[Subscription]:
    """The subscriptions of a person, who is locked, made where there is none."""
    Subscription.objects.bulk_create(
        [Subscription(subscriber=subscriber, newsletter=each) for each in newsletters], ignore_conflicts=True
    )
    return list(subscriber.subscriptions.filter(newsletter__in=newsletters).select_related("newsletter"))


def forget_unconfirmed() -> None:
    """Delete what nobody has confirmed in a month, with addresses that never confirmed anything."""
    long_ago = timezone.now() - KEPT
    Move.objects.filter(asked_at__lt=long_ago).delete()
    asked = list(
        Subscription.objects.asked().filter(asked_at__lt=long_ago).values("pk", "subscriber")[:FORGOTTEN_AT_ONCE]
    )
    found = Subscription.objects.filter(pk__in=[each["pk"] for each in asked])
    found.filter(state=Subscription.State.ASKED).delete()
    found.update(asked_at=None)
    people = Subscriber.objects.filter(pk__in=[each["subscriber"] for each in asked])
    people.filter(subscriptions=None, user=None).delete()
