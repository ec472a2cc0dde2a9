"""Which worker has which deliveries in hand. Every function is one short transaction.

A claim is a lease: a worker that dies loses it, and its deliveries are somebody else's. On PostgreSQL workers pass by
each other's rows (SKIP LOCKED); SQLite has one writer at a time, and the same statements are right there as well.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from mailing.models import Delivery, Dispatch, Subscription

LEASE = timedelta(minutes=2)
PIECE = 50

State = Delivery.State


@transaction.atomic
def claim(dispatch: Dispatch, worker: str, size: int = PIECE) -> list[Delivery]:
    """Take the next deliveries of a dispatch; those whose consent is gone meanwhile are skipped, with the reason.

    Empty when nothing is due. Four queries.
    """
    rows = dispatch.deliveries.due().order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    ids = list(rows.values_list("pk", flat=True)[:size])
    taken = Delivery.objects.filter(pk__in=ids)
    still = Subscription.objects.active().filter(
        subscriber=OuterRef("subscriber"), newsletter=dispatch.issue.newsletter_id
    )
    taken.filter(~Exists(still)).update(state=State.SKIPPED, answer="no longer subscribed")
    wanted = taken.filter(state=State.QUEUED)
    wanted.update(state=State.CLAIMED, worker=worker, lease_until=timezone.now() + LEASE)
    return list(taken.filter(state=State.CLAIMED, worker=worker).select_related("subscriber").order_by("pk"))


def launch(delivery: Delivery, worker: str) -> bool:
    """Commit that this copy is about to go out; False where the lease was lost to somebody else. One query."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED, worker=worker)
    return bool(
        mine.update(state=State.IN_FLIGHT, attempts=F("attempts") + 1, lease_until=timezone.now() + LEASE)
    )


def land(delivery: Delivery, state: State, answer: str, *, retry_in: timedelta | None = None) -> None:
    """Commit what became of a copy in flight. One query."""
    values: dict[str, object] = {"state": state, "answer": answer[:500], "lease_until": None}
    if state == State.HANDED_OVER:
        values["handed_over_at"] = timezone.now()
    if retry_in:
        values |= {"state": State.QUEUED, "next_attempt_at": timezone.now() + retry_in}
    Delivery.objects.filter(pk=delivery.pk, state=State.IN_FLIGHT).update(**values)


def give_back(deliveries: Sequence[Delivery], worker: str) -> None:
    """Return what was claimed and not begun, as at the end of a worker. One query."""
    ids = [delivery.pk for delivery in deliveries]
    Delivery.objects.filter(pk__in=ids, state=State.CLAIMED, worker=worker).update(state=State.QUEUED, lease_until=None)


def release_abandoned() -> None:
    """What dead workers had in hand: claimed copies are queued again, those in flight become uncertain. Two queries."""
    abandoned = Delivery.objects.abandoned()
    abandoned.filter(state=State.CLAIMED).update(state=State.QUEUED, lease_until=None)
    abandoned.filter(state=State.IN_FLIGHT).update(
        state=State.UNCERTAIN, lease_until=None, answer="its worker died while it was in flight"
    )
