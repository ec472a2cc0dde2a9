"""Leaving a newsletter, and coming back."""

from django.db import transaction

from mailing.consenting import Occasion, record
from mailing.models import Consent, Subscriber, Subscription
from mailing.subscribing import confirm
from newsletter.models import Newsletter

State = Subscription.State


@transaction.atomic
def leave(subscriber: Subscriber | None, newsletter: Newsletter, occasion: Occasion) -> None:
    """Effective at once, also for mail that a worker has in hand, but for a copy in flight. To do it twice, or for
    nobody, changes nothing more.

    Five queries at most.
    """
    if subscriber is None:
        return
    Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    held = subscriber.subscriptions.filter(newsletter=newsletter).exclude(state=State.LEFT)
    record(list(held.select_related("newsletter")), Consent.Event.LEFT, occasion)


def come_back(subscriber: Subscriber, newsletter: Newsletter, occasion: Occasion) -> bool:
    """Undo it, for those who had it before; False for all others, who have to confirm that the address is theirs."""
    left = subscriber.subscriptions.filter(newsletter=newsletter, state=State.LEFT)
    has_left = left.exists()
    if has_left:
        confirm(subscriber, [newsletter], occasion)
    return has_left
