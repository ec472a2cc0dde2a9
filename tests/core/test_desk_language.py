"""The desk speaks the language of whoever works there; readers' pages and what is stored keep their own."""

import re

import pytest
from django.test import Client
from django.utils import translation

from comments.admin.forms import RefusalForm
from newsletter.rendering import render_texts
from tests import cast

pytestmark = pytest.mark.django_db

PAGES = [
    "/admin/",
    "/admin/newsletter/issue/",
    "/admin/newsletter/issue/add/",
    "/admin/newsletter/issue/compose/",
    "/admin/newsletter/picture/",
    "/admin/comments/comment/",
    "/admin/mailing/dispatch/",
    "/admin/mailing/subscriber/",
    "/admin/readership/pageviews/",
    "/account/",
]


@pytest.fixture
def chinese_desk(desk, edda):
    edda.language = "zh-hans"
    edda.save()
    return desk


@pytest.mark.parametrize("address", PAGES)
def test_an_editor_who_reads_chinese_has_the_desk_in_chinese(chinese_desk, published, address):
    page = chinese_desk.get(address, follow=True)
    assert page.status_code == 200
    assert '<html lang="zh-hans"' in page.text
    assert len(re.findall("[\u4e00-\u9fff]", page.text)) > 60


def test_readers_pages_keep_the_language_of_the_newsletter(chinese_desk, published):
    assert '<html lang="en"' in chinese_desk.get(published.get_absolute_url()).text


def test_what_is_stored_speaks_for_the_site_whoever_stored_it(published):
    article = published.articles.first()
    picture = cast.picture(name="terns")
    article.body = f"![](picture:{picture.name})\n\nhttps://vimeo.com/76979871\n"
    with translation.override("zh-hans"):
        render_texts(article)
    assert not re.search("[\u4e00-\u9fff]", article.body_html)


def test_others_are_not_spoken_to_in_it(chinese_desk, published):
    chinese_desk.get("/admin/")
    assert '<html lang="en"' in Client().get("/account/sign-in/").text


def test_a_standing_reason_reaches_the_author_in_the_sites_language():
    with translation.override("zh-hans"):
        form = RefusalForm({"reason": "3", "words": "Sorry."})
        assert form.is_valid()
        assert form.told == "It advertises something. Sorry."
