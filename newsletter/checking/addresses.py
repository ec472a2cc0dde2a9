"""Where the links lead: elsewhere, as far as the worker has found out, and to pages of this site."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone

from core.fetching import plain
from newsletter.checking.finding import Finding
from newsletter.checking.whole import Whole
from newsletter.mentioning import pages_among
from newsletter.models import Article, Issue, Link, Newsletter, Redirect, Status

type Place = tuple[Issue | Article | Newsletter, str, str]


def places(whole: Whole) -> Iterator[Place]:
    """Every address with what it stands in, and in which field."""
    for text in whole.texts:
        yield from ((text.thing, text.field, address) for address, _label in text.anatomy.links)
    yield from ((article, "source_url", article.source_url) for article in whole.articles if article.source_url)


def elsewhere(whole: Whole) -> Iterator[Finding]:
    found = {place: plain(place[2]) for place in dict.fromkeys(places(whole))}
    links = {link.address: link for link in Link.objects.filter(address__in={*found.values()})}
    for (thing, field, address), asked in found.items():
        if address.startswith("http://"):
            yield Finding(thing, field, "open-link", address)
        link = links.get(asked)
        if link and link.is_dead:
            yield Finding(thing, field, "dead-link", address, link.archived(whole.day))
        elif link and link.moved_to:
            yield Finding(thing, field, "moved-link", address, link.moved_to)


def own(whole: Whole) -> Iterator[Finding]:
    """Links to pages of this site that readers cannot see, that have moved, or that are none."""
    site = f"{settings.SITE_URL}/"
    paths = {
        place: unquote(urlsplit(place[2]).path) for place in dict.fromkeys(places(whole)) if place[2].startswith(site)
    }
    if not paths:
        return
    pages, newsletters = pages_among({*paths.values()})
    lost = {path for path in paths.values() if path not in pages and not leads_on(path, newsletters)}
    redirects = Redirect.objects.covering_all(lost)
    for (thing, field, address), path in paths.items():
        if path in lost:
            led_on = redirects[path]
            yield Finding(
                thing, field, "old-address" if led_on else "no-page", address, led_on.new_path if led_on else ""
            )
        elif path in pages and not (pages[path] in whole.members or is_seen(pages[path], whole)):
            yield Finding(thing, field, "unseen-link", address)


def leads_on(path: str, newsletters: set[str]) -> bool:
    """Whether another kind of page may be there."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    if match.view_name in {"newsletter:issue", "newsletter:article", "newsletter:stand-alone"}:
        return False
    return match.kwargs.get("newsletter") in {None, *newsletters}


def is_seen(page: Issue | Article, whole: Whole) -> bool:
    """Whether everybody sees it by then."""
    above = page.issue if isinstance(page, Article) else None
    return all(
        each.status == Status.PUBLISHED and each.published_at and each.published_at <= max(whole.day, timezone.now())
        for each in (page, above)
        if each and each not in whole.members
    )
