"""Leaving a newsletter, and coming back."""

import re

from django.db import transaction

from core import locking
from mailing.lists.consenting import Occasion, record
from mailing.lists.subscribing import confirm
from mailing.models import Consent, Subscriber, Subscription
from mailing.tokens import Purpose, Token
from newsletter.models import Newsletter

State = Subscription.State
#: The subject of what mail programs send to the address in List-Unsubscribe; see `Person.list_unsubscribe`.
BY_MAIL = re.compile(rb"^Subject:\s*\S+/unsubscribe/(\S+)/\s*$", re.IGNORECASE | re.MULTILINE)


@transaction.atomic
def leave(subscriber: Subscriber | None, newsletter: Newsletter, occasion: Occasion) -> None:
    """Effective at once, also for mail that a worker has in hand, but for a copy in flight. To do it twice, or for
    nobody, changes nothing more.
    """
    if subscriber is None:
        return
    locking.lock(Subscriber.objects.filter(pk=subscriber.pk))
    held = subscriber.subscriptions.filter(newsletter=newsletter).exclude(state=State.LEFT)
    record(list(held.select_related("newsletter")), Consent.Event.LEFT, occasion)


def leave_by_mail(message: bytes) -> bool:
    """Whether a message asks for it as List-Unsubscribe says (RFC 2369); then it is done."""
    found = BY_MAIL.search(b"\n".join(message.splitlines()).partition(b"\n\n")[0])
    token = Token.verified(found[1].decode("latin-1"), Purpose.UNSUBSCRIBE) if found else None
    newsletter = Newsletter.objects.filter(pk=token.about).first() if token else None
    if token and newsletter:
        leave(Subscriber.objects.filter(pk=token.subscriber_id).first(), newsletter, Occasion("mail"))
    return newsletter is not None


def come_back(subscriber: Subscriber, newsletter: Newsletter, occasion: Occasion) -> bool:
    """Undo it, for those who had it before; False for all others, who have to confirm that the address is theirs."""
    left = subscriber.subscriptions.filter(newsletter=newsletter, state=State.LEFT)
    has_left = left.exists()
    if has_left:
        confirm(subscriber, [newsletter], occasion)
    return has_left
