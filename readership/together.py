"""Which articles are read together: counts of pairs by day, and nothing of anybody.

Who reads two articles within an hour makes a pair of them. To tell that it was one reader, a process remembers for
that hour, in its memory alone, what was read under a keyed hash of network address and browser. The key is made at
random by each process and thrown away with its day, so that nobody can find out whom a hash stands for, or find a
reader of yesterday again. Of several processes each pairs what it has served itself; where a page of this site led
there, that page is known from the request. So the numbers are a sample. They are stored as views are.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from hashlib import blake2s
from secrets import token_bytes
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone
from django.utils.timezone import localdate

from core.limits import client_behind
from core.page_cache import Visit
from core.prepared import prepared
from newsletter.further import MOST
from newsletter.models import Article, Issue, Newsletter
from newsletter.models.articles import ArticleQuerySet
from readership.models import PagePair, PairOfArticles, thing_at
from readership.waiting import Waiting

PAGES = {"newsletter:article", "newsletter:stand-alone"}
SECONDS_TOGETHER = 60 * 60
#: Of readers, of what one of them read, and of pairs that are not stored yet: what memory holds at most.
MOST_READERS, MOST_READ, MOST_PAIRS = 10_000, 12, 10_000
#: Pairs count for so many days, and a list names what makes so many: one reader alone is not seen in it.
DAYS_KEPT, FEWEST = 90, 5
#: Of those that come first so many are looked at, as some may not be public any more.
CANDIDATES = 6 * MOST

type Pair = tuple[date, str, str]

waiting = Waiting[Pair]()


class Readers:
    """What was read of late under each hash, those that came first first."""

    def __init__(self) -> None:
        self.begin(date.min)

    def begin(self, day: date) -> None:
        self.day, self.key, self.read = day, token_bytes(16), OrderedDict[bytes, tuple[float, list[str]]]()

    def before(self, whose: str, path: str, day: date, now: float) -> list[str] | None:
        """What somebody has read before `path`, which is remembered, too; None where it was among that, or enough."""
        self.forget(day, now)
        _since, paths = self.read.setdefault(self.hashed(whose), (now, []))
        if path in paths or len(paths) >= MOST_READ:
            return None
        paths.append(path)
        return paths[:-1]

    def forget(self, day: date, now: float) -> None:
        """All of another day, what is older than an hour, and whoever is too many."""
        if day != self.day:
            self.begin(day)
        while self.read and (len(self.read) > MOST_READERS or self.oldest < now - SECONDS_TOGETHER):
            self.read.popitem(last=False)

    @property
    def oldest(self) -> float:
        return next(iter(self.read.values()))[0]

    def hashed(self, whose: str) -> bytes:
        return blake2s(whose.encode(), key=self.key, digest_size=8).digest()


readers = Readers()


def note(visit: Visit, agent: str, referer: str, day: date) -> None:
    """Pair an article that a person was given with what the same reader has read before."""
    if visit.view not in PAGES or visit.headers.get("sec-gpc") == "1":
        return
    whose = f"{client_behind(visit.client, visit.headers.get('x-forwarded-for') or '')} {agent}"
    with waiting.changing:
        before = readers.before(whose, visit.path, day, time.monotonic())
        if before is not None and len(waiting) < MOST_PAIRS:
            for earlier in {*before, *article_before(referer)} - {visit.path}:
                waiting[day, earlier, visit.path] += 1


def article_before(referer: str) -> list[str]:
    """The path of the page of this site that led here, where one did."""
    return [unquote(urlsplit(referer).path)] if referer.startswith(f"{settings.SITE_URL}/") else []


def store() -> None:
    """Bring the pairs into the database, and forget readers."""
    with waiting.changing:
        readers.forget(localdate(), time.monotonic())
    waiting.store(lambda piece: PagePair.objects.add(by_article(piece)))


def by_article(counted: Iterable[tuple[Pair, int]]) -> Counter[PairOfArticles]:
    """Pairs, both ways round, of the articles that stand at the paths now. The contents of an issue lead from each to
    each, so those of one issue are none."""
    thing: Callable[[str], Issue | Article | None] = cache(thing_at)
    found: Counter[PairOfArticles] = Counter()
    for (day, *paths), number in counted:
        match [thing(path) for path in paths]:
            case [Article() as one, Article() as other] if one != other and (one.issue_id or 0) != other.issue_id:
                found.update({(day, one.pk, other.pk): number, (day, other.pk, one.pk): number})
    return found


def forget() -> None:
    """Pairs that no list counts any more; part of the worker's round."""
    PagePair.objects.filter(day__lt=localdate() - timedelta(DAYS_KEPT)).delete()


def also_read(place: Issue | Article | Newsletter) -> list[Article]:
    """What was read together with an article, the most first."""
    if not isinstance(place, Article):
        return []
    return read_with(article=place.pk, since=localdate() - timedelta(DAYS_KEPT), now=timezone.now())


@prepared
def read_with(*, article: Any, since: Any, now: Any) -> ArticleQuerySet:
    pairs = PagePair.objects.filter(article=article, day__gte=since).values("other").annotate(together=Sum("number"))
    number = pairs.filter(other=OuterRef("pk")).values("together")
    most = pairs.filter(together__gte=FEWEST).order_by("-together", "-other").values("other")[:CANDIDATES]
    others = Article.objects.published(now).filter(pk__in=most).for_lists()
    return others.annotate(together=Subquery(number)).order_by("-together", "-published_at", "-pk")[: 2 * MOST]
