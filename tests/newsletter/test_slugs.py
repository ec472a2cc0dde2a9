"""Addresses that the site needs itself are refused to newsletters, issues and articles."""

import unicodedata
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import get_resolver
from taggit.models import Tag

from newsletter.models import Article, Contributor, Issue, Newsletter
from newsletter.models.slugs import FIXED
from tests import cast
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db


def first_steps(patterns):
    """The literal first part of each address in the URL configuration."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if route:
            yield route.removeprefix("^").split("/")[0].split(".")[0]
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


@pytest.mark.parametrize("name", ["🎉", "!?", "हिन्दी", "ภาษาไทย", "مُحَمَّد", "می‌خواهم", "x" * 100])
def test_every_tag_has_a_page_a_feed_and_a_place_in_the_map(client, published, name):
    """However it was made: taggit makes them for forms, documents and shells alike."""
    published.articles.get(title="Mud").tags.add(name)
    tag = Tag.objects.get(name=name)
    assert client.get(f"/tags/{tag.slug}/").status_code == 200
    assert client.get(f"/feeds/tags/{tag.slug}/rss.xml").status_code == 200
    for page in ["/low-tide/march/mud/", "/low-tide/march/", "/tags/", "/sitemap.xml", "/search/"]:
        assert client.get(page).status_code == 200


def test_tags_that_would_have_the_same_address_get_numbers(published):
    mud = published.articles.get(title="Mud")
    mud.tags.add("🎉", "🎊", "हिन्दी", "हिन्दी!", "x" * 99 + "1", "x" * 99 + "2")
    slugs = set(mud.tags.values_list("slug", flat=True))
    assert {"tag", "tag-2", "हिन्दी", "हिन्दी-2"} <= slugs
    assert max(map(len, slugs)) <= 100


def test_tags_stored_without_an_address_get_one(db):
    Tag.objects.bulk_create([Tag(name="🎉", slug=""), Tag(name="tag", slug="tag")])
    import_module("newsletter.migrations.0005_tags_without_an_address").name_them(apps, connection.schema_editor())
    assert Tag.objects.get(name="🎉").slug == "tag-2"


@pytest.mark.parametrize("title", ["हिन्दी समाचार", "ภาษาไทย", "ខ្មែរ", "می‌خواهم", "🎉", "2024", "About", "x" * 200])
def test_whatever_a_thing_is_called_its_page_opens(desk, client, low_tide, title):
    """In the admin, with the field for the address left empty."""
    for kind, more in [
        ("newsletter", {"title": title[:120]}),
        ("issue", {"title": title, "newsletter": str(low_tide.pk)}),
        ("article", {"title": title, "newsletter": str(low_tide.pk)}),
        ("contributor", {"name": title[:120]}),
    ]:
        assert send(desk, f"/admin/newsletter/{kind}/add/", slug="", **more).status_code == 302
    assert desk.get(Newsletter.objects.latest("pk").get_absolute_url()).status_code == 200
    for thing in [Issue.objects.get(), Article.objects.get(), Contributor.objects.get()]:
        assert desk.get(thing.get_absolute_url()).status_code == 200


def test_an_address_in_two_spellings_of_unicode_is_one(client, low_tide):
    cast.article(low_tide, title="Été", slug=unicodedata.normalize("NFD", "été"))
    for spelling in ["NFC", "NFD"]:
        assert client.get(f"/articles/{unicodedata.normalize(spelling, 'été')}/").status_code == 200


@pytest.mark.parametrize("slug", ["a b", "a/b", "a.b", "🎉", "a%20b", "\u200b"])
def test_what_is_no_letter_is_refused_in_an_address(low_tide, slug):
    with pytest.raises(ValidationError, match="letters of any script"):
        Article(newsletter=low_tide, title="X", slug=slug).full_clean()


@pytest.mark.parametrize("path", ["/events/", "/events/march/", "/events/about/"])
def test_a_newsletter_that_stood_in_the_way_before_is_read_where_it_was(client, published, path):
    Newsletter.objects.update(slug="events")
    assert client.get(path).status_code == 200
