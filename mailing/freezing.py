"""The audience of a dispatch, written down once: one delivery for each subscriber, in pieces that can be repeated."""

from secrets import token_hex
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mailing.models import Delivery, Dispatch, Subscription

PIECE = 5000


def freeze(dispatch: Dispatch) -> int:
    """Make the deliveries of a dispatch that is `freezing`; returns how many there are in all.

    By keyset in pieces of 5,000, each committed with the place where the next begins: constant memory, and a killed
    worker's successor goes on where it ended. Who subscribes meanwhile is in it or not, never twice.
    """
    while freeze_piece(dispatch):
        pass
    Dispatch.objects.filter(pk=dispatch.pk, state=Dispatch.State.FREEZING).update(
        state=Dispatch.State.SENDING, started_at=timezone.now()
    )
    return dispatch.deliveries.count()


@transaction.atomic
def freeze_piece(dispatch: Dispatch) -> int:
    """The next piece. Three queries."""
    dispatch = Dispatch.objects.select_for_update().get(pk=dispatch.pk)
    if dispatch.state != Dispatch.State.FREEZING:
        return 0
    ids = list(audience_of(dispatch).filter(subscriber__gt=dispatch.frozen_up_to).values_list("subscriber", flat=True)[:PIECE])
    made = [Delivery(dispatch=dispatch, subscriber_id=pk, message_id=message_id(dispatch)) for pk in ids]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    if ids:
        Dispatch.objects.filter(pk=dispatch.pk).update(frozen_up_to=ids[-1])
    return len(ids)


def audience_of(dispatch: Dispatch):
    """The subscriptions that a dispatch goes to, in the order of their subscribers."""
    chosen = Subscription.objects.active().filter(newsletter=dispatch.issue.newsletter_id)
    if language := dispatch.audience.get("language"):
        chosen = chosen.filter(subscriber__language=language)
    if before := dispatch.audience.get("subscribed_before"):
        chosen = chosen.filter(since__lt=before)
    had = Delivery.objects.filter(dispatch__issue=dispatch.issue_id, state=Delivery.State.HANDED_OVER)
    if dispatch.audience.get("only") == "not_had":
        chosen = chosen.exclude(subscriber__in=had.values("subscriber"))
    return chosen.order_by("subscriber")


def message_id(dispatch: Dispatch) -> str:
    """Unique for ever and the same at each attempt, so that receivers and logs can be matched (RFC 5322)."""
    return f"<{dispatch.pk}.{token_hex(12)}@{urlsplit(settings.SITE_URL).hostname}>"
