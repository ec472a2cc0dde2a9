"""Numbers by day as bars, drawn by the server: a template writes them as SVG, the numbers themselves beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

#: In units of the drawing, which its page scales.
WIDTH, HEIGHT, GAP = 720, 120, 2
MOST_BARS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    first: date
    last: date
    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    highest: int
    total: int
    #: How many days a bar stands for.
    days: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def last(self) -> date:
        return self.bars[-1].last

    @property
    def busiest(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.number)


def chart(by_day: Mapping[date, int], first: date, last: date) -> Chart:
    """At most 60 bars of equally many days; the last may not be over yet."""
    days = ceil(((last - first).days + 1) / MOST_BARS)
    starts = [first + timedelta(start) for start in range(0, (last - first).days + 1, days)]
    numbers = [sum(by_day.get(start + timedelta(day), 0) for day in range(days)) for start in starts]
    highest, step = max(numbers), WIDTH / len(starts)
    bars = []
    for place, (start, number) in enumerate(zip(starts, numbers, strict=True)):
        height = HEIGHT * number / highest if number else 0
        end = min(start + timedelta(days - 1), last)
        bars.append(Bar(start, end, number, round(place * step, 1), HEIGHT - height, max(1, step - GAP), height))
    return Chart(bars, highest, sum(numbers), days)
