"""The contents of an issue as readers meet them: section by section, the items numbered."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, groupby

from newsletter.models import Article, Issue, Section, Status
from newsletter.models.articles import ArticleQuerySet


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in its place; `number` is an item's within its section, None for an essay."""

    article: Article
    number: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """What stands together: the articles of a section, or those before the first one."""

    section: Section | None
    entries: list[Entry]


def contents(articles: Iterable[Article]) -> list[Part]:
    """Group articles, given in reading order with their sections loaded, as the issue prints them."""
    return [Part(section, numbered(group)) for section, group in groupby(articles, key=lambda each: each.section)]


def numbered(articles: Iterable[Article]) -> list[Entry]:
    numbers = count(1)
    return [Entry(article, next(numbers) if article.kind == Article.Kind.ITEM else None) for article in articles]


def in_print(issue: Issue) -> ArticleQuerySet:
    """The articles that readers meet in an issue; of one that is not public, those that they would meet. In reading
    order. So editors see an issue as it is or will be, whatever else they may open."""
    articles = issue.articles.published() if issue.is_public else issue.articles.exclude(status=Status.WITHDRAWN)
    return articles.in_reading_order()


def around(parts: Iterable[Part], article: Article) -> tuple[Entry | None, Entry | None, Entry | None]:
    """The entries before, of and after an article; all None where it is not among them."""
    row = [None, *(entry for part in parts for entry in part.entries), None]
    for before, entry, after in zip(row, row[1:], row[2:], strict=False):
        if entry and entry.article == article:
            return before, entry, after
    return None, None, None
