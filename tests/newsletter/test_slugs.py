"""Addresses that the site needs itself are refused to newsletters, issues and articles."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from newsletter.models import Article, Issue, Newsletter
from newsletter.models.slugs import FIXED

pytestmark = pytest.mark.django_db


def first_steps(patterns):
    """The literal first part of each address in the URL configuration."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if route:
            yield route.split("/")[0].split(".")[0]
        elif hasattr(pattern, "url_patterns"):
            yield from first_steps(pattern.url_patterns)


def test_every_fixed_address_is_known():
    literal = {step for step in first_steps(get_resolver().url_patterns) if step and "<" not in step}
    assert literal <= FIXED


@pytest.mark.parametrize("slug", ["admin", "search", "Tags", "subscribe"])
def test_a_newsletter_cannot_hide_a_page_of_the_site(slug):
    with pytest.raises(ValidationError, match="Choose another"):
        Newsletter(title="X", slug=slug).full_clean()


@pytest.mark.parametrize("slug", ["about", "2024", "feeds"])
def test_an_issue_cannot_hide_a_page_of_its_newsletter(low_tide, slug):
    with pytest.raises(ValidationError):
        Issue(newsletter=low_tide, number=1, title="X", slug=slug).full_clean()


def test_an_article_cannot_hide_the_discussion_of_its_issue(published, low_tide):
    with pytest.raises(ValidationError):
        Article(newsletter=low_tide, issue=published, title="X", slug="comments").full_clean()


def test_ordinary_and_chinese_names_are_welcome(low_tide):
    Newsletter(title="X", slug="山间来信").full_clean()
    Issue(newsletter=low_tide, number=1, title="X", slug="march-2024").full_clean()


def test_the_same_address_twice_is_refused_with_a_sentence(published, low_tide):
    with pytest.raises(ValidationError, match="this address already"):
        Issue(newsletter=low_tide, number=9, title="X", slug="march").full_clean()
    with pytest.raises(ValidationError, match="this number already"):
        Issue(newsletter=low_tide, number=1, title="X", slug="x").full_clean()
