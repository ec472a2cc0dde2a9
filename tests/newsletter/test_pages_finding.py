"""Tags and contributors."""

import re

import pytest

from tests import cast
from tests.newsletter.pages import main_of, text_of

pytestmark = pytest.mark.django_db


def test_tags_are_listed_by_name_with_their_number(client, published):
    html = main_of(client, "/tags/")
    rows = re.findall(r'<li><a href="(/tags/[^"]+)">([^<]+)</a> <span>(\d+)</span></li>', html)
    assert rows == [("/tags/coast/", "coast", "3"), ("/tags/mud/", "mud", "1")]


def test_tag_lists_its_articles_with_date_and_place(client, published):
    html = main_of(client, "/tags/coast/")
    assert "3 articles" in html
    assert [text for text in ("Mud", "Crabs", "Terns") if f">{text}</a>" in html] == ["Mud", "Crabs", "Terns"]
    assert "<bdi>Low Tide</bdi> · No. 1" in html
    assert '<time datetime="2026-04-13">April 13</time>' in html


def test_articles_of_a_tag_come_in_pages(client, low_tide):
    for number in range(41):
        cast.article(low_tide, title=f"Shell {number}", tags=["shell"])
    assert "Page 1 of 2" in main_of(client, "/tags/shell/")
    assert "41 articles" in main_of(client, "/tags/shell/?page=2")


def test_tag_that_no_article_has_is_not_found(client, published):
    published.articles.get(slug="mud").tags.clear()
    assert client.get("/tags/mud/").status_code == 404
    assert client.get("/tags/nothing/").status_code == 404


def test_tag_in_chinese_has_an_address(client, low_tide):
    cast.article(low_tide, title="Alone", tags=["滩涂"])
    address = re.findall(r'<a href="(/tags/[^"]+)">滩涂</a>', main_of(client, "/tags/"))[0]
    assert "滩涂" in main_of(client, address)


def test_contributors_are_listed_with_their_headline(client, published):
    published.articles.get(slug="mud").contributors.update(headline="Walks the shore")
    html = main_of(client, "/contributors/")
    assert '<a href="/contributors/ada-moor/">Ada Moor</a> <span>1</span>' in html
    assert "Walks the shore" in html


def test_contributor_shows_who_they_are_and_what_they_wrote(client, published):
    ada = published.articles.get(slug="mud").contributors.get()
    ada.about, ada.website = "Walks *slowly*.", "https://example.org/ada"
    ada.save()
    cast.render_texts(ada)
    html = main_of(client, "/contributors/ada-moor/")
    assert "Walks <em>slowly</em>." in html
    assert 'href="https://example.org/ada"' in html
    assert '<a href="/low-tide/march/mud/">Mud</a>' in html


def test_contributor_in_two_parts_of_one_article_has_it_once(client, published):
    article = published.articles.get(slug="mud")
    article.contributions.create(contributor=article.contributors.get(), role="photographer")
    assert main_of(client, "/contributors/ada-moor/").count(">Mud</a>") == 1
    assert "Ada Moor 1" in text_of(main_of(client, "/contributors/"))


def test_editor_may_look_at_a_contributor_without_articles(desk, client, db):
    cast.contributor("New Name")
    assert client.get("/contributors/new-name/").status_code == 404
    assert desk.get("/contributors/new-name/").status_code == 200
