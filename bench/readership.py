"""Readers: what counting a view adds to a page that is served from the cache."""

from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import resolve

from bench import milliseconds
from newsletter.models import Issue
from readership import counting

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def figures() -> dict[str, float]:
    path = Issue.objects.published().select_related("newsletter").first().get_absolute_url()  # type: ignore[union-attr]
    client = Client(headers={"host": "localhost", "user-agent": AGENT, "referer": "https://example.org/"})
    cache.clear()
    page = milliseconds(lambda: client.get(path))
    request = RequestFactory(headers={"user-agent": AGENT, "referer": "https://example.org/"}).get(path)
    request.resolver_match = resolve(path)
    view = milliseconds(lambda: counting.note(request))
    return {"stored_page_ms": page, "view_counted_ms": view, "view_over_stored_page": view / page}
