"""A site of 500 issues and 10,000 subscribers is backed up while people write, and comes back whole, from each
database to each.

A few issues in every run of the tests; all of it with FAULTS=full, as `make faults` sets it.
"""

import time
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import connection
from django.db.models import Count, F, Q

from bench import growth
from comments.models import Comment, Discussion
from core import page_cache, standing
from interchange import backing_up, restoring
from interchange.tables import connected
from mailing.lists import subscribing
from mailing.lists.consenting import Occasion
from mailing.models import Consent, Subscriber, Subscription
from tests import cast
from tests.comments import talk
from tests.faults.test_killed_senders import IS_FULL
from tests.interchange import places
from tests.interchange.test_restoring import contents, pages, site  # noqa: F401

PERCENT, IN_AN_ISSUE = (10, 2) if IS_FULL else (0.1, 2)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


@contextmanager
def people_who_write(newsletter, discussion, reader):
    """Yields the addresses of all who subscribed so far, and the texts of all comments, once that was answered."""
    done, is_over, failed = ([], []), Event(), []
    there = connection.settings_dict

    def write():
        with connected(**there):
            while not is_over.is_set():
                number = len(done[0])
                person = Subscriber.objects.create(email=f"{number}@later.example")
                subscribing.confirm(person, [newsletter], Occasion("form"))
                done[0].append(person.email)
                talk.say(discussion, reader, f"Wave {number}!")
                done[1].append(f"Wave {number}!")

    def attempt():
        try:
            write()
        except Exception as error:
            failed.append(error)

    thread = Thread(target=attempt)
    thread.start()
    while len(done[1]) < 3 and not failed:
        time.sleep(0.01)
    yield done
    is_over.set()
    thread.join()
    assert not failed


def assert_whole():
    """What was written in one transaction is there together or not at all."""
    visible = Count("comments", filter=Q(comments__shown=True))
    assert not Discussion.objects.annotate(visible=visible).exclude(comment_count=F("visible")).exists()
    active = Subscription.objects.filter(subscriber__email__endswith="@later.example", state="active")
    assert active.filter(consents=None).count() == 0
    assert Consent.objects.filter(subscription__in=active).count() == active.count()


def timed(words, act, *given, **named):
    begun = time.monotonic()
    result = act(*given, **named)
    if IS_FULL:
        print(f"{words}: {time.monotonic() - begun:.0f} s")  # noqa: T201
    return result


@pytest.mark.parametrize("engine", places.ENGINES)
def test_a_site_that_is_written_to_comes_back_whole(site, engine, tmp_path, monkeypatch):  # noqa: F811
    for name, number in {"IN_AN_ISSUE": IN_AN_ISSUE, "COMMENTS": 10, "SUBSCRIBERS": 10}.items():
        monkeypatch.setattr(growth, name, number)
    list(growth.load(PERCENT))
    discussion, reader = talk.under(cast.article(site.newsletter, title="Waves")), talk.trusted(cast.person("Rita"))
    before, vendor = pages(), connection.vendor
    with people_who_write(site.newsletter, discussion, reader) as (addresses, words):
        first = len(words)
        backup = timed(f"backup from {vendor}", backing_up.write, tmp_path / "backup")
        last = len(words)
    unchanged = dict(before.items() & pages().items())
    assert len(unchanged) > len(before) / 2
    with places.empty(engine, tmp_path):
        timed(f"restore into {engine}", restoring.restore, tmp_path / "backup")
        assert_whole()
        assert {*addresses[:first]} <= {*Subscriber.objects.values_list("email", flat=True)}
        assert {*words[:first]} <= {*Comment.objects.values_list("body", flat=True)}
        assert standing.is_held()
        page_cache.forget()
        assert dict(unchanged.items() & pages().items()) == unchanged
    if IS_FULL:
        size = (tmp_path / "backup").stat().st_size / 2**20
        rows = sum(backup.rows.values())
        print(f"{len(before):,} pages, {rows:,} rows, {size:.0f} MB, {last - first} comments meanwhile")  # noqa: T201
