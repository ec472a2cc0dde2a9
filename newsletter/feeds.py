"""Feeds: every public article in full, newest first, for the site, a newsletter or a tag, as RSS 2.0, Atom 1.0
(RFC 4287) and JSON Feed 1.1; but none that was old when it came here, as readers of feeds would be told of all of an
archive at once. An entry is an article, since that is what has an address of its own; an issue reaches feed readers as
its articles."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import iri_to_uri
from django.utils.http import http_date
from django.utils.translation import gettext as _
from taggit.models import Tag

from core.addresses import absolute
from core.markup.cleaning import WRITERS_ATTRIBUTES, WRITERS_TAGS
from core.markup.named import Medium, fill_all
from newsletter.models import Article, Newsletter, Picture
from newsletter.models.articles import ArticleQuerySet
from newsletter.moments import machine_date
from newsletter.structured_data import authors, description, filled

#: Articles in a feed; whoever looks in once a month misses nothing.
LENGTH = 30
#: Feed readers bring their own look and scripts: of a text they get the words, the links and the plain pictures.
ATTRIBUTES = WRITERS_ATTRIBUTES | {
    "*": {"dir", "lang"},
    "div": {"data-named"},
    "img": {"alt", "height", "src", "title", "width"},
}
#: What XML cannot carry (controls, halves of surrogate pairs, non-characters), and old controls that mean nothing.
UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: RSS allows no other formats for the channel's image.
RSS_IMAGE = re.compile(r"\.(gif|jpe?g|png)\Z", re.IGNORECASE)


class Format(NamedTuple):
    label: str
    type: str


#: By the name of the file at the end of the address; those in XML have a template of that name.
FORMATS = {
    "rss.xml": Format("RSS", "application/rss+xml"),
    "atom.xml": Format("Atom", "application/atom+xml"),
    "feed.json": Format("JSON Feed", "application/feed+json"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Of a `thing` with a page of its own: `summary` is plain text, `content` HTML, authors have a name and a url."""

    thing: Any
    title: str
    summary: str
    content: str
    published_at: datetime
    updated_at: datetime
    authors: list[dict[str, str]]
    tags: list[str] = field(default_factory=list)
    language: str = ""
    source: str = ""
    picture: Picture | None = None
    #: What a comment answers, in the attributes of RFC 4685.
    answered: dict[str, str] | None = None

    @property
    def id(self) -> str:
        return permanent_id(self.thing)

    @property
    def url(self) -> str:
        return absolute(self.thing.get_absolute_url())


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    description: str
    #: The page that shows the same.
    page: str
    entries: list[Entry]
    author: str = settings.SITE_NAME
    language: str = settings.LANGUAGE_CODE
    id: str = ""
    icon: str = ""

    @property
    def updated_at(self) -> datetime:
        moments = (moment for entry in self.entries for moment in (entry.published_at, entry.updated_at))
        return max(moments, default=timezone.now())

    @property
    def rss_icon(self) -> str:
        return self.icon if RSS_IMAGE.search(self.icon) else ""


def of_site() -> Feed:
    """Articles of all newsletters."""
    about = _("Every article of %(site)s") % {"site": settings.SITE_NAME}
    return Feed(settings.SITE_NAME, about, absolute("/"), entries(Article.objects.news()))


def of_newsletter(newsletter: Newsletter) -> Feed:
    """Articles of one newsletter, in its language."""
    return Feed(
        newsletter.title,
        newsletter.tagline or newsletter.title,
        absolute(newsletter.get_absolute_url()),
        entries(Article.objects.news().filter(newsletter=newsletter)),
        author=newsletter.title,
        language=newsletter.language,
        id=permanent_id(newsletter),
        icon=absolute(newsletter.logo.file.url) if newsletter.logo else "",
    )


def of_tag(tag: Tag) -> Feed:
    title = _("%(tag)s – %(site)s") % {"tag": tag.name, "site": settings.SITE_NAME}
    about = _("Articles about %(tag)s") % {"tag": tag.name}
    page = absolute(reverse("newsletter:tag", args=[tag.slug]))
    return Feed(title, about, page, entries(Article.objects.news().filter(tagged__tag=tag)))


def written(feed: Feed, request: HttpRequest, file: str) -> HttpResponse:
    """A feed at the address that was asked for, in the format that the name of the file tells."""
    address = absolute(iri_to_uri(request.path))
    if file == "feed.json":
        text = json.dumps(as_json(feed, address), ensure_ascii=False)
    else:
        text = UNREADABLE.sub("", render_to_string(f"newsletter/feeds/{file}", {"feed": feed, "address": address}))
    headers = {"Last-Modified": http_date(feed.updated_at.timestamp())}
    return HttpResponse(text, content_type=f"{FORMATS[file].type}; charset=utf-8", headers=headers)


def as_json(feed: Feed, address: str) -> dict[str, Any]:
    facts = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": address,
        "description": feed.description,
        "icon": feed.icon,
        "language": feed.language,
        "authors": [{"name": feed.author}],
    }
    return filled(facts) | {"items": [entry_as_json(entry) for entry in feed.entries]}


def entry_as_json(entry: Entry) -> dict[str, Any]:
    facts = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.source,
        "title": entry.title,
        "content_html": entry.content,
        "summary": entry.summary,
        "image": entry.picture and absolute(entry.picture.file.url),
        "date_published": machine_date(entry.published_at),
        "date_modified": machine_date(entry.updated_at),
        "authors": entry.authors,
        "tags": entry.tags,
        "language": entry.language,
    }
    return filled(facts)


def entries(articles: ArticleQuerySet) -> list[Entry]:
    """The newest of these. The date of the last change is the writer's, also when that was before the publication:
    the later of the two would give all articles of a scheduled issue one date, which nobody could order them by."""
    loaded = articles.newest_first().select_related("newsletter", "issue", "lead_picture").with_credits()
    newest = list(loaded.prefetch_related("corrections")[:LENGTH])
    texts = fill_all([full_text(article) for article in newest], Medium.FEED)
    return [
        Entry(
            article,
            article.title,
            description(article),
            text,
            article.published_at,
            article.updated_at,
            [{"name": each.name, "url": absolute(each.get_absolute_url())} for each in authors(article)],
            sorted(tag.name for tag in article.tags.all()),
            article.newsletter.language,
            article.source_url,
            article.lead_picture,
        )
        for article, text in zip(newest, texts, strict=True)
    ]


def permanent_id(thing: Any) -> str:
    """A tag URI (RFC 4151): what never changes about a thing, so that a new address does not make it unread again. The
    thing is a row that knows when it was made."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{thing.created_at:%Y-%m-%d}:{thing._meta.model_name}-{thing.pk}"


def full_text(article: Article) -> str:
    """The article's HTML with its corrections, lead picture and source, free of what only our own pages understand,
    with the places of what it names. Addresses are complete; those within the text lead to the article's page."""
    lead_picture = article.lead_picture
    if lead_picture and lead_picture.file.url in article.body_html:
        lead_picture = None
    cleaner = nh3.Cleaner(
        tags=WRITERS_TAGS,
        attributes=ATTRIBUTES,
        link_rel=None,
        url_relative=("rewrite_with_base", absolute(article.get_absolute_url())),
    )
    with translation.override(article.newsletter.language):
        facts = {"article": article, "lead_picture": lead_picture}
        return cleaner.clean(render_to_string("newsletter/feeds/entry.html", facts)).strip()
