"""Pages speak the language of their newsletter, whatever the site's own."""

import re
from html import unescape

import html5lib
import pytest

from core.languages import spoken
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
    assert len(re.findall(r'<a href="[^"]*" lang="zh-hans" dir="ltr">[砖鳗]', html)) == 2
    assert "<li><time" in html.replace("\n", "")


def test_page_of_an_arabic_newsletter_runs_from_right_to_left(client, db):
    newsletter = cast.low_tide(title="الجزر", slug="jazr", language="ar")
    cast.issue(newsletter, 1, title="لون")
    assert '<html lang="ar" dir="rtl">' in page(client, "/jazr/no-1/")


def test_months_are_written_in_full(client, low_tide):
    issue = cast.issue(low_tide, status=Status.PUBLISHED, published_at=cast.PUBLISHED_AT.replace(month=2))
    cast.article(low_tide, issue, title="Ice")
    assert '<time datetime="2026-02-14">February 14, 2026</time>' in page(client, "/low-tide/no-1/ice/")


def spoken_in(html, words):
    """The language and direction of the nearest element around these words that says them, as browsers find it."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    parents = {child: parent for parent in root.iter() for child in parent}
    found = [each for each in root.find("body").iter() if words in (each.text or "")]
    found += [parents[each] for each in root.find("body").iter() if words in (each.tail or "")]
    assert found, words
    languages = set()
    for element in found:
        while "lang" not in element.attrib:
            element = parents[element]
        languages.add((element.get("lang"), element.get("dir", "ltr")))
    assert len(languages) == 1, (words, languages)
    return languages.pop()


@pytest.fixture
def arabic(db):
    newsletter = cast.low_tide(
        title="الجزر", slug="jazr", tagline="ما يتركه الماء", language="ar", about="عدد كل شهر."
    )
    cast.issue(newsletter, 1, title="ملح", slug="one", published_at=cast.PUBLISHED_AT)
    issue = cast.issue(newsletter, 2, title="لون", slug="two", body="افتتاحية", published_at=cast.PUBLISHED_AT)
    author = cast.contributor("هدى")
    cast.article(newsletter, issue, title="طين", slug="mud", body="نص طويل", tags=["بحر"], by=[author])
    news = cast.section(issue, "أخبار")
    cast.article(newsletter, issue, title="طائر", slug="tern", body="خبر", kind="item", section=news, tags=["بحر"])
    return issue


ARABIC_PAGES = {
    "/jazr/": (["لون", "طين", "ملح"], ["Skip to the text", "Read the issue", "About", "No. 2", "Follow by feed"]),
    "/jazr/two/": (
        ["افتتاحية", "طين", "نص طويل", "أخبار"],
        ["In this issue", "No. 2", "By", "Permalink", "E-mail"],
    ),
    "/jazr/two/mud/": (["نص طويل"], ["No. 2", "1 min", "Conversation", "After this", "Related", "Search"]),
    "/jazr/about/": (["ما يتركه الماء"], ["About", "Subscribe"]),
    "/jazr/2026/": (["لون"], ["No. 2", "March 14"]),
}


@pytest.mark.parametrize("path", ARABIC_PAGES)
def test_words_that_nobody_translated_are_marked_as_english_in_an_arabic_page(client, arabic, path):
    html = page(client, path)
    texts, words = ARABIC_PAGES[path]
    assert '<html lang="ar" dir="rtl">' in html
    assert {spoken_in(html, text) for text in texts} == {("ar", "rtl")}
    assert {spoken_in(html, word) for word in words} == {("en", "ltr")}


def test_an_arabic_text_among_english_ones_is_marked(client, arabic, published):
    html = page(client, "/")
    assert spoken_in(html, "لون") == ("ar", "rtl")
    assert spoken_in(html, "Low Tide") == spoken_in(html, "Read the issue") == ("en", "ltr")
    entries = page(client, f"/tags/{arabic.articles.get(slug='mud').tags.get().slug}/")
    assert spoken_in(entries, "طين") == ("ar", "rtl")
    assert spoken_in(entries, "No. 2") == ("en", "ltr")


def test_a_page_of_forms_is_in_the_language_of_its_words(client, arabic):
    html = page(client, "/jazr/two/comments/")
    assert '<html lang="en">' in html
    assert spoken_in(html, "لون") == ("ar", "rtl")


def test_a_language_that_is_spoken_is_marked_nowhere(client, chinese, published):
    for path in ["/low-tide/march/", "/low-tide/", "/潮间带/泥/"]:
        assert not re.search(r'lang="(en|zh-hans)" dir', page(client, path)), path


@pytest.mark.parametrize(
    ("language", "words"), [("en", "en"), ("en-gb", "en-gb"), ("zh-hans", "zh-hans"), ("zh-hant", "en"), ("ar", "en")]
)
def test_the_program_speaks_what_it_was_translated_into(language, words):
    assert spoken(language) == words


def test_readers_are_offered_the_languages_that_there_are(client, rita):
    client.force_login(rita)
    assert re.findall(r'<option value="([^"]*)"', page(client, "/account/")) == ["", "en", "zh-hans"]
    rita.language = "fr"
    rita.save()
    assert re.findall(r'<option value="([^"]*)"', page(client, "/account/")) == ["", "en", "zh-hans", "fr"]
