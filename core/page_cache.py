"""Public pages from a cache that is never stale.

An anonymous page is the same for everybody. It is stored under the number of the last change of content, so
one committed change makes all stored pages unreachable at once, in every process. What changes by the clock
alone (a scheduled issue) is announced by the functions in `next_changes`: no page is kept beyond that moment.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import http_date

LONGEST_SECONDS = 3600

#: Each says when public content changes next without anybody writing, or None. Apps add theirs in `ready()`.
next_changes: list[Callable[[], datetime | None]] = []

type View = Callable[..., HttpResponse]


def watch(models: Iterable[type[Model]]) -> None:
    """Let every change of these models through the ORM's objects renew the public pages.

    `QuerySet.update()` sends no signal: who uses it on what the public sees calls `content_changed` too.
    """
    for model in models:
        for signal in (post_save, post_delete, m2m_changed):
            signal.connect(content_changed, sender=model)


def content_changed(**kwargs: Any) -> None:
    """Let no stored page outlive the current transaction."""
    transaction.on_commit(apps.get_model("core.ContentVersion").advance)


def public_page(view: View) -> View:
    """Answer anonymous readers from the cache, others afresh and for their eyes only.

    A stored page costs one query. Pages carry ETag and Last-Modified, so that a reader who has it already is told
    so with 304, and are revalidated at each visit, so that a correction is seen at once.
    """

    @wraps(view)
    def cached_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES or request.method not in {"GET", "HEAD"}:
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_store=True)
            return response
        version = apps.get_model("core.ContentVersion").current()
        key = "page:" + sha256(f"{version} {request.get_full_path()}".encode()).hexdigest()
        stored = cache.get(key)
        if stored is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            stored = storable(response)
            cache.set(key, stored, seconds_until_next_change())
        content, headers = stored
        return HttpResponse(content, headers=headers)

    return cached_view


def storable(response: HttpResponse) -> tuple[bytes, dict[str, str]]:
    """What is kept of a page: its bytes and its headers."""
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    response.headers["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    response.headers.setdefault("Last-Modified", http_date(timezone.now().timestamp()))
    return response.content, dict(response.headers)


def seconds_until_next_change() -> float:
    """How long a page made now stays true, an hour at most. One query for each function in `next_changes`."""
    moments = [moment for next_change in next_changes if (moment := next_change())]
    waits = [(moment - timezone.now()).total_seconds() for moment in moments]
    return max(0, min([LONGEST_SECONDS, *waits]))
