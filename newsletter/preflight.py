"""What an editor would want to know before readers see something. Nothing here forbids publication."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from core.markup import referenced_pictures
from newsletter.models import Article, Issue, Picture, Status

OPEN_LINK = re.compile(r"http://[^\s)>\]\"']+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw: in which thing, in which of its fields, and whether readers would stumble over it."""

    thing: Issue | Article | Picture
    field: str
    message: str
    is_serious: bool = False


def findings(thing: Issue | Article) -> list[Finding]:
    """What is missing or odd in an issue and its articles (withdrawn ones apart), or in one article. Those that
    readers would stumble over come first."""
    articles = articles_to_show(thing) if isinstance(thing, Issue) else [thing]
    prefetch_related_objects(articles, "lead_picture", "pictures")
    found = [finding for article in articles for finding in article_flaws(article)]
    if isinstance(thing, Issue):
        prefetch_related_objects([thing], "lead_picture", "pictures", "sections")
        found = [*issue_flaws(thing, articles), *found]
    found += picture_flaws(dict.fromkeys([thing, *articles]))
    return sorted(found, key=lambda finding: not finding.is_serious)


def articles_to_show(issue: Issue) -> list[Article]:
    return list(issue.articles.exclude(status=Status.WITHDRAWN).in_reading_order())


def issue_flaws(issue: Issue, articles: Sequence[Article]) -> Iterator[Finding]:
    sections = list(issue.sections.all())
    if not articles:
        yield Finding(issue, "articles", _("There is no article in it."), is_serious=True)
    for section in sections:
        if not section.intro and section.pk not in {article.section_id for article in articles}:
            yield Finding(issue, "sections", _("The section “%s” is empty.") % section)
    if not issue.summary:
        yield Finding(issue, "summary", _("It has no summary for lists, search engines and shared links."))
    if not issue.lead_picture:
        yield Finding(issue, "lead_picture", _("It has no lead picture."))
    if not issue.preheader:
        yield Finding(issue, "preheader", _("Its mail has no preheader, so mail programs show the first words."))
    yield from text_flaws(issue, "body", issue.body)
    yield from text_flaws(issue, "closing", issue.closing)
    for section in sections:
        yield from text_flaws(issue, "sections", section.intro)


def article_flaws(article: Article) -> Iterator[Finding]:
    is_essay = article.kind == Article.Kind.ESSAY
    if not article.body.strip():
        yield Finding(article, "body", _("It has no text."), is_serious=is_essay or not article.source_url)
    if is_essay and not article.summary:
        yield Finding(article, "summary", _("It has no summary for lists, search engines and shared links."))
    if is_essay and not article.lead_picture:
        yield Finding(article, "lead_picture", _("It has no lead picture."))
    if not is_essay and not article.source_url:
        yield Finding(article, "source_url", _("It names no source, so its title leads nowhere."))
    yield from link_flaws(article, "source_url", article.source_url)
    yield from text_flaws(article, "body", article.body)


def text_flaws(thing: Issue | Article, field: str, text: str) -> Iterator[Finding]:
    known = {picture.name for picture in thing.pictures.all()}
    for name in referenced_pictures(text):
        if name not in known:
            message = _("There is no picture called “%s”: readers see nothing in its place.")
            yield Finding(thing, field, message % name, is_serious=True)
    yield from link_flaws(thing, field, text)


def link_flaws(thing: Issue | Article, field: str, text: str) -> Iterator[Finding]:
    for link in dict.fromkeys(OPEN_LINK.findall(text)):
        yield Finding(thing, field, _("A link begins with http:// instead of https://: %s") % link)


def picture_flaws(things: Iterable[Issue | Article]) -> Iterator[Finding]:
    shown = [picture for thing in things for picture in (thing.lead_picture, *thing.pictures.all()) if picture]
    for picture in dict.fromkeys(shown):
        if not picture.caption:
            yield Finding(picture, "caption", _("This picture has no caption."))
        if not picture.credit:
            yield Finding(picture, "credit", _("This picture does not say who made it."))
