"""Somebody asks under an address (see `mailing.tasks`), its owner confirms; and leaves, and comes back."""

import re
from collections.abc import Collection
from datetime import timedelta
from urllib.parse import unquote

from django.db import transaction
from django.utils import timezone

from core import locking
from core.mail.incoming import MOST_BYTES_OF_HEADERS, Incoming, in_words
from core.tokens import MAC_LENGTH
from mailing.lists import suppressing
from mailing.lists.consenting import Occasion, record
from mailing.models import Consent, Move, Subscriber, Subscription
from mailing.tokens import Purpose, Token
from newsletter.models import Newsletter

#: How long a mail is good that asks for a confirmation.
KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1000
State = Subscription.State
SUBJECT = re.compile(rb"^Subject:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
#: What stands in the subject of what mail programs send to the address in List-Unsubscribe, see
#: `Person.list_unsubscribe`; without the spaces that they break it with, and among whatever else they write.
BY_MAIL = re.compile(rf"/unsubscribe/([0-9a-z]+-[0-9a-z]+-[0-9a-f]{{{MAC_LENGTH}}})")


@transaction.atomic
def take_in(subscriber: Subscriber, newsletters: Collection[Newsletter], occasion: Occasion) -> None:
    """Keep what was asked for, where the person has it not already. Nothing is confirmed by it."""
    locking.lock(Subscriber.objects.filter(pk=subscriber.pk))
    suppressing.attach([subscriber])
    unconfirmed = {each.pk: each for each in enrol(subscriber, newsletters) if each.state != State.ACTIVE}
    Subscription.objects.filter(pk__in=unconfirmed).update(asked_at=timezone.now())
    record([each for each in unconfirmed.values() if not each.asked_at], Consent.Event.ASKED, occasion)


@transaction.atomic
def confirm(subscriber: Subscriber, newsletters: Collection[Newsletter], occasion: Occasion) -> None:
    """The owner of an address says yes. To do it twice changes nothing more. Brings back who left, or was erased; not
    an address that bounced or complained."""
    locking.lock(Subscriber.objects.filter(pk=subscriber.pk))
    suppressing.forgive_erasure(subscriber.email)
    suppressing.attach([subscriber])
    inactive = [each for each in enrol(subscriber, newsletters) if each.state != State.ACTIVE]
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
    asked = Subscription.objects.asked().filter(asked_at__lt=long_ago)
    owners = dict(asked.values_list("pk", "subscriber")[:FORGOTTEN_AT_ONCE])
    found = Subscription.objects.filter(pk__in=owners)
    found.filter(state=State.ASKED).delete()
    found.update(asked_at=None)
    people = Subscriber.objects.filter(pk__in=owners.values())
    people.filter(subscriptions=None, user=None).delete()


@transaction.atomic
def leave(subscriber: Subscriber | None, newsletter: Newsletter, occasion: Occasion) -> None:
    """Effective at once, also for mail that a worker has in hand, but for a copy in flight. To do it twice, or for
    nobody, changes nothing more."""
    if subscriber is None:
        return
    locking.lock(Subscriber.objects.filter(pk=subscriber.pk))
    held = subscriber.subscriptions.filter(newsletter=newsletter).to_leave()
    record(list(held.select_related("newsletter")), Consent.Event.LEFT, occasion)


def leave_by_mail(incoming: Incoming) -> str:
    """Whether a message asks for it as List-Unsubscribe says (RFC 2369); then it is done. See
    `core.mail.incoming.takers`."""
    head = b"\n".join(incoming.data[:MOST_BYTES_OF_HEADERS].splitlines()).partition(b"\n\n")[0]
    header = SUBJECT.search(head)
    subject = in_words(header[1].decode("utf-8", "replace")) if header else ""
    found = BY_MAIL.search("".join(unquote(subject).lower().split()))
    token = Token.verified(found[1], Purpose.UNSUBSCRIBE) if found else None
    newsletter = Newsletter.objects.filter(pk=token.about).first() if token else None
    if token and newsletter:
        leave(Subscriber.objects.filter(pk=token.subscriber_id).first(), newsletter, Occasion("mail"))
    return "left" if newsletter else ""


def come_back(subscriber: Subscriber, newsletter: Newsletter, occasion: Occasion) -> bool:
    """Undo it, for those who had it before; False for all others, who have to confirm that the address is theirs."""
    left = subscriber.subscriptions.filter(newsletter=newsletter, state=State.LEFT)
    has_left = left.exists()
    if has_left:
        confirm(subscriber, [newsletter], occasion)
    return has_left
