"""Figures of mail as tables show them: numbers, rates, what is beyond a limit, and a bar."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from deliverability import braking
from deliverability.alarms import FEWEST, ONE_IN
from deliverability.models import DomainAlarm, DomainTally
from deliverability.tallying import FIGURES, NEVER, OTHERS
from mailing.admin.progress import echoes
from mailing.models import Dispatch

#: Rows that a table shows: the largest, and of the others those of which most came back.
LARGEST, WORST = 10, 5

COLUMNS = {
    "hard": _("No such address"),
    "soft": _("Came back for now"),
    "policy": _("Refused for something of ours"),
    "complaints": _("Complaints"),
    "left": _("Left"),
}
#: At least so many, and one in so many of what was handed over, and a number stands out.
BEYOND = {name: (braking.FEWEST, limit.one_in) for name, limit in braking.LIMITS.items()} | {
    "policy": (FEWEST, ONE_IN)
}


class Cell(NamedTuple):
    name: str
    label: Any
    number: int
    percent: float
    is_beyond: bool

    @property
    def look(self) -> str:
        return "is-beyond" if self.is_beyond else "" if self.number else "is-nothing"


@dataclass
class Row:
    """What is counted of one domain or one dispatch."""

    name: Any
    figures: Mapping[str, int]
    url: str = ""
    when: Any = None
    #: What the bar of the largest row stands for.
    most: int = 0

    @property
    def handed(self) -> int:
        return self.figures["handed"]

    @property
    def cells(self) -> list[Cell]:
        return [self.cell(name) for name in COLUMNS]

    def cell(self, name: str) -> Cell:
        number, base = self.figures[name], max(self.handed, self.figures[name], 1)
        fewest, one_in = BEYOND.get(name, (0, 0))
        return Cell(
            name,
            COLUMNS[name],
            number,
            number * 100 / base,
            bool(fewest) and number >= fewest and number * one_in >= base,
        )

    @property
    def trouble(self) -> int:
        return self.figures["hard"] + self.figures["policy"] + self.figures["complaints"]

    @property
    def bar(self) -> list[tuple[str, int, int]]:
        """The state that colours it, where each part begins and how wide it is, in thousandths."""
        bad = self.figures["hard"] + self.figures["complaints"]
        doubtful = self.figures["soft"] + self.figures["policy"]
        parts = {"handed": max(self.handed - bad - doubtful, 0), "uncertain": doubtful, "failed": bad}
        scale, start, made = max(self.most, sum(parts.values()), 1), 0, []
        for state, number in parts.items():
            width = max(number * 1000 // scale, 2) if number else 0
            made.append((state, start, width))
            start += width
        return made


def summed(tallies: Any, by: str) -> dict[Any, dict[str, int]]:
    rows = tallies.order_by().values(by).annotate(**{f"all_{name}": Sum(name) for name in FIGURES})
    return {row[by]: {name: row[f"all_{name}"] for name in FIGURES} for row in rows}


def rows_by_domain(figures: Mapping[str, dict[str, int]], page: str = "") -> list[Row]:
    """The largest domains, then those with most trouble, then all others in one row."""
    rows = [Row(domain, numbers) for domain, numbers in figures.items()]
    rows.sort(key=lambda row: (row.name == OTHERS, -row.handed, -row.trouble, row.name))
    own = [row for row in rows if row.name != OTHERS and any(row.figures.values())]
    worst = sorted((row for row in own[LARGEST:] if row.trouble), key=lambda row: -row.trouble)[:WORST]
    shown = own[:LARGEST] + worst
    rest = total_of(row for row in rows if row not in shown)
    for row in shown:
        row.url = f"{page}{row.name}" if page else ""
    return drawn_alike([*shown, Row(_("all others"), rest)] if any(rest.values()) else shown)


def drawn_alike(rows: list[Row]) -> list[Row]:
    most = max((row.handed for row in rows), default=0)
    for row in rows:
        row.most = most
    return rows


def total_of(rows: Iterable[Row]) -> dict[str, int]:
    found = dict.fromkeys(FIGURES, 0)
    for row in rows:
        for name in FIGURES:
            found[name] += row.figures[name]
    return found


class CameBack:
    """What the page of a dispatch tells of what came of it."""

    columns = COLUMNS

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch

    @cached_property
    def tallies(self) -> dict[str, DomainTally]:
        return {each.domain: each for each in DomainTally.objects.filter(dispatch=self.dispatch)}

    @cached_property
    def rows(self) -> list[Row]:
        return rows_by_domain(
            {domain: {name: getattr(each, name) for name in FIGURES} for domain, each in self.tallies.items()}
        )

    @cached_property
    def total(self) -> Row:
        return Row(_("all"), total_of(self.rows))

    @cached_property
    def alarms(self) -> list[DomainAlarm]:
        """Those that are open, of the domains that this one goes to."""
        return list(DomainAlarm.objects.filter(over_at=None, domain__in=self.tallies)) if self.tallies else []

    @cached_property
    def exceeds(self) -> bool:
        """Whether so much came back as stops a mailing that is under way."""
        return any(self.total.cell(name).is_beyond for name in braking.LIMITS)

    @property
    def counted_at(self) -> datetime | None:
        """None where it was never counted as a whole."""
        at = self.tallies[OTHERS].counted_at if OTHERS in self.tallies else NEVER
        return at if at > NEVER else None

    @property
    def echoes(self) -> Iterator[tuple[Any, int, str]]:
        """What was heard of the issue elsewhere: what it is, how often, where it stands."""
        for echo in echoes:
            if number := echo.numbers([self.dispatch.issue_id]).get(self.dispatch.issue_id, 0):
                yield echo.label, number, echo.page_of(self.dispatch.issue_id)
