"""Stored HTML: made here, and only here, from the Markdown beside it."""

import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from itertools import chain

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import translation

from core import locking
from core.changes import content_changed
from core.fetching import plain
from core.markup import RENDERER_VERSION, Figure, Rendered, referenced_pictures, render
from newsletter.models import Article, Contributor, Correction, Issue, Link, Newsletter, Picture, Section
from newsletter.models.written import Written
from newsletter.searching.indexing import index, reindex

ELSEWHERE = re.compile(r'href="(https?://[^"]+)"')

type Part = Written | Section | Correction

#: What `render_everything` calls besides: each renders the texts of an app above anew, all or (`stale_only`) those of
#: an older renderer, and returns how many. Apps add to it in `ready()`.
continuations: list[Callable[..., int]] = []


@translation.override(settings.LANGUAGE_CODE)
@transaction.atomic
def render_texts(thing: Written) -> None:
    """Store the HTML of every text of a saved `thing` (also of its sections and corrections), with what follows from
    it: pictures shown, links, length, questions answered, what search finds. `updated_at` stays as it is."""
    parts = parts_of(thing)
    pictures = Picture.objects.filter(name__in=names_in(parts))
    figures = figures_of(pictures)
    rendered = [result for part in parts for result in store_html(part, figures)]
    store(thing, renderer_version=RENDERER_VERSION, **facts(thing, rendered))
    thing.pictures.set(pictures)
    thing.links.set(Link.objects.of(addresses_in(thing, rendered)))
    index(thing)
    content_changed()


@transaction.atomic
def render_new(articles: Sequence[Article]) -> None:
    """The same for articles that were stored in one go, at the cost in queries of one."""
    pictures = {picture.name: picture for picture in Picture.objects.filter(name__in=names_in(articles))}
    figures, shown, led_to = figures_of(pictures.values()), [], {}
    for article in articles:
        body = html_of(article, figures)["body_html"]
        values = {"body_html": body.html, "renderer_version": RENDERER_VERSION, **facts(article, [body])}
        for name, value in values.items():
            setattr(article, name, value)
        named = [pictures[name] for name in names_in([article]) if name in pictures]
        led_to[article] = {plain(address) for address in addresses_in(article, [body])}
        shown += [Article.pictures.through(article=article, picture=picture) for picture in named]
    Article.objects.bulk_update(articles, ["body_html", "renderer_version", "words", "questions"])
    Article.pictures.through.objects.bulk_create(shown)
    links = list(Link.objects.of({address for addresses in led_to.values() for address in addresses}))
    ways = ((article, link) for article, addresses in led_to.items() for link in links if link.address in addresses)
    Article.links.through.objects.bulk_create(Article.links.through(article=each, link=link) for each, link in ways)
    reindex(Article.objects.filter(pk__in=[article.pk for article in articles]))
    content_changed()


def render_texts_with(picture: Picture) -> None:
    """Render every text that shows `picture`, after its caption, credit, file or sizes have changed."""
    for model in (Newsletter, Issue, Article, Contributor):
        for thing in model._base_manager.filter(pictures=picture):
            render_texts(thing)
    index(picture)


def render_texts_naming(picture: Picture) -> None:
    """Render the texts that named `picture` before it came. Searches all texts."""
    for model in (Newsletter, Issue, Article, Contributor):
        fields = [*model.markup_fields, "sections__intro"] if model is Issue else [*model.markup_fields]
        names_it = Q(*((f"{field}__contains", f"picture:{picture.name}") for field in fields), _connector=Q.OR)
        for thing in model._base_manager.filter(names_it).distinct():
            render_texts(thing)


def render_everything(*, stale_only: bool = False) -> int:
    """Render anew, as a new version of the renderer asks; returns how many things. Constant memory."""
    count = 0
    models = (Newsletter, Issue, Article, Contributor)
    for thing in chain(*(model._base_manager.order_by("pk").iterator(chunk_size=200) for model in models)):
        if not stale_only or thing.renderer_version != RENDERER_VERSION:
            with locking.turn():
                render_texts(thing)
            count += 1
    return count + sum(render(stale_only=stale_only) for render in continuations)


def parts_of(thing: Written) -> list[Part]:
    """A thing and what belongs to its texts."""
    match thing:
        case Issue():
            return [thing, *thing.sections.all(), *thing.corrections.all()]
        case Article():
            return [thing, *thing.corrections.all()]
    return [thing]


def names_in(parts: Iterable[Part]) -> tuple[str, ...]:
    return referenced_pictures("\n".join(getattr(part, field) for part in parts for field in part.markup_fields))


def addresses_in(thing: Written, rendered: Iterable[Rendered]) -> set[str]:
    """Where the texts lead, and the source."""
    found = {unescape(address) for result in rendered for address in ELSEWHERE.findall(result.html)}
    return found | ({thing.source_url} if isinstance(thing, Article) else set())


def figures_of(pictures: Iterable[Picture]) -> dict[str, Figure]:
    """What the renderer wants to know of these pictures."""
    return {picture.name: picture.figure() for picture in pictures}


def store_html(part: Part, figures: dict[str, Figure]) -> list[Rendered]:
    """Render and store the fields of one row."""
    rendered = html_of(part, figures)
    store(part, **{html_field: result.html for html_field, result in rendered.items()})
    return list(rendered.values())


def render_unstored(thing: Written) -> int:
    """Give `thing` the HTML of its texts in memory alone; returns how many words they have."""
    rendered = html_of(thing, figures_of(Picture.objects.filter(name__in=names_in([thing]))))
    for html_field, result in rendered.items():
        setattr(thing, html_field, result.html)
    return sum(result.words for result in rendered.values())


def html_of(part: Part, figures: dict[str, Figure]) -> dict[str, Rendered]:
    """Ids carry the row and the field, as many texts share a page."""
    prefix = f"{type(part).__name__[0].lower()}{part.pk}"
    return {
        html_field: render(getattr(part, field), figures=figures, prefix=f"{prefix}{field[0]}-")
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
