"""Public pages from a cache that is never stale.

An anonymous page is the same for everybody. It is stored under the number of the last change of content, so one
committed change makes all stored pages unreachable at once, in every process. What changes by the clock alone (a
scheduled issue) is announced by the functions in `next_changes`: no page is kept beyond that moment. A page knows its
parameters; whatever else an address carries makes no other page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial, wraps
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import http_date

LONGEST = timedelta(hours=1)

#: Each says when public content changes next without anybody writing, or None. Apps add theirs in `ready()`.
next_changes: list[Callable[[], datetime | None]] = []

#: Each is told of a page that was served, stored or made anew, and is as quick as that. Apps add theirs in `ready()`.
served: list[Callable[[HttpRequest], None]] = []

type View = Callable[..., HttpResponse]
type Knows = Callable[[str], object]


def watch(models: Iterable[type[Model]]) -> None:
    """Let every change of these models through the ORM's objects renew the public pages. `QuerySet.update()` sends no
    signal: who uses it on what the public sees calls `content_changed` too."""
    for model in models:
        for signal in (post_save, post_delete, m2m_changed):
            signal.connect(content_changed, sender=model)


def content_changed(**kwargs: Any) -> None:
    """Let no stored page outlive the current transaction, however often it is said in it."""
    connection.content_is_stale = True  # type: ignore[attr-defined]
    transaction.on_commit(renew)


def renew() -> None:
    if connection.content_is_stale:  # type: ignore[attr-defined]
        apps.get_model("core.ContentVersion").advance()
        connection.content_is_stale = False  # type: ignore[attr-defined]


def any_value(value: str) -> bool:
    """For a parameter whose odd values the page itself answers with 404, which is not stored."""
    return True


def public_page(view: View | None = None, **parameters: Knows) -> Any:
    """Answer anonymous readers from the cache, others afresh and for their eyes only. `parameters` are those that the
    page knows, each with what says whether it knows a value; all others are kept from it, and make no other page.
    Pages carry ETag and Last-Modified, so that a reader who has it already is told so with 304, and are revalidated at
    each visit, so that a correction is seen at once."""
    if view is None:
        return lambda found: public_page(found, **parameters)

    @wraps(view)
    def cached_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with only_what_is_known(request, parameters):
            if settings.SESSION_COOKIE_NAME not in request.COOKIES and request.method in {"GET", "HEAD"}:
                response = from_cache(request, partial(view, request, *args, **kwargs))
            else:
                response = view(request, *args, **kwargs)
                patch_cache_control(response, private=True, no_store=True)
        if response.status_code == 200:
            for tell in served:
                tell(request)
        return response

    return cached_view


@contextmanager
def only_what_is_known(request: HttpRequest, parameters: Mapping[str, Knows]) -> Iterator[None]:
    """Meanwhile the request has no parameters but these, each once, in their order."""
    whole, typed = request.GET, request.META.get("QUERY_STRING", "")
    known = QueryDict(mutable=True)
    known.update({name: whole[name] for name, knows in parameters.items() if name in whole and knows(whole[name])})
    request.GET, request.META["QUERY_STRING"] = known, known.urlencode()  # type: ignore[assignment]
    try:
        yield
    finally:
        request.GET, request.META["QUERY_STRING"] = whole, typed


def from_cache(request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    """The stored page, or a new one. What may change it is asked before it is made, as making it takes time."""
    version = apps.get_model("core.ContentVersion").current()
    key = "page:" + sha256(f"{version} {request.get_full_path()}".encode()).hexdigest()
    stored = cache.get(key)
    if stored is None:
        made_at, end = timezone.now(), end_of_truth()
        response = page()
        if response.status_code != 200:
            return response
        stored = storable(response, made_at)
        cache.set(key, stored, max(0, (end - timezone.now()).total_seconds()))
    content, headers = stored
    return HttpResponse(content, headers=headers)


def storable(response: HttpResponse, made_at: datetime) -> tuple[bytes, dict[str, str]]:
    """What is kept of a page: its bytes and its headers."""
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    response.headers["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    response.headers.setdefault("Last-Modified", http_date(made_at.timestamp()))
    return response.content, dict(response.headers)


def end_of_truth() -> datetime:
    """Until when a page made from now on is true, an hour at most."""
    moments = [moment for next_change in next_changes if (moment := next_change())]
    return min([timezone.now() + LONGEST, *moments])
