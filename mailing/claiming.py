"""Which worker has which deliveries in hand. Every function is one short transaction.

A claim is a lease: a worker that dies loses it, and its deliveries are somebody else's. On PostgreSQL workers pass by
each other's rows (SKIP LOCKED); SQLite has one writer at a time, and the same statements are right there as well.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.utils import timezone

from mailing import pacing
from mailing.models import Delivery, Dispatch, Subscription, Suppression

#: Renewed every few seconds, see `mailing.sending`. Clocks of the machines must agree to within half of it.
LEASE = timedelta(seconds=60)
PIECE = 250
#: Dates alone would double the time to read a claim.
NEEDED = ["attempts", "message_id", "subscriber__email"]

State = Delivery.State

# One statement, and so one commit, for each message that goes well: the one before has been handed over, this one is
# about to go. A copy that others held for lost while it was in flight is not uncertain any more once its worker knows.
LAND_AND_LAUNCH = """
    UPDATE mailing_delivery SET
        state = CASE WHEN id = %(landed)s THEN 'handed' ELSE 'in_flight' END,
        answer = CASE WHEN id = %(landed)s THEN %(answer)s ELSE answer END,
        handed_over_at = CASE WHEN id = %(landed)s THEN %(now)s ELSE handed_over_at END,
        attempts = CASE WHEN id = %(landed)s THEN attempts ELSE attempts + 1 END,
        lease_until = CASE WHEN id = %(landed)s THEN NULL ELSE %(lease)s END
    WHERE id IN (%(landed)s, %(launched)s) AND worker = %(worker)s
        AND (id = %(landed)s AND state IN ('in_flight', 'uncertain') OR id = %(launched)s AND state = 'claimed')
    RETURNING id
"""


class Landed(NamedTuple):
    """A copy that the server has just accepted."""

    delivery: Delivery
    answer: str


class Chunk(NamedTuple):
    """Deliveries with their subscribers, and when each may leave at the earliest, in seconds since 1970."""

    deliveries: list[Delivery]
    starts: list[float]


@transaction.atomic
def claim(dispatch: Dispatch, worker: str) -> Chunk:
    """Take the next deliveries of a dispatch; those whose consent is gone meanwhile are skipped, with the reason.

    Empty when nothing is due or no more may be sent just now. Four queries, and three for each limit of the rate.
    """
    rows = dispatch.deliveries.due().order_by("next_attempt_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    taken = Delivery.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[: pacing.room(dispatch, PIECE)]))
    skip_unwanted(taken, dispatch)
    taken.filter(state=State.QUEUED).update(state=State.CLAIMED, worker=worker, lease_until=timezone.now() + LEASE)
    mine = list(taken.filter(state=State.CLAIMED).select_related("subscriber").only(*NEEDED).order_by("pk"))
    return Chunk(mine, pacing.set_aside(dispatch, len(mine)))


def skip_unwanted(taken: QuerySet[Delivery], dispatch: Dispatch) -> None:
    """One query."""
    own = Subscription.objects.filter(subscriber=OuterRef("subscriber"), newsletter=dispatch.issue.newsletter_id)
    suppressed = Suppression.objects.filter(subscriber=OuterRef("subscriber"))
    reason = Case(
        When(Exists(suppressed), then=Value("suppressed")),
        When(Exists(own.filter(state=Subscription.State.ACTIVE)), then=Value("paused by the subscriber")),
        default=Value("no longer subscribed"),
    )
    taken.filter(~Exists(own.active())).update(state=State.SKIPPED, answer=reason)


def launch(delivery: Delivery, worker: str, landed: Landed | None = None) -> bool:
    """Commit that a copy is about to go out, and that the one before has been handed over.

    False where the lease was lost: then it must not go out. One query.
    """
    adapted = connection.ops.adapt_datetimefield_value
    now = timezone.now()
    values: dict[str, Any] = {
        "launched": delivery.pk,
        "landed": landed.delivery.pk if landed else 0,
        "answer": landed.answer[:500] if landed else "",
        "worker": worker,
        "now": adapted(now),
        "lease": adapted(now + LEASE),
    }
    with connection.cursor() as cursor:
        cursor.execute(LAND_AND_LAUNCH, values)
        return (delivery.pk,) in cursor.fetchall()


def land(delivery: Delivery, worker: str, state: State, answer: str, *, retry_in: timedelta | None = None) -> None:
    """Commit what became of a copy in flight; with `retry_in` it is queued again. One query."""
    now = timezone.now()
    Delivery.objects.filter(pk=delivery.pk, worker=worker, state__in=[State.IN_FLIGHT, State.UNCERTAIN]).update(
        state=state,
        answer=answer[:500],
        lease_until=None,
        handed_over_at=now if state == State.HANDED_OVER else None,
        next_attempt_at=now + (retry_in or timedelta()),
    )


def give_back(deliveries: Sequence[Delivery], worker: str) -> None:
    """Return what was claimed and not begun, as at the end of a worker. One query."""
    back = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries], worker=worker, state=State.CLAIMED)
    back.update(state=State.QUEUED, lease_until=None)


def ground(delivery: Delivery, worker: str) -> None:
    """Take back a launch: the copy never left, as there was no connection. One query."""
    mine = Delivery.objects.filter(pk=delivery.pk, worker=worker, state__in=[State.IN_FLIGHT, State.UNCERTAIN])
    mine.update(state=State.QUEUED, lease_until=None, attempts=F("attempts") - 1)


def renew(workers: Collection[str]) -> None:
    """One query."""
    Delivery.objects.held().filter(worker__in=workers).update(lease_until=timezone.now() + LEASE)


def release_abandoned() -> None:
    """What dead workers had in hand: claimed copies are queued again, copies in flight are uncertain. Two queries."""
    abandoned = Delivery.objects.abandoned()
    abandoned.filter(state=State.CLAIMED).update(state=State.QUEUED, lease_until=None)
    abandoned.filter(state=State.IN_FLIGHT).update(
        state=State.UNCERTAIN, lease_until=None, answer="its worker died while it was in flight"
    )
