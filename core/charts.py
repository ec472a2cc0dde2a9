"""Small charts that the server draws as SVG, with their numbers in words: see `templates/admin/_sparkline.html`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

#: In units of the drawing, whose line keeps a little away from its edges.
WIDTH, HEIGHT, EDGE = 240, 48, 2


def sums(by_day: Mapping[date, int], starts: Iterable[date], days: int) -> list[int]:
    """What is counted by day, of so many days from each of these on."""
    return [sum(by_day.get(start + timedelta(day), 0) for day in range(days)) for start in starts]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers over time, oldest first: `labels` say when, `title` what of."""

    title: str | Promise
    labels: Sequence[Any]
    values: Sequence[int]
    #: Whether the bottom of the drawing is nothing: for what is counted anew each time, not for what grows.
    from_nothing: bool = True

    @property
    def rows(self) -> list[tuple[Any, int]]:
        return list(zip(self.labels, self.values, strict=True))

    @property
    def points(self) -> list[tuple[int, int]]:
        """Places in the drawing, from its left upper corner."""
        least, most = 0 if self.from_nothing else min(self.values), max(self.values)
        across, up = (WIDTH - 2 * EDGE) / max(len(self.values) - 1, 1), (HEIGHT - 2 * EDGE) / max(most - least, 1)
        places = enumerate(self.values)
        return [(round(EDGE + at * across), round(HEIGHT - EDGE - (value - least) * up)) for at, value in places]

    @property
    def line(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.points)

    @property
    def area(self) -> str:
        return f"{self.points[0][0]},{HEIGHT} {self.line} {self.points[-1][0]},{HEIGHT}"

    @property
    def words(self) -> str:
        """What the line shows: its ends, and its heights and depths."""
        said = [(_("%(when)s: %(number)s"), 0), (_("now %(number)s"), -1)]
        said += [(_("most %(number)s (%(when)s)"), self.values.index(max(self.values)))]
        return ", ".join(
            words % {"when": self.labels[at], "number": number_format(self.values[at], force_grouping=True)}
            for words, at in said
        )
