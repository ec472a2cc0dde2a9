"""Counts pages as they are served: in memory at first, every ten seconds in the database. No cookie, no address and
no name is kept, so a person who comes twice is two views. What a killed process had not yet stored is lost.

Whoever looks as a robot does is counted apart; who asks for a page in advance, and editors, not at all.
"""

import atexit
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from threading import Event, Thread
from typing import Any, NamedTuple

import crawleruseragents
from django.conf import settings
from django.db import connections
from django.utils.timezone import localdate

from core.addresses import site_of
from core.page_cache import Visit
from newsletter.models import Article, Issue
from readership import together
from readership.models import Counted, PageViews, Views, thing_at
from readership.waiting import Waiting

SECONDS_IN_MEMORY = 10
SECONDS_OF_A_ZONE = 15 * 60
#: What is not stored yet is bounded: beyond so many, hosts are left out, as somebody may be making them up.
MOST_KINDS = 10_000
#: Hosts of one page on one day; further ones count as unknown.
MOST_HOSTS = 100
#: Of what a browser says of itself and where it comes from, as somebody may send as much as a server takes.
LONGEST_AGENT, LONGEST_REFERER = 300, 1000
PAGES = {"newsletter:issue", "newsletter:article", "newsletter:stand-alone"}
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+\Z")
BROWSER = ("Mozilla/", "Opera/")


class Kind(NamedTuple):
    """What is counted together."""

    day: date
    path: str
    host: str
    is_robot: bool


waiting = Waiting[Kind]()


def note(visit: Visit) -> None:
    """Count a page that has been served, whether it was kept or made anew."""
    if visit.view not in PAGES or "prefetch" in (visit.headers.get("sec-purpose") or "") or is_editor(visit.user):
        return
    agent, referer = visit.headers.get("user-agent") or "", visit.headers.get("referer") or ""
    agent, referer, day = agent[:LONGEST_AGENT], referer[:LONGEST_REFERER], date_at(time.time() // SECONDS_OF_A_ZONE)
    count(visit.path, agent, referer, day)
    if not is_robot(agent):
        together.note(visit, agent, referer, day)


@lru_cache(1)
def date_at(pieces: float) -> date:
    """The day of the site, by how many pieces of the time that zones differ by have passed since 1970."""
    return localdate(datetime.fromtimestamp(pieces * SECONDS_OF_A_ZONE, UTC))


def is_editor(user: Any) -> bool:
    return user.is_authenticated and user.has_perm("newsletter.change_article")


def count(path: str, agent: str, referer: str, day: date) -> None:
    kind = kind_of(path, agent, referer, day)
    with waiting.changing:
        if len(waiting) >= MOST_KINDS and kind not in waiting:
            kind = kind._replace(host="")
        waiting[kind] += 1


@lru_cache(4096)
def kind_of(path: str, agent: str, referer: str, day: date) -> Kind:
    robot = is_robot(agent)
    return Kind(day, path, "" if robot else referring_host(referer), robot)


@lru_cache(4096)
def is_robot(agent: str) -> bool:
    """Whether a program names itself as one, or as nothing that people read with."""
    return not agent.startswith(BROWSER) or bool(crawleruseragents.is_crawler(agent))


def referring_host(referer: str) -> str:
    """The other site that led here, without `www.`; empty where none is known."""
    host, own = site_of(referer), site_of(settings.SITE_URL)
    return host if HOST.match(host) and host != own and len(host) <= 100 else ""


def store() -> None:
    waiting.store(lambda piece: PageViews.objects.add(by_thing(piece)))


def by_thing(counted: Iterable[tuple[Kind, int]]) -> dict[Counted, Views]:
    """What was counted, by what stands at the paths now."""
    thing, hosts = cache(thing_at), cache(known_hosts)
    found: dict[Counted, Views] = defaultdict(Views)
    for kind, number in counted:
        if page := thing(kind.path):
            known = hosts(kind.day, page)
            host = kind.host if kind.host in known or len(known) < MOST_HOSTS else ""
            known.add(host)
            views = Views(robots=number) if kind.is_robot else Views(people=number)
            found[kind.day, page, host] = found[kind.day, page, host].with_more(views)
    return found


def known_hosts(day: date, thing: Issue | Article) -> set[str]:
    return set(PageViews.objects.of_page(thing).filter(day=day).values_list("host", flat=True))


#: What else is counted in each process that serves pages, and stored as views are. site_project adds its own.
stores: list[Callable[[], object]] = [store, together.store]


class Storing(Thread):
    """Stores every ten seconds as long as the process lives, and once more when it ends."""

    def __init__(self) -> None:
        super().__init__(name="readership", daemon=True)
        self.ended = Event()

    def run(self) -> None:
        while not self.ended.wait(SECONDS_IN_MEMORY):
            self.store()

    def end(self) -> None:
        self.ended.set()
        self.store()

    def store(self) -> None:
        for each in stores:
            each()
        connections.close_all()


def begin() -> None:
    """To be called once by a process that serves pages."""
    storing = Storing()
    storing.start()
    atexit.register(storing.end)
