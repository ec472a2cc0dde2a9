"""Readers: what counting a view adds to a page that is served from the cache."""

from django.test import Client

from bench import milliseconds
from core import page_cache
from core.page_cache import NOBODY, Visit
from newsletter.models import Issue
from readership import counting

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def figures() -> dict[str, float]:
    path = Issue.objects.published().select_related("newsletter").first().get_absolute_url()  # type: ignore[union-attr]
    client = Client(headers={"host": "localhost", "user-agent": AGENT, "referer": "https://example.org/"})
    page_cache.forget()
    page = milliseconds(lambda: client.get(path))
    headers = {"user-agent": AGENT, "referer": "https://example.org/"}
    visit = Visit("newsletter:issue", path, headers, NOBODY, "192.0.2.1")
    view = milliseconds(lambda: counting.note(visit))
    return {"stored_page_ms": page, "view_counted_ms": view, "view_over_stored_page": view / page}
