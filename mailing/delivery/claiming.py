"""Which worker has which deliveries in hand, and how fast they go. Every function is one short transaction.

A claim is a lease: a worker that dies loses it, and its deliveries are somebody else's. On PostgreSQL workers pass by
each other's rows (SKIP LOCKED); SQLite has one writer at a time, and the same statements are right there as well.

Limits of the rate hold over all workers together, by setting time aside: whoever claims a chunk of messages takes a
span of time for them, and the next one's begins where it ends (the generic cell rate algorithm). One row for each
limit, one transaction for each chunk, and no burst after a pause.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from core import locking
from mailing.models import Delivery, Dispatch, Subscription, Suppression, Throttle

#: Renewed every few seconds, see `mailing.delivery.sending`. Clocks of the machines must agree to within half of it.
LEASE = timedelta(seconds=60)
PIECE = 1000
#: In seconds: who is told to wait for longer was told so by a clock that was ahead.
LONGEST_WAIT = 3600
#: A chunk takes no more time than this, so that a pause or another rate is heeded soon.
SECONDS_A_CHUNK = 5

State = Delivery.State

# One statement, and so one commit, for all connections: the copies before were handed over, these are about to go. One
# that others held for lost while it was in flight is not uncertain any more once its worker knows.
LAND_AND_LAUNCH = """
    WITH wish (id, has_landed, answer) AS (VALUES {wishes})
    UPDATE mailing_delivery SET
        state = CASE WHEN has_landed THEN 'handed' ELSE 'in_flight' END,
        answer = CASE WHEN has_landed THEN wish.answer ELSE mailing_delivery.answer END,
        handed_over_at = CASE WHEN has_landed THEN %s ELSE handed_over_at END,
        attempts = CASE WHEN has_landed THEN attempts ELSE attempts + 1 END,
        lease_until = CASE WHEN has_landed THEN NULL ELSE lease_until END
    FROM wish WHERE mailing_delivery.id = wish.id AND worker = %s
        AND (has_landed AND state IN ('in_flight', 'uncertain') OR NOT has_landed AND state = 'claimed')
    RETURNING mailing_delivery.id
