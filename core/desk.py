"""What the admin's front page and its pages tell across the apps: what waits, what is planned, what happened."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the front page. Its template finds `facts` as `panel`."""

    template: str
    facts: Any


@dataclass(frozen=True, slots=True, order=True)
class Planned:
    """What happens at a moment if nobody changes it."""

    at: datetime
    text: str
    url: str


#: Each gives its panels about a newsletter (None on a site that has none) to those who may see them, in a number of
#: queries that does not grow. Apps add theirs in `ready()`: to the column of what is worked at, or of what is watched.
type Panels = list[Callable[[HttpRequest, Any], Iterable[Panel]]]
work_panels: Panels = []
watch_panels: Panels = []
plans: list[Callable[[HttpRequest, Any], Iterable[Planned]]] = []


def front_page(request: HttpRequest, newsletter: Any) -> dict[str, Any]:
    """What its template shows."""
    return {
        "waiting": [line for source in lines for line in source(request)],
        "work": [panel for source in work_panels for panel in source(request, newsletter)],
        "watch": [panel for source in watch_panels for panel in source(request, newsletter)],
        "planned": sorted(plan for source in plans for plan in source(request, newsletter)),
    }
