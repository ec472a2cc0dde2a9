"""Readers: what counting a view adds to a page that is served from the cache."""

from itertools import count

from django.test import Client

from bench import milliseconds
from core import page_cache
from core.page_cache import NOBODY, Visit
from newsletter.models import Article
from readership import counting

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def figures() -> dict[str, float]:
    path = Article.objects.published().stand_alone()[0].get_absolute_url()
    client = Client(headers={"host": "localhost", "user-agent": AGENT, "referer": "https://example.org/"})
    page_cache.forget()
    page = milliseconds(lambda: client.get(path))
    headers = {"user-agent": AGENT, "referer": "https://example.org/"}
    readers = (f"192.0.2.{number % 256}" for number in count())  # each pairs it with an article that they read before
    visit = Visit("newsletter:stand-alone", path, headers, NOBODY, "")
    view = milliseconds(lambda: counting.note(visit._replace(client=next(readers))))
    return {"stored_page_ms": page, "view_counted_ms": view, "view_over_stored_page": view / page}
