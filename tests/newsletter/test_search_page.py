"""The page of the search: form, counts, filters, excerpts, pages; odd questions get sensible answers."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from newsletter.models import Article, SearchEntry
from tests import cast
from tests.newsletter.crowd import COPIES, insert, multiply, queries_for
from tests.newsletter.pages import in_one_line
from tests.newsletter.searching import titles

pytestmark = pytest.mark.django_db


def page(client, query: str) -> str:
    response = client.get(f"/search/?{query}")
    assert response.status_code == 200
    return in_one_line(response.content.decode())


@pytest.fixture
def eels(low_tide):
    """Three articles on eels: two of *Low Tide* in 2025 and 2026, one of *High Tide* in 2026."""
    high_tide = cast.low_tide(title="High Tide", slug="high-tide")
    for newsletter, year in ((low_tide, 2025), (low_tide, 2026), (high_tide, 2026)):
        title = f"Eels in {newsletter} {year}"
        cast.article(
            newsletter, title=title, slug=f"{newsletter.slug}-{year}", published_at=datetime(year, 3, 1, tzinfo=UTC)
        )


@pytest.fixture
def many(low_tide):
    """Forty-five articles on eels."""
    multiply_found(cast.article(low_tide, title="Eels"), 44)


def multiply_found(article: Article, times: int) -> None:
    """Copy an article, and what search knows of it."""
    multiply(article, times)
    copying = f"{insert(SearchEntry, article_id='copy')} CROSS JOIN {COPIES} WHERE article_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(copying, [f"{article.slug}-%", article.pk])


def test_the_empty_form_explains_itself_and_offers_tags(client, published):
    for query in ("", "q=", "q=%20", "q=!%3F", "q=-mud"):
        answer = page(client, query)
        assert "“Quotation marks” find a phrase" in answer
        assert '<a href="/tags/coast/">coast</a>' in answer
        assert "<ol" not in answer


def test_the_form_keeps_what_was_typed(client, published):
    assert 'value="&lt;b&gt; &quot;mud&quot;"' in page(client, "q=%3Cb%3E+%22mud%22")


def test_matches_are_counted(client, published):
    assert "1 match for “mud”" in page(client, "q=mud")
    assert "3 matches for “coast”" in page(client, "q=coast")


def test_nothing_found_is_said_and_tags_are_offered(client, published):
    answer = page(client, "q=zebra")
    assert "Nothing has “zebra”." in answer
    assert '<a href="/tags/coast/">' in answer


def test_a_match_tells_where_it_appeared(client, published):
    answer = page(client, "q=crabs")
    for told in ("Low Tide, No. 1", "Item", "The Shore", '<time datetime="2026-04-13">'):
        assert told in answer, told


def test_an_issue_is_named_as_such(client, published):
    assert "<span>Issue</span>" in page(client, "q=opening")


def test_filters_narrow_the_search_down(client, eels):
    assert len(titles(client, "eels")) == 3
    assert titles(client, "eels", newsletter="high-tide") == ["Eels in High Tide 2026"]
    assert titles(client, "eels", year="2025") == ["Eels in Low Tide 2025"]
    assert titles(client, "eels", newsletter="low-tide", year="2026") == ["Eels in Low Tide 2026"]


def test_filters_show_what_they_would_find(client, eels):
    answer = page(client, "q=eels")
    for choice in (
        '<a href="?q=eels" aria-current="true">All newsletters</a> <span>3</span>',
        '<a href="?q=eels&amp;newsletter=low-tide">Low Tide</a> <span>2</span>',
        '<a href="?q=eels&amp;newsletter=high-tide">High Tide</a> <span>1</span>',
        '<a href="?q=eels&amp;year=2026">2026</a> <span>2</span>',
    ):
        assert choice in answer, choice


def test_a_filter_can_be_changed_while_another_stays(client, eels):
    answer = page(client, "q=eels&newsletter=low-tide&page=1")
    assert '<a href="?q=eels&amp;newsletter=low-tide&amp;year=2025">2025</a> <span>1</span>' in answer
    assert '<a href="?q=eels">All newsletters</a> <span>3</span>' in answer
    assert '<input type="hidden" name="newsletter" value="low-tide">' in answer


def test_one_newsletter_and_one_year_leave_nothing_to_choose(client, published):
    assert "Narrow the search down" not in page(client, "q=coast")


def test_filters_that_find_nothing_can_be_dropped(client, eels):
    answer = page(client, "q=eels&newsletter=high-tide&year=2025")
    assert "Nothing has “eels” with these filters." in answer
    assert '<a href="?q=eels">Show all 3 without filters</a>' in answer


@pytest.mark.parametrize(
    "filters", ["year=abc", "year=0", "year=99999", "year=٢٠٢٦", "newsletter=nope", "newsletter=%00", "year=%00"]
)
def test_odd_filters_find_nothing(client, eels, filters):
    assert "Show all 3 without filters" in page(client, f"q=eels&{filters}")


def test_results_come_in_pages_of_twenty(client, many):
    pages = [re.findall(r'<h2[^>]*><a href="([^"]+)">', page(client, f"q=eels&page={number}")) for number in (1, 2, 3)]
    assert [len(addresses) for addresses in pages] == [20, 20, 5]
    assert len({address for addresses in pages for address in addresses}) == 45
    answer = page(client, "q=eels&page=2")
    assert "45 matches" in answer
    assert '<ol class="found wide" start="21">' in answer
    assert '<a rel="prev" href="?q=eels&amp;page=1">' in answer
    assert '<a rel="next" href="?q=eels&amp;page=3">' in answer


@pytest.mark.parametrize(("number", "shown"), [("4", 3), ("999999999999", 3), ("0", 3), ("-1", 3), ("x", 1), ("", 1)])
def test_a_page_that_is_not_there_gives_one_that_is(client, many, number, shown):
    assert f"Page {shown} of 3" in page(client, f"q=eels&page={number}")


def test_the_words_looked_for_are_marked(client, low_tide):
    cast.article(low_tide, title="On newsletters", body="A Newsletter <b>for</b> the café & 新质生产力的说法。")
    answer = page(client, "q=newsletter+cafe+生产力")
    assert "On <mark>newsletters</mark>" in answer
    assert "A <mark>Newsletter</mark>" in answer
    assert "the <mark>café</mark> &amp; 新质<mark>生产力</mark>的说法" in answer


def test_titles_and_texts_are_escaped(client, low_tide):
    cast.article(low_tide, title="<script>x</script> eels", slug="x", summary="<img src=x> eels")
    answer = page(client, "q=eels")
    assert "&lt;script&gt;x&lt;/script&gt; <mark>eels</mark>" in answer
    assert "&lt;img src=x&gt; <mark>eels</mark>" in answer


def test_a_match_by_source_or_tag_shows_them(client, low_tide):
    cast.article(low_tide, title="Mud", source_name="The Shore", tags=["eels"])
    assert '<p class="meta">The Shore · <mark>eels</mark></p>' in page(client, "q=eels")
    assert "The Shore ·" not in page(client, "q=mud")


def test_the_page_is_for_readers_and_not_for_search_engines(client, published):
    response = client.get("/search/?q=mud")
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert response.headers["Cache-Control"] == "private, max-age=60"
    assert not response.cookies


def test_a_search_costs_the_same_at_ten_and_ten_thousand_articles(client, low_tide):
    addresses = [f"/search/?{query}" for query in ("q=eels", "q=eels&year=2026&page=2", "q=zebra", "")]
    eels = cast.article(low_tide, title="Eels", tags=["coast"])
    multiply_found(eels, 9)
    few = {address: queries_for(client, address) for address in addresses}
    more = cast.article(low_tide, title="More eels", tags=["coast"])
    multiply_found(more, 9_989)
    assert "10,000 matches" in page(client, "q=eels")
    many = {address: queries_for(client, address) for address in addresses}
    assert many == few
    assert max(many.values()) <= 8


@given(
    typed=st.text(max_size=260), newsletter=st.text(max_size=10), year=st.text(max_size=5), number=st.text(max_size=5)
)
def test_whatever_is_typed_gets_an_answer(client, published, secrets, typed, newsletter, year, number):
    response = client.get("/search/", {"q": typed, "newsletter": newsletter, "year": year, "page": number})
    assert response.status_code == 200
    assert "SECRET" not in response.content.decode()


def test_titles_and_texts_say_which_language_they_are_in(client, low_tide):
    cast.article(low_tide, title="Eels")
    cast.article(cast.low_tide(title="潮间带", slug="chao", language="zh-hans"), title="鳗鱼 eels", slug="man-yu")
    answer = page(client, "q=eels")
    assert '<h2><a href="/articles/eels/">' in answer
    assert '<h2 lang="zh-hans" dir="ltr"><a href="/articles/man-yu/">' in answer
