"""Search: what is found for what a reader types, the same on every database."""

from datetime import UTC, datetime

import pytest

from newsletter.rendering import render_texts
from tests import cast
from tests.newsletter.searching import titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(low_tide):
    """Four articles: two in English, one in Chinese, one in both."""
    cast.article(low_tide, title="Newsletters of the coast", body="Everybody was running to read one, at the café.")
    cast.article(
        low_tide, title="The Who", body="Low water, high tide: a well-known band e-mails its fans about 2,000 gulls."
    )
    cast.article(low_tide, title="低空经济", slug="di-kong", body="新质生产力是什么？无人机送货，猫在看。")
    cast.article(low_tide, title="Markets", body="ＧＤＰ增长 and A股市场 in one line, Ægir in another.")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("newsletter", ["Newsletters of the coast"]),
        ("NEWSLETTERS", ["Newsletters of the coast"]),
        ("run", ["Newsletters of the coast"]),
        ("coastal", []),
        ("cafe", ["Newsletters of the coast"]),
        ("CAFÉ", ["Newsletters of the coast"]),
        ("cafe\u0301", ["Newsletters of the coast"]),
        ("everyb", ["Newsletters of the coast"]),
        ("everyb read", []),
        ("the who", ["The Who"]),
        ("tide gulls", ["The Who"]),
        ("tide café", []),
        ("tide, gulls!", ["The Who"]),
        ('"high tide"', ["The Who"]),
        ("“high tide”", ["The Who"]),
        ('"tide high"', []),
        ('"high tide', ["The Who"]),
        ("well-known", ["The Who"]),
        ("known-well", []),
        ("e-mail", ["The Who"]),
        ("2,000", ["The Who"]),
        ("tide -band", []),
        ('tide -"band high"', ["The Who"]),
        ("tide -zebra", ["The Who"]),
        ("tide OR café", []),
        ("ægir", ["Markets"]),
    ],
)
def test_english_is_found_by_its_words(client, shelf, typed, expected):
    assert titles(client, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("猫", ["低空经济"]),
        ("力", ["低空经济"]),
        ("看", ["低空经济"]),
        ("狗", []),
        ("低空", ["低空经济"]),
        ("空经", ["低空经济"]),
        ("生产力", ["低空经济"]),
        ("新质生产力", ["低空经济"]),
        ("新质力", []),
        ("无人机送货", ["低空经济"]),
        ("什么无人机", []),
        ("无人机 猫", ["低空经济"]),
        ("无人机，猫", ["低空经济"]),
        ("无人机\u3000猫", ["低空经济"]),
        ("无人机 -猫", []),
        ("无人机 -狗", ["低空经济"]),
        ("gdp", ["Markets"]),
        ("ＧＤＰ", ["Markets"]),
        ("GDP增长", ["Markets"]),
        ("A股", ["Markets"]),
        ("A股市场 line", ["Markets"]),
    ],
)
def test_chinese_is_found_exactly_and_mixes_with_english(client, shelf, typed, expected):
    assert titles(client, typed) == expected


def test_a_common_character_is_found_at_the_end_of_a_long_text(client, low_tide):
    cast.article(low_tide, title="Long", body="的人说的话，" * 600 + "最后的灯塔。")
    assert titles(client, "最后的灯塔") == ["Long"]


def test_words_of_real_documents_are_found(client, low_tide, real):
    text = (real / "this-month-in-china-2024-03.md").read_text()
    cast.article(low_tide, title="Real", body=text)
    for typed in ("新质生产力", "low-altitude economy", "innovation"):
        assert (titles(client, typed) == ["Real"]) == (typed.lower() in text.lower()), typed


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "A lighthouse"},
        {"summary": "Of a lighthouse."},
        {"body": "Text about a *light*house."},
        {"tags": ["lighthouse"]},
        {"source_name": "Lighthouse Weekly"},
        {"source_url": "https://www.lighthouse.example/news/"},
    ],
)
def test_an_article_is_found_by(client, low_tide, fields):
    made = cast.article(low_tide, **{"title": "Other", "slug": "other", **fields})
    cast.article(low_tide, title="Another")
    assert titles(client, "lighthouse") == [made.title]


def test_an_article_is_found_by_its_contributor(client, low_tide):
    cast.article(low_tide, title="Mud", by=[cast.contributor("Ada Moor")])
    assert titles(client, "ada moor") == ["Mud"]


def test_an_article_is_found_by_caption_and_credit_of_a_picture_in_its_text(client, low_tide):
    cast.picture("ripples", caption="Ripples at low water", credit="Photo: Ada Moor")
    cast.article(low_tide, title="Mud", body="![Mud](picture:ripples)")
    assert titles(client, "ripples water") == ["Mud"]
    assert titles(client, "ada moor") == ["Mud"]


def test_an_article_is_found_by_the_caption_of_its_lead_picture(client, low_tide):
    cast.article(low_tide, title="Mud", lead_picture=cast.picture(caption="Ripples at low water"))
    assert titles(client, "ripples") == ["Mud"]


@pytest.mark.parametrize(
    "typed",
    ["opening words", "closing words", "news from the shore", "no. 7", "low tide 7", "第7期", "march", "summary"],
)
def test_an_issue_is_found_by(client, low_tide, typed):
    made = cast.issue(
        low_tide, 7, title="March", summary="A summary.", body="Opening words.", closing="Closing words."
    )
    cast.section(made, "News from the shore")
    render_texts(made)
    assert titles(client, typed) == ["March"]


def test_what_is_not_text_is_not_found(client, low_tide):
    cast.article(low_tide, title="Mud", body="A [link](https://example.org/hidden) and a note[^1].\n\n[^1]: Noted.")
    assert titles(client, "hidden") == []
    assert titles(client, "note1") == []
    assert titles(client, "noted") == ["Mud"]


def test_words_of_neighbouring_blocks_do_not_grow_together(client, low_tide):
    cast.article(low_tide, title="Table", body="| sand | salt |\n|---|---|\n| wind | wave |\n\nlast  \nline")
    for typed in ("sand", "salt", "wind", "wave", "last", "line"):
        assert titles(client, typed) == ["Table"], typed


def test_title_comes_before_keyword_and_keyword_before_text(client, low_tide):
    cast.article(low_tide, title="In the text", body="A word on eels, between many others that say nothing of them.")
    cast.article(low_tide, title="By tag", body="Nothing.", tags=["eels"])
    cast.article(low_tide, title="Eels", body="Nothing.")
    assert titles(client, "eels") == ["Eels", "By tag", "In the text"]


def test_more_of_it_comes_first(client, low_tide):
    cast.article(low_tide, title="Once", body="Eels. " + "Something else. " * 40)
    cast.article(low_tide, title="Often", body="Eels. " * 20 + "Something else. " * 20)
    assert titles(client, "eels") == ["Often", "Once"]


def test_the_newer_of_two_equals_comes_first(client, low_tide):
    for day in (2, 3, 1):
        cast.article(
            low_tide, title=f"Eels {day}", slug=f"eels-{day}", body="", published_at=datetime(2026, 3, day, tzinfo=UTC)
        )
    assert titles(client, "eels") == ["Eels 3", "Eels 2", "Eels 1"]
