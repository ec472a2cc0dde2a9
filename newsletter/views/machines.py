"""What machines read: feeds, the map of the site, what robots should leave alone, and colours."""

import re
from collections.abc import Iterable
from itertools import chain

from django.conf import settings
from django.core.paginator import EmptyPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from taggit.models import Tag

from core.addresses import absolute
from core.page_cache import public_page
from newsletter import calendars, feeds
from newsletter.colours import PAPER_DARK, PAPER_LIGHT, readable
from newsletter.models import Event, Newsletter
from newsletter.sitemaps import SECTIONS
from newsletter.views.reading import open_newsletter

#: Events in a newsletter's calendar, the latest ones.
MOST_EVENTS = 500
A_YEAR = 365 * 24 * 60 * 60


@cache_control(public=True, max_age=A_YEAR, immutable=True)
def stylesheet(request: HttpRequest, colour: str) -> HttpResponse:
    """Six hexadecimal digits as the accent of the light and of the dark page, readable on both."""
    if not re.fullmatch("[0-9a-f]{6}", colour):
        raise Http404
    light, dark = readable(colour, PAPER_LIGHT), readable(colour, PAPER_DARK)
    return HttpResponse(f":root{{--accent:light-dark({light},{dark})}}\n", content_type="text/css; charset=utf-8")


@public_page
@translation.override(settings.LANGUAGE_CODE)
def site_feed(request: HttpRequest, file: str) -> HttpResponse:
    return feeds.written(feeds.of_site(), request, file)


@public_page
def newsletter_feed(request: HttpRequest, newsletter: str, file: str) -> HttpResponse:
    return feeds.written(feeds.of_newsletter(open_newsletter(newsletter)), request, file)


@public_page
@translation.override(settings.LANGUAGE_CODE)
def tag_feed(request: HttpRequest, tag: str, file: str) -> HttpResponse:
    """Articles with one tag; a tag that nothing public carries is not found."""
    feed = feeds.of_tag(get_object_or_404(Tag, slug=tag))
    if not feed.entries:
        raise Http404
    return feeds.written(feed, request, file)


@public_page
def event_calendar(request: HttpRequest, event: str) -> HttpResponse:
    found = get_object_or_404(Event.objects.public().select_related("newsletter"), slug=event)
    return calendar(found.newsletter, [found])


@public_page
def newsletter_calendar(request: HttpRequest, newsletter: str) -> HttpResponse:
    """All that the newsletter has announced, also what is over: a calendar that somebody keeps forgets nothing."""
    found = open_newsletter(newsletter)
    return calendar(found, found.events.public().select_related("newsletter").order_by("-starts_at")[:MOST_EVENTS])


def calendar(newsletter: Newsletter, events: Iterable[Event]) -> HttpResponse:
    events = list(events)
    changed = max((event.updated_at for event in events), default=newsletter.created_at)
    headers = {"Last-Modified": http_date(changed.timestamp())}
    return HttpResponse(calendars.written(newsletter, events), "text/calendar; charset=utf-8", headers=headers)


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """The whole map in one file; once a section has outgrown its file, the index of all files."""
    sections = {name: section() for name, section in SECTIONS.items()}
    if all(section.paginator.num_pages == 1 for section in sections.values()):
        urls = chain.from_iterable(section.get_urls() for section in sections.values())
        return render(request, "newsletter/sitemap.xml", {"urls": urls}, content_type="application/xml")
    files = [
        absolute(reverse("newsletter:sitemap-part", args=[name, number]))
        for name, section in sections.items()
        for number in section.paginator.page_range
    ]
    return render(request, "newsletter/sitemap_index.xml", {"files": files}, content_type="application/xml")


@public_page
def sitemap_part(request: HttpRequest, section: str, number: int) -> HttpResponse:
    if section not in SECTIONS:
        raise Http404
    try:
        urls = SECTIONS[section]().get_urls(number)
    except EmptyPage as error:
        raise Http404 from error
    return render(request, "newsletter/sitemap.xml", {"urls": urls}, content_type="application/xml")


def robots(request: HttpRequest) -> HttpResponse:
    """What robots should leave alone, and where the map is."""
    facts = {"sitemap": absolute(reverse("newsletter:sitemap")), "staging": settings.STAGING}
    return render(request, "robots.txt", facts, content_type="text/plain; charset=utf-8")
