"""The contents of an issue as readers meet them: section by section, the items numbered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from core.prepared import prepared
from newsletter.models import Article, Contribution, Correction, Issue, Publishable, Section, TaggedArticle
from newsletter.models.articles import ArticleQuerySet


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in its place; `number` is an item's within its section, None for an essay."""

    article: Article
    number: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """What stands together: the articles of a section, which may be a text alone, or those before the first one."""

    section: Section | None
    entries: list[Entry]


def contents(articles: Iterable[Article], texts: Iterable[Section] = ()) -> list[Part]:
    """Group articles, given in reading order with their sections loaded, as the issue prints them; among them those of
    its sections that have a text, as `with_texts` gives them, and no article."""
    parts = [Part(section, numbered(group)) for section, group in groupby(articles, key=lambda each: each.section)]
    filled = {part.section for part in parts}
    alone = [Part(section, []) for section in texts if section not in filled]
    parts = sorted([*parts, *alone], key=place_of) if alone else parts
    return [without_twin(part) for part in parts]


def without_twin(part: Part) -> Part:
    """A section whose one article bears its name is that article: readers meet the name once."""
    section, titles = part.section, [entry.article.title for entry in part.entries]
    is_twin = section and not section.intro and titles == [section.title]
    return Part(None, part.entries) if is_twin else part


def place_of(part: Part) -> tuple[int, int]:
    return (part.section.position, part.section.pk) if part.section else (-1, 0)


@prepared
def with_texts(*, issue: Any) -> QuerySet[Section]:
    return Section.objects.filter(issue=issue, intro__gt="").order_by("position", "pk")


def numbered(articles: Iterable[Article]) -> list[Entry]:
    numbers = count(1)
    return [Entry(article, next(numbers) if article.kind == Article.Kind.ITEM else None) for article in articles]


def in_print(issue: Issue) -> ArticleQuerySet:
    """The articles that readers meet in an issue; of one that is not public, those that they would meet. In reading
    order. So editors see an issue as it is or will be, whatever else they may open."""
    return issue.articles.in_print(issue.is_public)


@prepared
def row(is_public: bool, *, issue: Any, now: Any) -> ArticleQuerySet:
    """No more of them than it takes to tell one's place."""
    articles = Article.objects.filter(issue=issue).in_print(is_public, now)
    return articles.only("title", "slug", "kind", "section", "issue", "newsletter")


def around(article: Article) -> tuple[Entry | None, Entry | None, Entry | None]:
    """The entries before, of and after an article in its issue; all None where it is not among them."""
    issue = article.issue
    articles = row(issue.is_public, issue=issue.pk, now=timezone.now()) if issue else []
    sections = groupby(articles, key=lambda each: each.section_id)
    entries = [None, *(entry for _section, group in sections for entry in numbered(group)), None]
    for place in zip(entries, entries[1:], entries[2:], strict=False):
        if place[1] and place[1].article == article:
            for entry in filter(None, place):
                entry.article.issue, entry.article.newsletter = issue, article.newsletter
            return place
    return None, None, None


def give_credits(articles: Collection[Article], owner: str, place: int) -> None:
    """Load bylines and tags of articles: of all whose `owner` (a lookup) is this."""
    give(articles, "contributions", ((each.article_id, each) for each in bylines(f"article{owner}", place=place)))
    give(
        articles,
        "tags",
        ((each.content_object_id, each.tag) for each in tagged(f"content_object{owner}", place=place)),
    )


def give(things: Iterable[Publishable], relation: str, rows: Iterable[tuple[int, Model]]) -> None:
    """Load a relation of things, so that its `all()` asks nothing."""
    found: dict[int, list[Model]] = {thing.pk: [] for thing in things}
    for pk, row in rows:
        found.setdefault(pk, []).append(row)
    for thing in things:
        vars(thing).setdefault("_prefetched_objects_cache", {})[relation] = found[thing.pk]


@prepared
def bylines(owner: str, *, place: Any) -> QuerySet:
    return Contribution.objects.filter(**{owner: place}).select_related("contributor")


@prepared
def tagged(owner: str, *, place: Any) -> QuerySet:
    return TaggedArticle.objects.filter(**{owner: place}).select_related("tag").order_by("tag")


@prepared
def corrections(*owners: str, place: Any) -> QuerySet:
    return Correction.objects.filter(Q(*((owner, place) for owner in owners), _connector=Q.OR))
