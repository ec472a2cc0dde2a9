"""How far a dispatch is, in numbers that cost the same however many people it goes to, but for one count."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from mailing.models import Delivery, Dispatch

#: The speed is that of the last so many copies, as far as they are of the last minute.
SAMPLE = 500
LATELY = timedelta(seconds=60)
SHOWN = 10

State = Delivery.State
#: The parts of the bar, in the order in which they stand in it.
SEGMENTS = [State.HANDED_OVER, State.SKIPPED, State.UNCERTAIN, State.FAILED]
LIVE = [Dispatch.State.PLANNED, Dispatch.State.FREEZING, Dispatch.State.SENDING]


@dataclass
class Segment:
    """One part of the bar. Place and width are in thousandths of it."""

    name: str
    label: str
    number: int
    start: int
    width: int


class Progress:
    """Four queries."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch
        self.counts = dispatch.counts()
        self.total = sum(self.counts.values())

    @property
    def is_live(self) -> bool:
        return self.dispatch.state in LIVE

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
    def segments(self) -> list[Segment]:
        made, start = [], 0
        for state in SEGMENTS:
            number = self.counts[state]
            width = max(number * 1000 // self.total, 2) if number else 0
            made.append(Segment(state.value, str(state.label), number, start, width))
            start += width
        return made

    @property
    def lines(self) -> list[tuple[str, str, int]]:
        """Each state that there is anything in: its value, its name, how many."""
        return [(state.value, str(state.label), self.counts[state]) for state in State if self.counts[state]]

    @cached_property
    def rate(self) -> float:
        """Messages a second, lately."""
        newest = self.dispatch.deliveries.received().order_by("-pk").values_list("pk", flat=True)[:SAMPLE]
        ids = list(newest)
        lately = Q(pk__in=ids, handed_over_at__gte=timezone.now() - LATELY)
        moments = list(
            Delivery.objects.filter(lately).order_by("handed_over_at").values_list("handed_over_at", flat=True)
        )
        return speed(moments)

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


def speed(moments: list[Any]) -> float:
    if len(moments) < 2:
        return 0.0
    seconds = (moments[-1] - moments[0]).total_seconds()
    return (len(moments) - 1) / seconds if seconds else 0.0
