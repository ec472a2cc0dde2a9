"""What the head of a page tells machines: search engines, feed readers, those who preview a shared link."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

from core.addresses import absolute
from newsletter.feeds import FORMATS
from newsletter.models import Event, Picture
from newsletter.structured_data import (
    Node,
    article_nodes,
    contributor_nodes,
    description,
    event_node,
    issue_nodes,
    newsletter_nodes,
    site_nodes,
    tag_nodes,
)

register = template.Library()

#: Written as JSON allows as well, so that no text can end the script element or begin a comment in it.
HARMLESS = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page is about."""

    title: str
    description: str
    nodes: list[Node]
    type: str = "website"
    picture: Picture | None = None
    published_at: datetime | None = None
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class FeedLink:
    path: str
    type: str
    label: str
    title: str


@register.simple_tag(takes_context=True)
def page_facts(context: Context) -> Facts:
    """What the page is about: the narrowest of the things that its view has put into the context. No query, if
    article, issue and newsletter are loaded as `structured_data` asks."""
    article, issue = context.get("article"), context.get("issue")
    thing: Any = article or issue
    if thing:
        nodes = article_nodes(article) if article else issue_nodes(thing, context.get("articles") or [])
        public = (thing.lead_picture, thing.published_at, thing.is_public)
        return Facts(thing.title, description(thing), nodes, "article", *public)
    if contributor := context.get("contributor"):
        about = contributor.headline or _("Articles by %(name)s") % {"name": contributor.name}
        return Facts(contributor.name, about, contributor_nodes(contributor), "profile")
    if tag := context.get("tag"):
        return Facts(tag.name, _("Articles about %(tag)s") % {"tag": tag.name}, tag_nodes(tag))
    if newsletter := context.get("newsletter"):
        return Facts(newsletter.title, newsletter.tagline or newsletter.title, newsletter_nodes(newsletter))
    return Facts(settings.SITE_NAME, _("Every article of %(site)s") % {"site": settings.SITE_NAME}, site_nodes())


@register.simple_tag(takes_context=True)
def canonical_address(context: Context) -> str:
    """The page's complete address, without what only changes how it is shown. The only newsletter has one home."""
    address, newsletter = str(context.get("canonical_url") or ""), context.get("newsletter")
    if newsletter and address == absolute("/"):
        address = absolute(newsletter.get_absolute_url())
    number = getattr(context.get("page"), "number", 1)
    return f"{address}?page={number}" if number > 1 else address


@register.simple_tag(takes_context=True)
def picture_to_share(context: Context, facts: Facts) -> Picture | None:
    """The picture that stands for the page: its own, or else the newsletter's logo."""
    newsletter = context.get("newsletter")
    return facts.picture or (newsletter.logo if newsletter else None)


@register.simple_tag(takes_context=True)
def feed_links(context: Context) -> list[FeedLink]:
    """The feeds that follow what this page shows: a tag's, a newsletter's, or the whole site's."""
    if tag := context.get("tag"):
        return links_to_feeds("newsletter:tag-feed", tag.name, tag.slug)
    if newsletter := context.get("newsletter"):
        return links_to_feeds("newsletter:newsletter-feed", newsletter.title, newsletter.slug)
    return links_to_feeds("newsletter:site-feed", settings.SITE_NAME)


register.filter("locale", to_locale)  # `zh-hans` is `zh_Hans` to OpenGraph
register.filter("absolute", absolute)


@register.filter
def event_nodes(event: Event) -> list[Node]:
    return [event_node(event)]


@register.filter
def webcal(path: str) -> str:
    """An address that a calendar opens, to look there again and again."""
    return f"webcal:{absolute(path).partition(':')[2]}"


@register.filter
def json_ld(nodes: list[Node]) -> SafeString:
    """JSON-LD for the inside of a script element."""
    graph = {"@context": "https://schema.org", "@graph": nodes}
    return SafeString(json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(HARMLESS))


def links_to_feeds(name: str, title: str, *scope: str) -> list[FeedLink]:
    return [
        FeedLink(reverse(name, args=[*scope, file]), form.type, form.label, f"{title} ({form.label})")
        for file, form in FORMATS.items()
    ]
