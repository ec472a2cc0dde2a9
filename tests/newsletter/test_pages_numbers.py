"""Dates as machines read them, numbers as people do."""

import re

import pytest
from django.db import connection
from django.template import Context, Template
from django.utils import translation

from comments.models import Comment, Discussion
from core import page_cache
from newsletter.models import Picture
from tests import cast
from tests.comments import talk
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/low-tide/",
    "/low-tide/2026/",
    "/low-tide/march/",
    "/low-tide/march/mud/",
    "/low-tide/march/mud/comments/",
    "/tags/mud/",
    "/contributors/ada-moor/",
    "/search/?q=mud",
]
MACHINES = [
    "/sitemap.xml",
    "/feeds/feed.json",
]


@pytest.fixture
def conversation(published, rita):
    """Its comments have numbers above 1,000; on SQLite those of all tests have."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('comments_comment', 'id'), 5000)")
    discussion = talk.under(published.articles.get(title="Mud"))
    comment = talk.say(discussion, rita)
    talk.say(discussion, talk.otto(), "Indeed.", comment)
    return discussion


def test_no_time_has_millionths(client, published, conversation):
    for page in [*PAGES, *MACHINES, f"/comments/{Comment.objects.first().pk}/"]:
        text = client.get(page).content.decode()
        assert re.search(r"\d{4}-\d\d-\d\d", text), page
        assert not re.search(r"\d\d:\d\d:\d\d\.\d", text), page


def test_a_reader_s_own_pages_have_no_millionths_either(client, conversation, rita):
    client.force_login(rita)
    for page in ["/account/comments/", f"/comments/{Comment.objects.last().pk}/report/"]:
        assert not re.search(r"\d\d:\d\d:\d\d\.\d", client.get(page).content.decode()), page


@pytest.mark.parametrize(("language", "number"), [("en", "12,345"), ("zh-hans", "12,345"), ("de", "12.345")])
def test_large_numbers_are_grouped_as_the_language_does(language, number):
    with translation.override(language):
        assert Template("{{ number }}").render(Context({"number": 12345})) == number


def test_a_large_conversation_says_how_large_it_is(client, conversation):
    Discussion.objects.update(comment_count=12345)
    page_cache.forget()
    for page in ["/low-tide/march/", "/low-tide/march/mud/", "/contributors/ada-moor/"]:
        assert "12,345 comments" in main_of(client, page), page


def test_what_machines_read_is_not_grouped(client, published, conversation, rita):
    picture = cast.picture()
    Picture.objects.update(width=1600, height=1200)
    published.articles.filter(title="Mud").update(lead_picture=picture)
    first = Comment.objects.first()
    Comment.objects.filter(pk=first.pk).update(score=1234)
    page_cache.forget()
    client.force_login(rita)
    attributes = []
    for page in [*PAGES, f"/comments/{first.pk}/", "/account/comments/", "/account/following/", "/feeds/atom.xml"]:
        text = client.get(page).content.decode()
        attributes += re.findall(
            r'(?:id|for|href|action|width|height|value|start|data-most|name|datetime|aria-[a-z]+by)="[^"]*"', text
        )
    assert first.pk > 1000
    assert [each for each in attributes if re.search(r"\d,\d{3}\b", each)] == []


def test_a_number_and_its_word_stay_on_one_line(client, published):
    assert "No.\u00a01" in client.get("/low-tide/march/").content.decode()
    low_tide = cast.low_tide(title="山间来信", slug="山间来信", language="zh-hans")
    cast.issue(low_tide, 27, slug="春", published_at=cast.PUBLISHED_AT)
    page = client.get("/山间来信/春/").content.decode()
    assert "第\u00a027\u00a0期" in page
    assert "第 27" not in page


def test_what_stands_beside_each_other_is_kept_apart(client, published, conversation):
    row = re.search(r'<p class="row">.*?</p>', main_of(client, "/low-tide/march/"), re.DOTALL)[0]
    assert " ".join(re.sub("<[^>]*>", "", row).split()).startswith("Permalink · 2 comments · ")
    foot = client.get("/").content.decode().rpartition('<p class="follow">')[2].partition("</p>")[0]
    assert " ".join(re.sub("<[^>]*>", "", foot).split()).endswith("RSS · Atom · JSON Feed")
    entry = re.search(r"Mud</a>.*?</p>", main_of(client, "/tags/mud/"), re.DOTALL)[0]
    assert " ".join(re.sub("<[^>]*>", "", entry).split()) == "Mud Low Tide · No. 1 · 2 comments"
