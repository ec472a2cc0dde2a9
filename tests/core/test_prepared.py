"""Queries that are turned into SQL once find what they would find if they were made anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from core.prepared import prepared
from newsletter.models import Article
from tests import cast

pytestmark = pytest.mark.django_db


@prepared
def articles(order, *, newsletter, issue, now):
    return Article.objects.published(now).filter(newsletter=newsletter, issue=issue).order_by(order)


@prepared
def titles(*, slug):
    return Article.objects.filter(slug=slug).values_list("title", "newsletter__title")


def found(published, order="slug", issue=None, now=None):
    found = articles(order, newsletter=published.newsletter_id, issue=issue, now=now or timezone.now())
    return [article.slug for article in found]


def test_each_call_has_its_own_values_and_form(published):
    cast.article(published.newsletter, title="Alone")
    inside = found(published, issue=published.pk)
    assert "mud" in inside
    assert found(published, issue=published.pk, order="-slug") == inside[::-1]
    assert found(published) == ["alone"]
    assert found(published, issue=published.pk, now=published.published_at.replace(year=1999)) == []


def test_it_sees_what_has_changed_since(published):
    assert "mud" in found(published, issue=published.pk)
    published.articles.filter(slug="mud").update(slug="silt")
    assert "silt" in found(published, issue=published.pk)


def test_rows_are_as_their_queryset_makes_them(published):
    assert titles(slug="mud") == [("Mud", "Low Tide")]


def test_a_call_costs_one_query_and_no_text_reaches_the_sql(published, django_assert_num_queries):
    titles(slug="mud")
    with django_assert_num_queries(1):
        assert titles(slug="mud' OR '1'='1") == []


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_on_its_own_connection(published):
    titles(slug="mud")

    def ask():
        try:
            return titles(slug="mud")
        finally:
            connection.connection.close()  # Django keeps one in memory open

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask).result() == [("Mud", "Low Tide")]
