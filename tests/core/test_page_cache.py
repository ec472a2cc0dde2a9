"""Public pages come from the cache, and are never stale."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from core import page_cache
from core.changes import changes, content_changed
from core.models import Change, ContentVersion
from newsletter import publishing
from newsletter.models import Redirect, Status
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db


class Counter:
    """A view that counts how often it is asked."""

    def __init__(self, on_call=lambda: None):
        self.calls, self.on_call = 0, on_call
        self.page = page_cache.public_page(self.view, page=page_cache.any_value, sort={"old", "new"}.__contains__)

    def view(self, request):
        self.calls += 1
        self.on_call()
        self.seen = request.get_full_path(), dict(request.GET.items())
        return HttpResponse(f"page {self.calls}")

    def get(self, path="/", cookies=None, user=None):
        request = RequestFactory().get(path)
        request.user = user or AnonymousUser()
        request.COOKIES.update(cookies or {})
        return self.page(request)


@pytest.fixture
def counter():
    return Counter()


def test_a_second_reader_gets_the_stored_page_for_one_query(counter, django_assert_num_queries):
    counter.get()
    with django_assert_num_queries(1):
        response = counter.get()
    assert response.content == b"page 1"


def test_each_value_of_what_a_page_knows_has_a_page_of_its_own(counter):
    counter.get("/?page=1")
    assert counter.get("/?page=2").content == b"page 2"
    assert counter.get("/?page=2&sort=old").content == b"page 3"


@pytest.mark.parametrize(
    "query",
    ["utm_source=x", "PAGE", "sort=odd", "sort=", "PAGE=2", "q=1&q=2", "%00=1", "next=//evil.example"],
)
def test_what_a_page_does_not_know_makes_no_other_page(counter, query):
    counter.get("/")
    assert counter.get(f"/?{query}").content == b"page 1"


@pytest.mark.parametrize("query", ["sort=old&page=2", "page=2&x=1&sort=old", "page=1&page=2&sort=new&sort=old"])
def test_the_same_parameters_are_the_same_page_in_whatever_order(counter, query):
    counter.get("/?page=2&sort=old")
    assert counter.get(f"/?{query}").content == b"page 1"


@pytest.mark.parametrize("cookies", [{}, {"session": "abc"}])
def test_a_page_sees_only_what_it_knows(counter, cookies):
    counter.get("/?page=2&utm_source=x&sort=odd", cookies, User(pk=1) if cookies else None)
    assert counter.seen == ("/?page=2", {"page": "2"})


def test_no_parameter_that_a_page_does_not_know_is_found_in_it(client, published):
    discussion = talk.under(published.articles.get(title="Mud"))
    talk.say(discussion, talk.otto())
    addresses = [
        "/",
        "/low-tide/",
        "/low-tide/2026/",
        "/low-tide/march/",
        "/low-tide/march/mud/",
        "/tags/",
        "/articles/",
    ]
    for address in [*addresses, "/low-tide/march/mud/comments/", "/feeds/atom.xml", "/sitemap.xml", "/subscribe/"]:
        with_more = client.get(f"{address}?strange=1").content
        assert b"strange" not in with_more
        assert with_more == client.get(address).content


@pytest.mark.parametrize("page", ["01", "+1", "1.0", " 1", "١", "1_0"])
def test_a_page_of_a_list_has_one_address(client, published, page):
    assert client.get("/low-tide/", {"page": page}).status_code == 404
    assert client.get("/low-tide/", {"page": "1"}).status_code == 200


def test_a_redirect_still_takes_everything_along(client, published):
    Redirect.objects.create(old_path="/old/", new_path="/low-tide/")
    assert client.get("/old/?utm_source=x")["Location"] == "/low-tide/?utm_source=x"


def test_somebody_signed_in_gets_a_page_of_their_own_that_is_kept_nowhere(counter):
    counter.get()
    response = counter.get(cookies={"session": "abc"}, user=User(pk=1))
    assert response.content == b"page 2"
    assert "no-store" in response["Cache-Control"]
    assert counter.get().content == b"page 1"


def test_pages_are_checked_at_each_visit(counter):
    response = counter.get()
    assert response["ETag"]
    assert response["Last-Modified"]
    assert "must-revalidate" in response["Cache-Control"]


def test_a_page_that_is_no_success_is_not_stored():
    answers = iter([HttpResponse("missing", status=404), HttpResponse("here")])
    page = page_cache.public_page(lambda request: next(answers))
    assert page(RequestFactory().get("/")).status_code == 404
    assert page(RequestFactory().get("/")).status_code == 200


@pytest.mark.parametrize("change", ["save", "tag", "contributor", "picture", "delete"])
def test_every_change_of_content_renews_the_pages(counter, published, change, django_capture_on_commit_callbacks):
    counter.get()
    mud = published.articles.get(title="Mud")
    with django_capture_on_commit_callbacks(execute=True):
        if change == "save":
            mud.save()
        elif change == "tag":
            mud.tags.add("new")
        elif change == "contributor":
            mud.contributors.get().save()
        elif change == "picture":
            mud.pictures.add(cast.picture())
        else:
            mud.delete()
    assert counter.get().content == b"page 2"


def test_a_change_that_is_rolled_back_keeps_the_pages(counter, published):
    before = ContentVersion.current()
    published.save()
    assert ContentVersion.current() == before


def test_no_page_is_kept_beyond_the_next_scheduled_issue(low_tide, edda):
    draft = cast.issue(low_tide, 9, status=Status.DRAFT)
    publishing.publish(draft, edda, at=timezone.now() + timedelta(seconds=90))
    assert page_cache.end_of_truth() == draft.published_at


def test_a_page_that_took_longer_than_it_is_true_is_not_kept(low_tide):
    """Rendering begins just before an issue becomes public and ends just after."""
    due = timezone.now() + timedelta(seconds=1)
    cast.issue(low_tide, 2, published_at=due)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        counter = Counter(on_call=lambda: clock.shift(2))
        counter.get()
        assert counter.get().content == b"page 2"
        assert counter.get().content == b"page 2"


def test_a_page_says_that_it_was_changed_when_its_making_began():
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        response = Counter(on_call=lambda: clock.shift(60)).get()
    assert response["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_a_change_during_the_making_of_a_page_renews_it(published, django_capture_on_commit_callbacks):
    def change():
        if counter.calls == 1:
            with django_capture_on_commit_callbacks(execute=True):
                published.save()

    counter = Counter(on_call=change)
    counter.get()
    assert counter.get().content == b"page 2"


def test_a_transaction_counts_once_however_much_it_changes(published, django_capture_on_commit_callbacks):
    before = ContentVersion.current()
    for round_ in (1, 2):
        changes.look()
        with django_capture_on_commit_callbacks(execute=True):
            for article in published.articles.all():
                article.save()
        assert ContentVersion.current() == before + round_


def test_of_a_topic_the_last_change_is_kept(published, django_capture_on_commit_callbacks):
    for topics in (["talks"], [], ["talks", "comments"], []):
        changes.look()
        with django_capture_on_commit_callbacks(execute=True):
            content_changed(*topics)
    newest = ContentVersion.current()
    kept = dict(Change.objects.values_list("topic", "number"))
    assert kept == {"talks": newest - 1, "comments": newest - 1, "content": newest}
    assert Change.objects.count() == 3


def test_a_change_that_a_killed_process_left_without_a_number_is_heard_once(counter):
    counter.get()
    Change.objects.create(topic="content")
    assert counter.get().content == b"page 2"
    assert counter.get().content == b"page 2"


def test_what_is_undone_hides_nothing_that_comes_later(counter):
    """SQLite gives the number of a row that was undone to the next."""
    counter.get()
    with suppress(ZeroDivisionError), transaction.atomic():
        content_changed()
        changes.look()
        1 / 0  # noqa: B018
    counter.get()
    content_changed()
    assert counter.get().content == f"page {counter.calls}".encode()
    assert counter.calls == 3


def test_many_threads_that_come_at_once_make_one_page():
    gate, made = Barrier(8), []
    page_cache.end_of_truth()  # what has looked already asks no database
    now = changes.count

    def page():
        made.append(1)
        time.sleep(0.05)
        return "page"

    def reader(page):
        page_cache.making.now = now
        gate.wait()
        return page_cache.kept(("one",), page, (), len).value

    with ThreadPoolExecutor(8) as readers:
        assert set(readers.map(reader, [page] * 8)) == {"page"}
    assert made == [1]


def test_what_is_rolled_back_does_not_hide_a_later_change(published, django_capture_on_commit_callbacks):
    before = ContentVersion.current()
    changes.look()
    with django_capture_on_commit_callbacks(execute=True):
        with suppress(ZeroDivisionError), transaction.atomic():
            published.save()
            1 / 0  # noqa: B018
        published.save()
    assert ContentVersion.current() == before + 1


def test_a_reader_with_the_current_page_is_told_so(client, published):
    first = client.get("/low-tide/march/")
    assert client.get("/low-tide/march/", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_cleared_cache_costs_a_page_and_nothing_else(counter):
    counter.get()
    page_cache.forget()
    assert counter.get().content == b"page 2"
