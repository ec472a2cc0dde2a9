"""Looks at pages elsewhere, by the worker: at once where an editor waits, and at night at what readers are led to.
What a page says of itself (its title, its publication, its language) is offered to whoever names it as a source."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus
from threading import Event
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import F, Q
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from core.addresses import site_of
from core.fetching import SECONDS, NoSuchHost, Page, Unfetchable, fetch
from core.limits import Limit
from core.worker import tidying
from core.worker.looks import Look
from newsletter.composing.upload import encodings
from newsletter.models import Link

#: At night something is due without anybody asking.
SECONDS_BETWEEN = 30
NIGHT = range(1, 6)
AGAIN = timedelta(days=7)
LARGEST = 512 * 1024
GONE = {404, 410}
#: A look never takes longer, so that a host is asked one thing at a time, by all workers together.
HOSTS = Limit("newsletter.links", most=1, seconds=2 * SECONDS)
#: At night 600 are looked at, by all workers together.
PACE = Limit("newsletter.links at night", most=1, seconds=30)

ASKED_FOR = Look(Link.objects.asked_for)

logger = logging.getLogger(__name__)

type Fetch = Callable[..., Page]


def keep_looking(until: Event) -> None:
    """Look at one after the other, in a thread beside the worker's tasks."""
    while not until.is_set():
        ASKED_FOR.wait(until, most=SECONDS_BETWEEN)
        try:
            if link := next_link():
                look(link)
        except Exception:
            logger.exception("A link was not looked at; the next one is, in a moment.")
            connections.close_all()
    connections.close_all()


def next_link() -> Link | None:
    """What is to be looked at now; nobody asks its host anything else meanwhile."""
    candidates = list(Link.objects.asked_for()[:20]) or at_night()
    return next((link for link in candidates if not HOSTS.hit(link.host)), None)


def at_night() -> list[Link]:
    """What readers are led to and nobody has looked at for a week; what was not there the last time, each night."""
    now = localtime()
    if not settings.LOOK_AT_LINKS or now.hour not in NIGHT or PACE.knows("night"):
        return []
    PACE.hit("night")
    missed_before = now.replace(hour=0, minute=0, second=0, microsecond=0)
    due = Q(checked_at=None) | Q(checked_at__lt=now - AGAIN) | Q(failures=1, checked_at__lt=missed_before)
    return list(Link.objects.public().filter(due).order_by(F("checked_at").asc(nulls_first=True), "pk")[:20])


def forget() -> None:
    """What no text leads to, a week after somebody asked."""
    tidying.delete(Link.objects.unused().filter(asked_at=None, checked_at__lt=timezone.now() - AGAIN))


def look(link: Link, fetch: Fetch = fetch) -> None:
    """Note what answers at an address. That nothing is there (404, 410, no such host) counts once a day; that somebody
    does not let us in, or not now, tells nothing."""
    facts: dict[str, Any] = {"asked_at": None, "checked_at": timezone.now(), "problem": "", "status": None}
    try:
        page = page_at(link, fetch)
        is_gone = page.status in GONE
        facts |= {"status": page.status} | said_by(page, link)
    except Unfetchable as error:
        is_gone = isinstance(error, NoSuchHost)
        facts["problem"] = str(error)[:300]
    if is_gone and not (link.failures and link.was_looked_at_today):
        facts["failures"] = link.failures + 1
    Link.objects.filter(pk=link.pk).update(**facts)


def page_at(link: Link, fetch: Fetch) -> Page:
    """For an editor with its head; else without, where that is enough."""
    if not link.asked_at:
        page = fetch(link.address, largest=0, types=(), method="HEAD")
        if page.status < HTTPStatus.BAD_REQUEST:
            return page
    return fetch(link.address, largest=LARGEST, types=TYPES)


def said_by(page: Page, link: Link) -> dict[str, Any]:
    """What an answer lets us know."""
    if page.status >= HTTPStatus.BAD_REQUEST:
        return {"problem": _("It answered “%(status)d”.") % {"status": page.status}}
    known: dict[str, Any] = {"failures": 0, "moved_to": page.url if page.is_moved else ""}
    if link.asked_at and not page.content:
        known["problem"] = _("This is no page that has a title: %(type)s.") % {"type": page.content_type}
    return known | (asdict(head_of(page)) if page.content else {})


TYPES = ("text/html", "application/xhtml+xml")
META = "//meta[@property='{0}' or @name='{0}']/@content"
TITLES = [META.format("og:title"), "//title/text()"]
NAMES = [META.format("og:site_name"), META.format("application-name")]
LANGUAGES = ["/html/@lang", META.format("og:locale")]
STRUCTURED = "//script[@type='application/ld+json']/text()"
#: What stands between a title and the name of the site behind it.
LAST_PART = re.compile(r"(.*\S)\s*(?:\s[-–—:·•]\s|[|_»|｜])\s*(.+)", re.DOTALL)
LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Head:
    """Empty is what nobody knows; the language is one of those that an article can have."""

    title: str
    name: str
    language: str


def head_of(page: Page) -> Head:
    host = site_of(page.url)
    try:
        root = document_fromstring(decoded(page).encode(), parser=HTMLParser(encoding="utf-8"))
    except LxmlError:
        return Head("", host, "")
    name = first(root, NAMES) or publisher(root) or host
    return Head(without_site(first(root, TITLES), name, host)[:250], name[:120], language(first(root, LANGUAGES)))


def decoded(page: Page) -> str:
    """The text of a page that may be cut anywhere: in UTF-8, or as it says, or in Chinese."""
    whole = page.content[: page.content.rfind(b"<")]  # no part of another character, in any encoding
    for charset in (*encodings(page.content, page.charset), "gb18030"):
        for content in (page.content, whole):
            with suppress(LookupError, ValueError):
                return content.decode(charset)
    return page.content.decode("cp1252", "replace")


def first(root: HtmlElement, paths: list[str]) -> str:
    found = (" ".join(str(text).split()) for path in paths for text in root.xpath(path))
    return next(filter(None, found), "")


def publisher(root: HtmlElement) -> str:
    """Whom the page's structured data name as its publisher."""
    for text in root.xpath(STRUCTURED):
        with suppress(ValueError, RecursionError):
            for each in objects(json.loads(text)):
                name = each["publisher"].get("name") if isinstance(each.get("publisher"), dict) else None
                if isinstance(name, str) and name.strip():
                    return " ".join(name.split())
    return ""


def objects(value: object) -> Iterator[dict]:
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as found:
                yield found
                waiting += found.values()
            case list() as found:
                waiting += found


def without_site(title: str, name: str, host: str) -> str:
    """A title without the name of its site at its end."""
    known = {key(name), key(host), key(host.partition(".")[0])}
    while (found := LAST_PART.fullmatch(title)) and key(found[2]) in known:
        title = found[1]
    return title


def key(text: str) -> str:
    return "".join(LETTERS.findall(text.casefold()))


def language(said: str) -> str:
    """The language as articles know it; empty for those they do not."""
    with suppress(LookupError):
        return get_supported_language_variant(said.replace("_", "-").lower())
    return ""
