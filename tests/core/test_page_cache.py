"""Public pages come from the cache, and are never stale."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from core import page_cache
from core.models import ContentVersion
from newsletter import publishing
from newsletter.models import Status
from tests import cast

pytestmark = pytest.mark.django_db


class Counter:
    """A view that counts how often it is asked."""

    def __init__(self):
        self.calls = 0
        self.page = page_cache.public_page(self.view)

    def view(self, request):
        self.calls += 1
        return HttpResponse(f"page {self.calls}")

    def get(self, path="/", cookies=None):
        request = RequestFactory().get(path)
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


def test_each_query_string_has_a_page_of_its_own(counter):
    counter.get("/?page=1")
    assert counter.get("/?page=2").content == b"page 2"


def test_somebody_signed_in_gets_a_page_of_their_own_that_is_kept_nowhere(counter):
    counter.get()
    response = counter.get(cookies={"session": "abc"})
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
    assert page_cache.seconds_until_next_change() == 3600
    draft = cast.issue(low_tide, 9, status=Status.DRAFT)
    publishing.publish(draft, edda, at=timezone.now() + timedelta(seconds=90))
    assert 0 < page_cache.seconds_until_next_change() <= 90


def test_a_reader_with_the_current_page_is_told_so(client, published):
    first = client.get("/low-tide/march/")
    assert client.get("/low-tide/march/", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_cleared_cache_costs_a_page_and_nothing_else(counter):
    counter.get()
    cache.clear()
    assert counter.get().content == b"page 2"
