"""How far a dispatch is, in numbers that cost the same however many people it goes to, but for one count.

To count a million copies takes the better part of a second. So while a dispatch is watched, what was counted holds for
a while: twenty times as long as counting took.
"""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.core.cache import cache
from django.utils import timezone
from django.utils.functional import Promise

from core.worker import pulse
from mailing.models import Delivery, Dispatch

#: The speed is that of the last so many copies, as far as they are of the last minute.
SAMPLE = 500
LATELY = timedelta(seconds=60)
SHOWN = 10
COUNTING_SHARE = 0.05


class Echo(NamedTuple):
    """What is heard of issues after they were mailed, such as answers."""

    label: Promise
    #: How often, by the keys of issues, of those that are given; none where it was never.
    numbers: Callable[[Collection[int]], Mapping[int, int]]
    #: Where what was heard of an issue stands.
    page_of: Callable[[int], str]


#: Apps above add theirs in their registrations.
echoes: list[Echo] = []

State = Delivery.State
#: The parts of the bar, in the order in which they stand in it.
SEGMENTS = [State.HANDED_OVER, State.SKIPPED, State.UNCERTAIN, State.FAILED]
LIVE = [Dispatch.State.PLANNED, Dispatch.State.FREEZING, Dispatch.State.SENDING]


class Progress:
    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch

    @cached_property
    def counts(self) -> dict[str, int]:
        return recent_counts(self.dispatch) if self.is_live else self.dispatch.counts()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_live(self) -> bool:
        return self.dispatch.state in LIVE

    @property
    def missing_worker(self) -> str:
        return pulse.missing() if self.is_live else ""

    @property
    def open(self) -> int:
        return sum(self.counts[state] for state in (State.QUEUED, *Delivery.IN_HAND))

    @property
    def done(self) -> int:
        return self.total - self.open

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The parts of the bar. Place and width are in thousandths of it."""
        made: list[dict[str, Any]] = []
        start = 0
        for state in SEGMENTS:
            number = self.counts[state]
            width = max(number * 1000 // self.total, 2) if number else 0
            made.append({"name": state.value, "label": state.label, "number": number, "start": start, "width": width})
            start += width
        return made

    @property
    def lines(self) -> list[tuple[str, str, int]]:
        """Each state that there is anything in: its value, its name, how many."""
        return [(state.value, str(state.label), self.counts[state]) for state in State if self.counts[state]]

    @cached_property
    def rate(self) -> float:
        """Messages a second, lately."""
        # Ids first: they stand in the index alone, where PostgreSQL would else go through all that is queued.
        newest = self.dispatch.deliveries.received().order_by("-pk").values_list("pk", flat=True)[:SAMPLE]
        lately = Delivery.objects.filter(pk__in=list(newest), handed_over_at__gte=timezone.now() - LATELY)
        moments = sorted(moment for moment in lately.values_list("handed_over_at", flat=True) if moment)
        seconds = (moments[-1] - moments[0]).total_seconds() if moments else 0
        return (len(moments) - 1) / seconds if seconds else 0.0

    @property
    def time_left(self) -> timedelta | None:
        """None where nothing moves."""
        return timedelta(seconds=self.open / self.rate) if self.rate and self.open and self.is_live else None

    @cached_property
    def errors(self) -> list[Delivery]:
        """What went wrong last, with the subscribers."""
        wrong = self.dispatch.deliveries.filter(state__in=[State.FAILED, State.UNCERTAIN])
        return list(wrong.select_related("subscriber").order_by("-pk")[:SHOWN])

    @cached_property
    def put_off(self) -> int:
        """How many are tried again later."""
        waiting = self.dispatch.deliveries.filter(state=State.QUEUED, next_attempt_at__gt=timezone.now())
        return waiting.count()


def recent_counts(dispatch: Dispatch) -> dict[str, int]:
    """The counts of each state, perhaps of some seconds ago."""
    counts: dict[str, int] | None = cache.get(counts_key(dispatch))
    if counts is None:
        began = time.perf_counter()
        counts = dispatch.counts()
        cache.set(counts_key(dispatch), counts, (time.perf_counter() - began) / COUNTING_SHARE)
    return counts


def forget_counts(dispatch: Dispatch) -> None:
    """Whoever has just changed something wants to see it."""
    cache.delete(counts_key(dispatch))


def counts_key(dispatch: Dispatch) -> str:
    return f"dispatch-counts:{dispatch.pk}:{dispatch.state}"
