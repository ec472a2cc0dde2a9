"""What the admin's pages tell across the apps: what waits for somebody, and what happened around a text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Model
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and where it leads."""

    text: str
    url: str


#: Each gives its lines, in few queries, to those who may follow them; none where nothing waits. Apps add theirs in
#: `ready()`.
lines: list[Callable[[HttpRequest], Iterable[Line]]] = []


def lines_for(request: HttpRequest) -> list[Line]:
    return [line for source in lines for line in source(request)]


@dataclass(frozen=True, slots=True)
class Series:
    """What happened how often, by day; a day without has no entry."""

    label: str
    by_day: Mapping[date, int]


#: Each tells, of something published (of a kind it knows; of others nothing), what happened from one day to another.
#: Apps add theirs in `ready()`.
happenings: list[Callable[[Model, date, date], Iterable[Series]]] = []


def happened(thing: Model, first: date, last: date) -> list[Series]:
    return [series for source in happenings for series in source(thing, first, last)]
