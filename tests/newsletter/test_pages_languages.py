"""Pages speak the language of their newsletter, whatever the site's own."""

import re
from html import unescape

import pytest

from newsletter.models import Status
from tests import cast
from tests.newsletter.pages import in_one_line, text_of

pytestmark = pytest.mark.django_db

NAMES_THAT_STAY = {"Courant", "RSS", "Atom", "JSON", "Feed", "NRC", "https"}


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return in_one_line(response.content.decode())


@pytest.fixture
def chinese(db):
    """An issue of a Chinese newsletter in which nothing but some names is in Latin letters."""
    newsletter = cast.low_tide(
        title="潮间带", slug="潮间带", tagline="海水退去之后", language="zh-hans", cadence="月刊", about="每月一期。"
    )
    cast.issue(newsletter, 1, title="盐", slug="盐", body="开篇。", closing="再会。")
    issue = cast.issue(newsletter, 2, title="泥", slug="泥", body="开篇。", closing="再会。")
    author = cast.contributor("林海潮")
    cast.article(newsletter, issue, title="砖厂", slug="砖厂", body="正文。", tags=["滩涂"], by=[author])
    cast.article(
        newsletter, issue, title="鳗鱼", slug="鳗鱼", body="正文。", kind="item", tags=["滩涂"],
        section=cast.section(issue, "来信"), source_name="NRC", source_language="nl", source_url="https://example.org/",
    )  # fmt: skip
    return issue


CHINESE_PAGES = ["/潮间带/", "/潮间带/about/", "/潮间带/2026/", "/潮间带/泥/", "/潮间带/泥/砖厂/", "/潮间带/泥/鳗鱼/"]


@pytest.mark.parametrize("path", CHINESE_PAGES)
def test_page_of_a_chinese_newsletter_is_wholly_chinese(client, chinese, path):
    html = page(client, path)
    assert '<html lang="zh-hans">' in html
    body = html.partition("<body>")[2]
    spoken = text_of(body) + " ".join(re.findall(r'(?:aria-label|alt|title)="([^"]*)"', body))
    assert set(re.findall(r"[A-Za-z]{2,}", unescape(spoken))) <= NAMES_THAT_STAY


def test_dates_are_in_chinese_form(client, chinese):
    assert "第 2 期 · 2026年5月" in text_of(page(client, "/潮间带/泥/"))
    assert "2026年5月13日" in page(client, "/潮间带/泥/砖厂/")


def test_language_of_a_source_is_named_in_the_language_of_the_page(client, chinese):
    assert "<cite>NRC</cite> （荷兰语）" in page(client, "/潮间带/泥/")


def test_page_after_a_chinese_one_is_english_again(client, chinese, published):
    page(client, "/潮间带/泥/")
    assert "In this issue" in page(client, "/low-tide/march/")


def test_chinese_titles_in_an_english_list_are_marked_as_chinese(client, chinese, published):
    article = published.articles.get(slug="mud")
    article.tags.add("滩涂")
    html = page(client, re.findall(r"/tags/[^\"]+", page(client, "/潮间带/泥/"))[0])
    assert '<html lang="en">' in html
    assert len(re.findall(r'<li lang="zh-hans" dir="auto">', html)) == 2
    assert "<li><time" in html.replace("\n", "")


def test_page_of_an_arabic_newsletter_runs_from_right_to_left(client, db):
    newsletter = cast.low_tide(title="الجزر", slug="jazr", language="ar")
    cast.issue(newsletter, 1, title="لون")
    assert '<html lang="ar" dir="rtl">' in page(client, "/jazr/no-1/")


def test_months_are_written_in_full(client, low_tide):
    issue = cast.issue(low_tide, status=Status.PUBLISHED, published_at=cast.PUBLISHED_AT.replace(month=2))
    cast.article(low_tide, issue, title="Ice")
    assert '<time datetime="2026-02-14">February 14, 2026</time>' in page(client, "/low-tide/no-1/ice/")
