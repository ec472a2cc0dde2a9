"""Find what is public: the best matches first, and how many there are by newsletter and year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from newsletter.models import Article, Issue, SearchEntry
from newsletter.models.search import SearchEntryQuerySet
from newsletter.searching.excerpts import excerpt, marked, places
from newsletter.searching.queries import Query

HITS_ON_A_PAGE = 20

type Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article or an issue, with the words looked for marked in its title and in a piece of its text. `names` are
    its source, contributors and tags; empty where these have nothing of what is looked for."""

    thing: Article | Issue
    title: SafeString
    excerpt: SafeString
    names: SafeString

    @property
    def issue(self) -> Issue | None:
        return self.thing if isinstance(self.thing, Issue) else self.thing.issue

    @property
    def kind(self) -> str:
        return _("Issue") if isinstance(self.thing, Issue) else self.thing.get_kind_display()


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter to set, or to take away where `value` is None, and how much there is to be found then."""

    name: str
    value: str | None
    label: str
    count: int
    is_chosen: bool

    @property
    def parameters(self) -> dict[str, str | None]:
        """What it changes in the address."""
        return {self.name: self.value, "page": None}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page of `Hit`s, how many there are without filters, and the filters."""

    page: Page
    unfiltered: int
    newsletters: list[Choice]
    years: list[Choice]


def find(query: Query, filters: Mapping[str, str], page: str) -> Found:
    """Search for a truthy `query`; `filters` may hold the slug of a `newsletter` and a `year`. Odd filters find
    nothing, a page beyond the last is the last."""
    matching = (
        SearchEntry.objects.matching(query)
        .published()
        .annotate(
            newsletter=Coalesce("article__newsletter__slug", "issue__newsletter__slug"),
            name=Coalesce("article__newsletter__title", "issue__newsletter__title"),
            year=ExtractYear(Coalesce("article__published_at", "issue__published_at")),
        )
    )
    rows = list(matching.values("newsletter", "name", "year").annotate(count=Count("pk")).order_by("name", "-year"))
    count = total(only(rows, filters))
    return Found(
        page=best(matching, query, filters, page, count),
        unfiltered=total(rows),
        newsletters=choices(rows, filters, "newsletter", "name", _("All newsletters")),
        years=choices(rows, filters, "year", "year", _("All years")),
    )


def only(rows: Rows, filters: Mapping[str, str]) -> Rows:
    return [row for row in rows if all(str(row[name]) == value for name, value in filters.items())]


def total(rows: Rows) -> int:
    return sum(row["count"] for row in rows)


def choices(rows: Rows, filters: Mapping[str, str], name: str, label: str, everything: str) -> list[Choice]:
    """What one filter may be set to while the others stay; nothing where there is no choice."""
    chosen = filters.get(name)
    counts = Counter[tuple[str, str]]()
    for row in only(rows, {other: value for other, value in filters.items() if other != name}):
        counts[str(row[name]), str(row[label])] += row["count"]
    if len(counts) < 2 and not chosen:
        return []
    options = [(value, text, number) for (value, text), number in counts.items()]
    return [
        Choice(name, value, text, number, is_chosen=value == chosen)
        for value, text, number in [(None, everything, counts.total()), *options]
    ]


def best(matching: SearchEntryQuerySet, query: Query, filters: Mapping[str, str], number: str, count: int) -> Page:
    """One page of `Hit`s, the best first, of `count` that match with the filters."""
    page = Paginator(range(count), HITS_ON_A_PAGE).get_page(number)
    if not count:
        return page
    ranked = matching.filter(**filters).best_first(query).values_list("pk", flat=True)
    hits = load(list(ranked[page.start_index() - 1 : page.end_index()]), query)
    return Page(hits, page.number, page.paginator)


def load(keys: list[int], query: Query) -> list[Hit]:
    things = (Prefetch(name, model.objects.for_lists()) for name, model in (("article", Article), ("issue", Issue)))
    entries = SearchEntry.objects.only("plain", "article", "issue").prefetch_related(*things).in_bulk(keys)
    return [hit(entries[key], query) for key in keys if key in entries]


def hit(entry: SearchEntry, query: Query) -> Hit:
    text, _line_break, names = entry.plain.rpartition("\n")
    title = marked(entry.thing.title, query)
    return Hit(
        entry.thing, title, excerpt(text, query), marked(names, query) if places(names, query) else SafeString()
    )
