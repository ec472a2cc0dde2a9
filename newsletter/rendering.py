"""Stored HTML: made here, and only here, from the Markdown beside it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from itertools import batched, chain
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import translation

from core import locking
from core.changes import content_changed
from core.fetching import plain
from core.markup import RENDERER_VERSION, Figure, Rendered, referenced_pictures, render
from core.markup.named import named_in
from core.worker.processes import at_work
from newsletter import mentioning
from newsletter.models import Article, Contributor, Correction, Issue, Link, Newsletter, Picture, Section
from newsletter.models.written import Written
from newsletter.searching.indexing import index, reindex

ELSEWHERE = re.compile(r'href="(https?://[^"]+)"')

type Part = Written | Section | Correction

#: Texts that belong to those of something else.
PARTS: dict[type[models.Model], list[str]] = {
    Issue: ["sections__intro", "corrections__text"],
    Article: ["corrections__text"],
}
#: So many rows are rendered by one process before it takes others.
PIECE = 100
#: So many texts take as long as a process needs to begin.
WORTH_A_PROCESS = 200


class Kind(NamedTuple):
    """Rows that store HTML, and how those that are given are rendered and announced, each if it is still there."""

    model: type[models.Model]
    version: int
    render: Callable[[Iterable[Any]], None]

    def rows(self, stale_only: bool) -> models.QuerySet:
        rows = self.model._base_manager.order_by("pk")
        return rows.exclude(renderer_version=self.version) if stale_only else rows


class Made(dict[tuple[str, str, frozenset[Figure]], Rendered]):
    """What was made of texts, by what it depends on."""

    def __missing__(self, key: tuple[str, str, frozenset[Figure]]) -> Rendered:
        text, prefix, figures = key
        self[key] = render(text, figures={figure.name: figure for figure in figures}, prefix=prefix)
        return self[key]


@translation.override(settings.LANGUAGE_CODE)
@transaction.atomic
def render_texts(thing: Written, made: Made | None = None) -> None:
    """Store the HTML of every text of a saved `thing` (also of its sections and corrections), with what follows from
    it: pictures shown, links, mentions, length, questions answered, what search finds. `updated_at` stays as it is."""
    parts = parts_of(thing)
    pictures = Picture.objects.filter(name__in=names_in(parts))
    figures = figures_of(pictures)
    rendered = [result for part in parts for result in store_html(part, figures, made)]
    store(thing, renderer_version=RENDERER_VERSION, **facts(thing, rendered))
    thing.pictures.set(pictures)
    addresses = addresses_in(thing, rendered)
    thing.links.set(Link.objects.of(addresses))
    if isinstance(thing, Issue | Article):
        mentioning.note({thing: addresses})
    index(thing)
    content_changed()


@translation.override(settings.LANGUAGE_CODE)
@transaction.atomic
def render_articles(articles: Sequence[Article], *, are_new: bool = False) -> None:
    """The same for many articles at the cost in queries of one. `are_new` are those that were stored in one go."""
    if not articles:
        return
    if not are_new:
        models.prefetch_related_objects(articles, "corrections")
    parts = {article: [article] if are_new else parts_of(article) for article in articles}
    pictures = {each.name: each for each in Picture.objects.filter(name__in=names_in(chain(*parts.values())))}
    figures, shown, led_to = figures_of(pictures.values()), [], {}
    for article, (_article, *corrections) in parts.items():
        body = html_of(article, figures)["body_html"]
        rendered = [body, *(result for each in corrections for result in store_html(each, figures, None))]
        values = {"body_html": body.html, "renderer_version": RENDERER_VERSION, **facts(article, rendered)}
        for name, value in values.items():
            setattr(article, name, value)
        named = [pictures[name] for name in names_in(parts[article]) if name in pictures]
        led_to[article] = addresses_in(article, rendered)
        shown += [Article.pictures.through(article=article, picture=picture) for picture in named]
    Article.objects.bulk_update(articles, ["body_html", "renderer_version", "words", "questions"])
    replace_rows(Article.pictures.through, articles, shown, are_new=are_new)
    links = list(Link.objects.of({address for addresses in led_to.values() for address in addresses}))
    asked = {article: {plain(address) for address in addresses} for article, addresses in led_to.items()}
    ways = ((article, link) for article, addresses in asked.items() for link in links if link.address in addresses)
    rows = [Article.links.through(article=each, link=link) for each, link in ways]
    replace_rows(Article.links.through, articles, rows, are_new=are_new)
    mentioning.note(led_to, are_new=are_new)
    reindex(Article.objects.filter(pk__in=[article.pk for article in articles]))
    content_changed()


def replace_rows(through: Any, articles: Sequence[Article], rows: Sequence[models.Model], *, are_new: bool) -> None:
    if not are_new:
        through.objects.filter(article__in=articles).delete()
    through.objects.bulk_create(rows)


def render_texts_with(picture: Picture) -> None:
    """Render every text that shows `picture`, after its caption, credit, file or sizes have changed."""
    for model in (Newsletter, Issue, Article, Contributor):
        for thing in model._base_manager.filter(pictures=picture):
            render_texts(thing)
    index(picture)


def render_texts_naming(picture: Picture) -> None:
    """Render the texts that named `picture` before it came. Searches all texts."""
    for thing in things_with(f"picture:{picture.name}"):
        if isinstance(thing, Written):
            render_texts(thing)


def things_naming(kind: str, name: str) -> Iterator[Any]:
    """What has a text in which `kind:name` is named, to be shown there. Searches all texts."""
    for thing in things_with(f"{kind}:{name}"):
        if (kind, name) in named_in("\n".join(texts_of(parts_of(thing)))):
            yield thing


def things_with(words: str) -> Iterator[Any]:
    for model in (kind.model for kind in kinds):
        fields = [*getattr(model, "markup_fields", ()), *PARTS.get(model, ())]
        has_it = Q(*((f"{field}__contains", words) for field in fields), _connector=Q.OR)
        yield from model._base_manager.filter(has_it).order_by("-pk").distinct() if fields else ()


@translation.override(settings.LANGUAGE_CODE)
def render_anew(things: Iterable[Written]) -> None:
    """Render each with nothing locked, as that takes long; what was written meanwhile, with its row locked."""
    for thing in things:
        made, parts = Made(), parts_of(thing)
        figures = figures_of(Picture.objects.filter(name__in=names_in(parts)))
        for part in parts:
            html_of(part, figures, made)
        with locking.turn():
            if now := type(thing)._base_manager.select_for_update(no_key=True).filter(pk=thing.pk).first():
                render_texts(now, made)


#: What `render_everything` renders; apps above add to it in `ready()`.
kinds: list[Kind] = []
kinds += [Kind(model, RENDERER_VERSION, render_anew) for model in (Newsletter, Issue, Article, Contributor)]


def render_everything(*, stale_only: bool = False, processes: int = 1) -> Iterator[tuple[int, int]]:
    """Render all anew, or what another version of the renderer made. After each piece yields how many of how many are
    done; where there is nothing to do, yields nothing. Whoever is stopped goes on from there with `stale_only`."""
    pieces = [
        (number, keys[0], keys[-1], stale_only, len(keys))
        for number, kind in enumerate(kinds)
        for keys in batched(kind.rows(stale_only).values_list("pk", flat=True).iterator(), PIECE)
    ]
    done, total = 0, sum(count for *_, count in pieces)
    with at_work(min(processes, total // WORTH_A_PROCESS)) as each:
        for count in each(render_piece, pieces):
            done += count
            yield done, total


def render_piece(piece: tuple[int, int, int, bool, int]) -> int:
    number, first, last, stale_only, count = piece
    kind = kinds[number]
    kind.render(kind.rows(stale_only).filter(pk__range=(first, last)))
    return count


def parts_of(thing: Written) -> list[Part]:
    """A thing and what belongs to its texts."""
    match thing:
        case Issue():
            return [thing, *thing.sections.all(), *thing.corrections.all()]
        case Article():
            return [thing, *thing.corrections.all()]
    return [thing]


def names_in(parts: Iterable[Part]) -> tuple[str, ...]:
    return referenced_pictures("\n".join(texts_of(parts)))


def texts_of(parts: Iterable[Part]) -> list[str]:
    return [getattr(part, field) for part in parts for field in part.markup_fields]


def addresses_in(thing: Written, rendered: Iterable[Rendered]) -> set[str]:
    """Where the texts lead, and the source."""
    found = {unescape(address) for result in rendered for address in ELSEWHERE.findall(result.html)}
    return found | ({thing.source_url} if isinstance(thing, Article) else set())


def figures_of(pictures: Iterable[Picture]) -> dict[str, Figure]:
    """What the renderer wants to know of these pictures."""
    return {picture.name: picture.figure() for picture in pictures}


def store_html(part: Part, figures: dict[str, Figure], made: Made | None) -> list[Rendered]:
    """Render and store the fields of one row."""
    rendered = html_of(part, figures, made)
    store(part, **{html_field: result.html for html_field, result in rendered.items()})
    return list(rendered.values())


def render_unstored(thing: Written) -> int:
    """Give `thing` the HTML of its texts in memory alone; returns how many words they have."""
    rendered = html_of(thing, figures_of(Picture.objects.filter(name__in=names_in([thing]))))
    for html_field, result in rendered.items():
        setattr(thing, html_field, result.html)
    return sum(result.words for result in rendered.values())


def html_of(part: Part, figures: dict[str, Figure], made: Made | None = None) -> dict[str, Rendered]:
    """Ids carry the row and the field, as many texts share a page. What `made` knows is not made again."""
    made = Made() if made is None else made
    prefix = f"{type(part).__name__[0].lower()}{part.pk}"
    return {
        html_field: made[getattr(part, field), f"{prefix}{field[0]}-", frozenset(figures.values())]
        for field, html_field in part.markup_fields.items()
    }


def facts(thing: Written, rendered: list[Rendered]) -> dict[str, object]:
    """What a thing stores of its texts besides their HTML."""
    if isinstance(thing, Article):
        return {
            "words": sum(result.words for result in rendered),
            "questions": [list(question) for result in rendered for question in result.questions],
        }
    if isinstance(thing, Issue):
        return {"words": sum(result.words for result in rendered)}
    return {}


def store(thing: models.Model, **values: object) -> None:
    """Write fields past `save()`, so that the date of the last change stays the writer's."""
    for name, value in values.items():
        setattr(thing, name, value)
    type(thing)._base_manager.filter(pk=thing.pk).update(**values)
