"""Public pages, and parts of them that are the same for everybody, kept in the memory of each process and never stale.

An anonymous page is the same for everybody. It is made anew when something it shows has changed (`core.changes`), or
when the clock does that (a scheduled issue): nothing is kept beyond what the functions in `next_changes` say. A page
knows its parameters; whatever else an address carries makes no other page.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from hashlib import sha256
from threading import Lock, local
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import brotli
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import http_date

from core.changes import CONTENT, changes, next_changes

LONGEST = timedelta(hours=1)
#: In seconds. What is true for longer was made by a clock that was ahead.
FURTHEST = 2 * LONGEST.total_seconds()
#: Bytes of pages and parts that a process keeps.
LARGEST = 48 * 2**20

MESSAGES = "messages"
NOBODY = AnonymousUser()
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, mode=brotli.MODE_TEXT, quality=5),
    "gzip": partial(gzip.compress, mtime=0),
}
END = ("end of truth",)


class Visit(NamedTuple):
    """A page was given to somebody: of which view, at which path, with which headers (asked for in lower case), and at
    which address whoever speaks to us is, be it a proxy."""

    view: str
    path: str
    headers: Mapping[str, str]
    user: Any
    client: str


#: Each is told of a page that was served, kept or made anew, and is as quick as that. Apps add theirs in `ready()`.
served: list[Callable[[Visit], None]] = []

type View = Callable[..., HttpResponse]
type Parameters = Mapping[str, Callable[[str], object]]


@dataclass(slots=True)
class Kept:
    """Something that was made, and the last count of changes at which it was known to be true."""

    value: Any
    true_at: int
    until: float
    topics: frozenset[str]

    def is_current(self, now: int) -> bool:
        """Whether it is as new as the count that the last look for changes gave."""
        if not 0 < self.until - time.time() < FURTHEST:
            return False
        if self.true_at < now:
            if changes.have_touched(self.topics, self.true_at):
                return False
            self.true_at = now
        return True


class Store:
    """What is asked for most, bounded in bytes."""

    def __init__(self, largest: int) -> None:
        self.largest, self.size = largest, 0
        self.rows: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self.turns: WeakValueDictionary[Any, Lock] = WeakValueDictionary()
        self.lock = Lock()

    def get(self, key: Any) -> Any:
        with self.lock:
            row = self.rows.get(key)
            if row is None:
                return None
            self.rows.move_to_end(key)
            return row[0]

    def put(self, key: Any, value: Any, size: int) -> None:
        with self.lock:
            self.size += size - self.rows.pop(key, (None, 0))[1]
            self.rows[key] = value, size
            while self.size > self.largest:
                self.size -= self.rows.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self.lock:
            self.rows.clear()
            self.size = 0

    def turn(self, key: Any) -> Lock:
        """The lock of who makes what stands at `key`."""
        with self.lock:
            return self.turns.setdefault(key, Lock())


store = Store(LARGEST)


class Making(local):
    """What this thread is making: as new as which count of changes, and what it has shown so far."""

    now: int | None = None
    shown: set[str] | None = None


making = Making()


@contextmanager
def looking(shown: set[str] | None = None) -> Iterator[int]:
    """One look for changes serves all that is made inside; the topics of that are added to `shown`."""
    before, above = making.now, making.shown
    making.now, making.shown = changes.look() if before is None else before, above if shown is None else shown
    try:
        yield making.now
    finally:
        making.now, making.shown = before, above


def shows(*topics: str) -> None:
    """What is made at the moment depends on these, too."""
    if making.shown is not None:
        making.shown.update(topics)


def kept(key: tuple[str, ...], make: Callable[[], Any], topics: Iterable[str], size_of: Callable[[Any], int]) -> Kept:
    """What is kept under a key, or made now: by one thread, for which others wait. What has no size is not kept."""
    with looking() as now:
        found: Kept | None = store.get(key)
        if found is None or not found.is_current(now):
            with store.turn(key):
                found = store.get(key)
                if found is None or not found.is_current(now):
                    found = made(make, topics)
                    if size := size_of(found.value):
                        store.put(key, found, size)
    shows(*found.topics)
    return found


def made(make: Callable[[], Any], topics: Iterable[str]) -> Kept:
    """Until when it is true is asked before it is made, as that takes time."""
    shown = set(topics)
    with looking(shown) as now:
        until = end_of_truth().timestamp()
        return Kept(make(), now, until, frozenset(shown))


def end_of_truth() -> datetime:
    """Until when what is made from now on is true, an hour at most."""
    shown = {CONTENT}
    with looking(shown) as now:
        found: Kept | None = store.get(END)
        if found is None or not found.is_current(now):
            moments = [moment for next_change in next_changes if (moment := next_change())]
            end = min([timezone.now() + LONGEST, *moments])
            found = Kept(None, now, end.timestamp(), frozenset(shown))
            store.put(END, found, 0)
        return datetime.fromtimestamp(found.until, UTC)


class Page:
    """A public page as it is kept."""

    def __init__(self, response: HttpResponse, parameters: Parameters, made_at: datetime) -> None:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
        response.headers["ETag"] = f'W/"{sha256(response.content).hexdigest()[:32]}"'
        response.headers.setdefault("Last-Modified", http_date(made_at.timestamp()))
        self.content, self.headers, self.parameters = response.content, dict(response.headers), parameters
        self.forms: dict[str, bytes] = {}

    def __len__(self) -> int:
        """Bytes of memory, with its compressed forms."""
        return 2 * len(self.content)

    def compressed(self, encoding: str) -> bytes:
        if encoding not in self.forms:
            self.forms[encoding] = COMPRESSORS[encoding](self.content)
        return self.forms[encoding]


class PageResponse(HttpResponse):
    """A kept page on its way out."""

    def __init__(self, kept: Kept, view: str, query: str) -> None:
        self.kept, self.page, self.view, self.query = kept, kept.value, view, query
        super().__init__(self.page.content, headers=self.page.headers)


def any_value(value: str) -> bool:
    """For a parameter whose odd values the page itself answers with 404, which is not stored."""
    return True


def public_page(view: View | None = None, **parameters: Callable[[str], object]) -> Any:
    """Answer who is nobody in particular with what is kept, others afresh and for their eyes only. `parameters` are
    those that the page knows, each with what says whether it knows a value; all others are kept from it, and make no
    other page. Pages carry ETag and Last-Modified, so that a reader who has it already is told so with 304, and are
    revalidated at each visit, so that a correction is seen at once."""
    if view is None:
        return lambda found: public_page(found, **parameters)

    @wraps(view)
    def cached_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = partial(view, request, *args, **kwargs)
        with only_what_is_known(request, parameters), looking():
            nobody = is_nobody(request)
            if nobody and request.method in {"GET", "HEAD"}:
                response = from_store(request, page, parameters)
            else:
                response = page()
                patch_cache_control(response, private=True, no_store=True)
        if response.status_code == 200 and request.method == "GET" and (match := request.resolver_match):
            client = request.META.get("REMOTE_ADDR", "")
            tell(Visit(match.view_name, request.path, request.headers, NOBODY if nobody else request.user, client))
        return response

    return cached_view


def is_nobody(request: HttpRequest) -> bool:
    """Whether the page is to be that of everybody. A session that names nobody is none."""
    if MESSAGES in request.COOKIES:
        return False
    return settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated


def from_store(request: HttpRequest, page: Callable[[], HttpResponse], parameters: Parameters) -> HttpResponse:
    def make() -> HttpResponse | Page:
        made_at = timezone.now()
        with as_nobody(request):
            response = page()
        return Page(response, parameters, made_at) if response.status_code == 200 else response

    found = kept(("page", request.get_full_path()), make, {CONTENT}, lambda made: isinstance(made, Page) and len(made))
    if not isinstance(found.value, Page):
        return found.value
    match = request.resolver_match
    return PageResponse(found, match.view_name if match else "", request.META["QUERY_STRING"])


@contextmanager
def as_nobody(request: HttpRequest) -> Iterator[None]:
    """Meanwhile nothing is known of who asks."""
    cookies, user = request.COOKIES, getattr(request, "user", None)
    request.COOKIES, request.user = {}, NOBODY
    try:
        yield
    finally:
        request.COOKIES, request.user = cookies, user  # type: ignore[assignment]


@contextmanager
def only_what_is_known(request: HttpRequest, parameters: Parameters) -> Iterator[None]:
    """Meanwhile the request has no parameters but these, each once, in their order."""
    whole, typed = request.GET, request.META.get("QUERY_STRING", "")
    request.GET = known(whole, parameters)  # type: ignore[assignment]
    request.META["QUERY_STRING"] = request.GET.urlencode()
    try:
        yield
    finally:
        request.GET, request.META["QUERY_STRING"] = whole, typed


def known(typed: Mapping[str, Any], parameters: Parameters) -> QueryDict:
    """What of a query a page knows."""
    query = QueryDict(mutable=True)
    query.update({name: typed[name] for name, knows in parameters.items() if name in typed and knows(typed[name])})
    return query


def tell(visit: Visit) -> None:
    for told in served:
        told(visit)


def forget() -> None:
    """Everything that is kept."""
    store.clear()
    changes.forget()
