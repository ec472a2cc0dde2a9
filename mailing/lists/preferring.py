"""What people choose about the mail they get: newsletters, name, language, a pause, another address."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core import locking
from mailing.lists import suppressing
from mailing.lists.consenting import Occasion, record
from mailing.lists.subscribing import confirm
from mailing.models import Consent, Move, Subscriber, Subscription
from newsletter.models import Newsletter

Event = Consent.Event
A_MONTH = timedelta(days=30)
State = Subscription.State


class Preferences(NamedTuple):
    newsletters: list[Newsletter]
    name: str
    language: str
    paused_until: datetime | None


def subscriber_of(user: User) -> Subscriber:
    """The subscriber of an account, linked to it from now on; not yet stored where there is none. Who has got one at
    another address besides manages the one that is linked already."""
    found = sorted(Subscriber.objects.of_reader(user), key=lambda each: each.user_id != user.pk)
    subscriber = found[0] if found else Subscriber(email=user.email)
    subscriber.user = user
    return subscriber


@transaction.atomic
def choose(subscriber: Subscriber, choices: Preferences, occasion: Occasion) -> None:
    """Keep what the owner of an address has chosen; each yes, no and pause is written down. A dozen queries at most. A
    subscriber who is not stored yet is stored."""
    if not subscriber.pk:
        subscriber.save()
    locking.lock(Subscriber.objects.filter(pk=subscriber.pk))
    confirm(subscriber, choices.newsletters, occasion)
    kept = subscriber.subscriptions.to_leave().exclude(state=State.ASKED).select_related("newsletter")
    record(list(kept.exclude(newsletter__in=choices.newsletters)), Event.LEFT, occasion)
    pause(subscriber, choices.paused_until, occasion)
    subscriber.name, subscriber.language = choices.name, choices.language
    subscriber.save(update_fields=["name", "language", "paused_until", "user"])


def leave_all(subscriber: Subscriber, occasion: Occasion) -> None:
    """As far as a link goes that others may have as well. A dozen queries at most."""
    choose(subscriber, as_it_is(subscriber)._replace(newsletters=[]), occasion)


def pause_a_month(subscriber: Subscriber, occasion: Occasion) -> None:
    """The same; a longer pause stays."""
    month = timezone.now() + A_MONTH
    until = max(month, subscriber.paused_until or month)
    choose(subscriber, as_it_is(subscriber)._replace(paused_until=until), occasion)


def as_it_is(subscriber: Subscriber) -> Preferences:
    newsletters = list(Newsletter.objects.filter(subscriptions__in=subscriber.subscriptions.confirmed()))
    return Preferences(newsletters, subscriber.name, subscriber.language, subscriber.paused_until)


def pause(subscriber: Subscriber, until: datetime | None, occasion: Occasion) -> None:
    """Begin, move or end a pause; to be saved by the caller. Nothing where it stays as it is."""
    before = subscriber.paused_until if subscriber.is_paused else None
    subscriber.paused_until = until
    if until != before:
        event = Event.PAUSED if until else Event.RESUMED
        wording = _("Until %(day)s") % {"day": date_format(until)} if until else ""
        record(list(subscriber.subscriptions.confirmed()), event, occasion, wording)


@transaction.atomic
def move(asked: Move, occasion: Occasion) -> bool:
    """Somebody at the new address confirms it: everything goes there from now on. False where the new address has a
    subscription of its own; one that nobody has confirmed makes room."""
    both = Subscriber.objects.filter(Q(pk=asked.subscriber_id) | Q(email=asked.email))
    locking.lock(both)
    subscriber = both.get(pk=asked.subscriber_id)
    other = both.exclude(pk=subscriber.pk).first()
    if other and (other.user_id or other.subscriptions.exclude(state=State.ASKED).exists()):
        return False
    if other:
        other.delete()
    before, subscriber.email = subscriber.email, asked.email
    subscriber.save(update_fields=["email"])
    suppressing.forgive_erasure(asked.email)
    suppressing.reattach(subscriber)
    wording = _("From %(before)s to %(after)s") % {"before": before, "after": asked.email}
    record(list(subscriber.subscriptions.confirmed()), Event.MOVED, occasion, wording)
    subscriber.moves.all().delete()
    return True