"""


class Claimed(NamedTuple):
    """What a sender needs of a delivery and its subscriber: to read them as objects takes four times as long."""

    pk: int
    attempts: int
    message_id: str
    subscriber_id: int | None
    email: str | None


class Landed(NamedTuple):
    """A copy that the server has just accepted."""

    delivery: Claimed
    answer: str


class Rest(NamedTuple):
    """Which copies are better left alone, as their receiver has just refused many, and until when."""

    which: Q
    until: datetime


#: What of a dispatch is to rest. Apps above add theirs in their registrations.
rests: list[Callable[[Dispatch], Iterable[Rest]]] = []


class Chunk(NamedTuple):
    """Deliveries, and when each may leave at the earliest, in seconds since 1970."""

    deliveries: list[Claimed]
    starts: list[float]


@transaction.atomic
def claim(dispatch: Dispatch, worker: str) -> Chunk:
    """Take the next deliveries of a dispatch; those whose consent is gone meanwhile are skipped, with the reason.

    Empty when nothing is due, no more may be sent just now, or the dispatch was paused: from then on nothing is
    claimed, as its row is held meanwhile.
    """
    if (
        not Dispatch.objects.select_for_update(no_key=True)
        .filter(pk=dispatch.pk, state=Dispatch.State.SENDING)
        .exists()
    ):
        return Chunk([], [])
    due = dispatch.deliveries.due().order_by("next_attempt_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    taken = Delivery.objects.filter(pk__in=list(due.values_list("pk", flat=True)[: room(dispatch, PIECE)]))
    skip_unwanted(taken, dispatch)
    for rest in [each for source in rests for each in source(dispatch)]:
        taken.filter(rest.which, state=State.QUEUED).update(next_attempt_at=rest.until)
    taken.due().update(state=State.CLAIMED, worker=worker, lease_until=timezone.now() + LEASE)
    rows = taken.filter(state=State.CLAIMED).order_by("pk")
    needed = rows.values_list("pk", "attempts", "message_id", "subscriber", "subscriber__email")
    mine = [Claimed(*row) for row in needed]
    return Chunk(mine, set_aside(dispatch, len(mine)))


def skip_unwanted(taken: QuerySet[Delivery], dispatch: Dispatch) -> None:
    own = Subscription.objects.filter(subscriber=OuterRef("subscriber"), newsletter=dispatch.issue.newsletter_id)
    suppressed = Suppression.objects.filter(subscriber=OuterRef("subscriber"))
    reason = Case(
        When(Exists(suppressed), then=Value("suppressed")),
        When(Exists(own.filter(state=Subscription.State.ACTIVE)), then=Value("paused by the subscriber")),
        default=Value("no longer subscribed"),
    )
    taken.filter(~Exists(own.active())).update(state=State.SKIPPED, answer=reason)


def launch(delivery: Claimed, worker: str, landed: Landed | None = None) -> bool:
    """Whether one copy may go out, see `launch_all`."""
    return delivery.pk in launch_all([delivery], worker, [landed] if landed else [])


def launch_all(deliveries: Iterable[Claimed], worker: str, landed: Iterable[Landed] = ()) -> set[int]:
    """Commit that copies are about to go out, and that those before have been handed over. Returns the keys of those
    that may go: where the lease was lost, or a copy was withdrawn, it must not."""
    wishes: list[tuple[int, bool, str]] = [(copy.delivery.pk, True, copy.answer[:500]) for copy in landed]
    wishes += [(delivery.pk, False, "") for delivery in deliveries]
    if not wishes:
        return set()
    statement = LAND_AND_LAUNCH.format(wishes=", ".join(["(%s, %s, %s)"] * len(wishes)))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(value for wish in sorted(wishes) for value in wish), now, worker])
        return {pk for (pk,) in cursor.fetchall()}


def land(delivery: Claimed, worker: str, state: State, answer: str, *, retry_in: timedelta | None = None) -> None:
    """Commit what became of a copy in flight; with `retry_in` it is queued again."""
    now = timezone.now()
    Delivery.objects.filter(pk=delivery.pk, worker=worker, state__in=[State.IN_FLIGHT, State.UNCERTAIN]).update(
        state=state,
        answer=answer[:500],
        lease_until=None,
        handed_over_at=now if state == State.HANDED_OVER else None,
        next_attempt_at=now + (retry_in or timedelta()),
    )


def give_back(deliveries: Sequence[Claimed], worker: str) -> None:
    """Return what was claimed and not begun, as at the end of a worker."""
    back = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries], worker=worker, state=State.CLAIMED)
    back.update(state=State.QUEUED, lease_until=None)


def ground(delivery: Claimed, worker: str) -> None:
    """Take back a launch: the copy never left, as there was no connection."""
    mine = Delivery.objects.filter(pk=delivery.pk, worker=worker, state__in=[State.IN_FLIGHT, State.UNCERTAIN])
    mine.update(state=State.QUEUED, lease_until=None, attempts=F("attempts") - 1)


def recall(subscribers: Collection[int]) -> None:
    """Take what waits for these people out of the workers' hands, so that their consent is asked for anew before it
    goes out. For what is in flight it is too late.

    To be called in the transaction that changes the consent. It touches queued copies too: so it waits for a claim
    that is just being made, and one made from now on passes them by until the change is committed.
    """
    waiting = Delivery.objects.filter(subscriber__in=subscribers, state__in=[State.QUEUED, State.CLAIMED])
    locking.lock(waiting)
    waiting.update(state=State.QUEUED, lease_until=None)


@transaction.atomic
def renew(workers: Collection[str]) -> None:
    held = Delivery.objects.held().filter(worker__in=workers)
    locking.lock(held)
    held.update(lease_until=timezone.now() + LEASE)


@transaction.atomic
def release_abandoned() -> None:
    """What dead workers had in hand: claimed copies are queued again, copies in flight uncertain."""
    abandoned = Delivery.objects.abandoned()
    locking.lock(abandoned)
    abandoned.filter(state=State.CLAIMED).update(state=State.QUEUED, lease_until=None)
    abandoned.filter(state=State.IN_FLIGHT).update(
        state=State.UNCERTAIN, lease_until=None, answer="its worker died while it was in flight"
    )


def limits(dispatch: Dispatch) -> dict[str, int]:
    """Messages a second, by what is limited; nothing for what is not."""
    rates = {f"dispatch-{dispatch.pk}": dispatch.rate, "mail server": settings.MAIL_RATE}
    return {name: rate for name, rate in rates.items() if rate}


def room(dispatch: Dispatch, most: int) -> int:
    """How many messages to claim at once: none while others have set aside the next seconds."""
    names = list(limits(dispatch))
    now, throttles = time.time(), Throttle.objects.filter(name__in=names)
    if names and throttles.filter(free_at__gt=now + SECONDS_A_CHUNK, free_at__lt=now + LONGEST_WAIT).exists():
        return 0
    return min([most, *(max(1, rate * SECONDS_A_CHUNK) for rate in limits(dispatch).values())])


def set_aside(dispatch: Dispatch, number: int) -> list[float]:
    """When each of so many messages may leave, in seconds since 1970. In a transaction."""
    starts = [0.0] * number
    for name, rate in sorted(limits(dispatch).items()):
        begin = span(name, number / rate)
        starts = [max(start, begin + place / rate) for place, start in enumerate(starts)]
    return starts


def span(name: str, seconds: float) -> float:
    """Take the next so many seconds of a limit; returns when they begin."""
    throttle, _ = Throttle.objects.select_for_update().get_or_create(name=name, defaults={"free_at": 0})
    now = time.time()
    begin = max(now, throttle.free_at if throttle.free_at < now + LONGEST_WAIT else 0)
    Throttle.objects.filter(pk=name).update(free_at=begin + seconds)
    return begin
