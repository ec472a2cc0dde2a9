"""Keep what search knows in step with what is written."""

from collections.abc import Iterator
from itertools import batched
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.db import connection
from django.db.models import QuerySet
from taggit.models import Tag

from core.markup.tree import INLINE, parse
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture, SearchEntry
from newsletter.models.written import Written
from newsletter.searching.known import learn
from newsletter.searching.words import compose, split

#: Longer texts are found by their beginning; a tsvector holds no more than a megabyte.
MAX_LENGTH = 200_000
#: Parts of stored HTML that are no words of the text: references to footnotes, “Q:” and “A:”, addresses of videos.
NO_WORDS = {"footnote-ref", "footnote-backref", "mark", "video-link"}


def index(thing: Written | Picture | Tag) -> None:
    """Let search know a thing as the database has it now, or all that it is named in. To be called after a change of
    an article or issue, of its tags and contributors, and of what they are called."""
    match thing:
        case Article() | Issue():
            reindex(type(thing)._default_manager.filter(pk=thing.pk))
        case Newsletter():
            reindex(thing.issues.all())
        case Contributor():
            reindex(Article.objects.filter(pk__in=thing.contributions.values("article")))
        case Tag():
            reindex(Article.objects.filter(pk__in=thing.tagged_articles.values("content_object")))
        case Picture():
            reindex(Article.objects.filter(lead_picture=thing))
            reindex(Issue.objects.filter(lead_picture=thing))


def reindex(things: QuerySet[Article] | QuerySet[Issue]) -> int:
    """Let search know all these as the database has them now; returns how many. Constant memory."""
    related = ["contributors", "tagged__tag"] if things.model is Article else ["sections"]
    loaded: QuerySet[Any] = things.select_related("newsletter", "lead_picture").prefetch_related(*related)
    columns, kind = ["title", "keywords", "text", "plain"], str(things.model._meta.model_name)
    count = 0
    for batch in batched(loaded.order_by("pk").iterator(chunk_size=200), 200):
        entries = map(entry, batch)
        SearchEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=[kind], update_fields=columns)
        count += len(batch)
    return count


def reindex_everything() -> int:
    """Make the whole index anew; returns how many things it holds. Searches go on meanwhile. Constant memory."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO newsletter_searchindex (newsletter_searchindex) VALUES ('rebuild')")
    count = reindex(Article.objects.all()) + reindex(Issue.objects.all())
    learn(anew=True)
    return count


def entry(thing: Article | Issue) -> SearchEntry:
    """What search knows of a thing whose relations are loaded."""
    text, keywords = lines(*texts(thing)), lines(*names(thing))
    return SearchEntry(
        article=thing if isinstance(thing, Article) else None,
        issue=thing if isinstance(thing, Issue) else None,
        title=split(thing.title),
        keywords=split(f"{keywords}\n{place(thing)}"),
        text=split(text)[:MAX_LENGTH],
        plain=compose(f"{text}\n{keywords.replace('\n', ' · ')}"),
    )


def texts(thing: Article | Issue) -> Iterator[str]:
    """Everything there is to read, pictures' captions and credits included, as plain text."""
    yield thing.summary
    yield reading(thing.body_html)
    if isinstance(thing, Issue):
        for section in thing.sections.all():
            yield from (section.title, reading(section.intro_html))
        yield reading(thing.closing_html)
    if thing.lead_picture:
        yield from (thing.lead_picture.caption, thing.lead_picture.credit)


def reading(html: str) -> str:
    """Stored HTML as a reader reads it, a line for each block."""
    lines = "".join(words(parse(html))).splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def words(element: Element) -> Iterator[str]:
    gap = "\n" if element.tag not in INLINE or element.tag == "br" else ""
    yield gap
    if element.get("class") not in NO_WORDS:
        yield element.text or ""
        for child in element:
            yield from words(child)
            yield child.tail or ""
    yield gap


def names(thing: Article | Issue) -> Iterator[str]:
    """What a thing is known by besides its title, fit to be shown."""
    if isinstance(thing, Issue):
        yield thing.subject
    else:
        yield thing.source_name
        yield from (contributor.name for contributor in thing.contributors.all())
        yield from (tagged.tag.name for tagged in thing.tagged.all())


def place(thing: Article | Issue) -> str:
    """What a thing is also found by: an issue's newsletter and number, the address of an article's source."""
    if isinstance(thing, Issue):
        return f"{thing.newsletter.title} No. {thing.number}\n第{thing.number}期"
    return urlsplit(thing.source_url).hostname or ""


def lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
