"""A full disk, as SQLite meets it: what is there is read, and what cannot be kept is given back."""

import logging
from itertools import count
from threading import Event

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core.models import Heartbeat
from core.worker import leases
from tests.comments import talk
from tests.site_project.test_unavailable import TEXT, browser, fields

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL needs a disk of its own to fill"),
]


@pytest.fixture
def discussion(published):
    return talk.under(published.articles.get(slug="mud"))


@pytest.fixture
def full_disk(transactional_db):
    """Call it, and the database has no more room; what fits into pages that it has already still does."""
    connection.ensure_connection()

    def fill():
        with connection.cursor() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")
        for number in count():
            try:
                Heartbeat.objects.create(worker=f"{number:060}", at=timezone.now())
            except OperationalError:
                break

    yield fill
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.parametrize("path", ["/", "/low-tide/march/", "/low-tide/march/mud/", "/feeds/rss.xml", "/up/"])
def test_pages_are_still_read(discussion, full_disk, path):
    full_disk()
    assert Client().get(path).status_code == 200
    assert Client().get("/ready/").status_code == 200


def test_what_somebody_wrote_is_given_back_and_taken_once_there_is_room(discussion, rita, full_disk):
    reader, address = browser(rita), discussion.get_absolute_url()
    full_disk()
    page = reader.post(address, {"body": TEXT * 50})
    assert page.status_code == 503
    assert fields(page.text)["body"] == TEXT * 50
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert reader.post(address, fields(page.text)).status_code == 303


def test_the_worker_goes_on_all_the_same(full_disk, caplog, monkeypatch):
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0)
    full_disk()
    rounds = iter([False, False, True])
    until = Event()
    monkeypatch.setattr(until, "wait", lambda seconds: next(rounds))
    with caplog.at_level(logging.ERROR):
        leases.keep_looking_after("one" * 20, until)
    assert "The database did not answer" in caplog.text
    call_command("tick")
