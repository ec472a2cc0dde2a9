"""How text and questions become words, and how excerpts are cut and marked."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.searching.excerpts import excerpt, marked
from newsletter.searching.queries import MAX_LENGTH, MAX_TERMS, parse
from newsletter.searching.words import split
from tests.newsletter.searching import plain

HAYSTACK = (
    "The tide comes in twice a day. " * 30 + "Then a lighthouse keeper counts gulls. " + "Nobody asks why. " * 30
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't e-mail Ægir!", "don t e mail aegir"),
        ("CAFÉ cafe\u0301 ﬁne Straße İzmir ılık", "cafe cafe fine strasse izmir ilik"),
        ("Đường ĐỎ, Øresund, Łódź, Œuvre", "duong do oresund lodz oeuvre"),
        ("ISPARTA Iğdır ısı", "isparta igdir isi"),
        ("كِتَابٌ كتـــاب الأَطْفال إلى آخر مدرسة", "كتاب كتاب الاطفال الي اخر مدرسه"),
        ("שָׁלוֹם עֲלֵיכֶם ﬥ", "שלום עליכם ל"),
        ("کتاب فارسی", "كتاب فارسي"),
        ("低空经济", "低空 空经 经济 济"),
        ("新", "新"),
        ("A股、ＧＤＰ增长3％", "a 股 gdp 增长 长 3"),
        ("ガス かな", "ガス ス かな な"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("\x00 ?! —", ""),
    ],
)
def test_text_is_split_into(text, words):
    assert split(text) == words


@pytest.mark.parametrize("typed", ["", " ", "-", '""', '"', "***", "-mud", '-"low tide"', "（）", "\x00", "😀"])
def test_nothing_to_look_for(typed):
    assert not parse(typed)


@pytest.mark.parametrize(
    ("typed", "fts5", "tsquery"),
    [
        ("tide", '"tide"', "('tide')"),
        ("mud", '("mud" OR "mud" *)', "('mud' | 'mud':*)"),
        ("low mud", '"low" AND ("mud" OR "mud" *)', "('low') & ('mud' | 'mud':*)"),
        ("mud -low -high", '("mud") NOT ("low" OR "high")', "('mud') & !('low') & !('high')"),
        ('"low tide', '"low tide"', "('low' <-> 'tide')"),
        ("低空经济", '"低空 空经 经济"', "('低空' <-> '空经' <-> '经济')"),
        ("空", '("空" OR "空" *)', "('空' | '空':*)"),
        ("a) OR (b:*", '"a" AND "or" AND "b"', "('a') & ('or') & ('b')"),
        ("NEAR(x^2, title:y)", '"near" AND "x 2" AND "title y"', "('near') & ('x' <-> '2') & ('title' <-> 'y')"),
    ],
)
def test_a_question_is_asked_as(typed, fts5, tsquery):
    query = parse(typed)
    assert query.fts5 == fts5
    assert query.tsquery == tsquery


@given(st.text(max_size=300))
@example("\"'\\:*&|!<->()^{}[]~+-,; NEAR AND OR NOT")
def test_nothing_but_words_reaches_the_database(typed):
    query = parse(typed)
    if query:
        quoted = re.findall(r'"([^"]*)"', query.fts5) + re.findall(r"'([^']*)'", query.tsquery)
        assert not any(re.search(r"[^\S ]|[!-/:-@\[-`{-~]", words) for words in quoted)
        assert re.fullmatch(r"(AND|OR|NOT|[ ()*])*", re.sub(r'"[^"]*"', "", query.fts5))
        assert set(re.sub(r"'[^']*'", "", query.tsquery)) <= set(" &|!<->():*")


def test_long_questions_are_cut():
    assert len(parse("word " * 100).terms) == MAX_TERMS
    assert parse("x" * 1000).terms[0].text == "x" * MAX_LENGTH


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("newsletters", "A newsletter.", "A <mark>newsletter</mark>."),
        ("newsletter", "Newsletters!", "<mark>Newsletters</mark>!"),
        ("run", "Running, runs, brunch", "<mark>Running</mark>, <mark>runs</mark>, brunch"),
        ("running", "They run", "They <mark>run</mark>"),
        ("studies", "A study", "A <mark>study</mark>"),
        ("news", "A newsletter", "A newsletter"),
        ("newslet", "A newsletter", "A <mark>newsletter</mark>"),
        ("cafe", "Café CAFE\u0301", "<mark>Café</mark> <mark>CAFÉ</mark>"),
        ("fine", "Soft\u00adly ﬁ\u00adne", "Softly <mark>ﬁ\u00adne</mark>".replace("Softly", "Soft\u00adly")),
        ('"low tide"', "Low-tide, low and tide", "<mark>Low-tide</mark>, low and tide"),
        ("tide -mud", "Tide and mud", "<mark>Tide</mark> and mud"),
        ("低空 空经", "低空经济", "<mark>低空</mark>经济"),
        ("gdp增长", "看ＧＤＰ增长。", "看<mark>ＧＤＰ增长</mark>。"),
        ("a & <b>", "<b> & a", "&lt;<mark>b</mark>&gt; &amp; <mark>a</mark>"),
        ("b", "<b>", "&lt;<mark>b</mark>&gt;"),
    ],
)
def test_words_are_marked(typed, text, expected):
    assert marked(text, parse(typed)) == expected


def test_an_excerpt_is_cut_around_the_match_at_the_ends_of_words():
    shown = excerpt(HAYSTACK, parse("gulls"))
    assert "a lighthouse keeper counts <mark>gulls</mark>. Nobody" in shown
    assert len(plain(shown)) < 300
    assert plain(shown).strip("… ") in HAYSTACK
    assert re.fullmatch(r"… \w.*\w\W* …", plain(shown))


def test_an_excerpt_prefers_the_place_where_all_words_meet():
    text = "Gulls alone. " + "Nothing of the kind. " * 40 + "Here gulls meet the lighthouse. " + "Gulls again. " * 3
    assert "Here <mark>gulls</mark> meet the <mark>lighthouse</mark>" in excerpt(text, parse("gulls lighthouse"))


def test_an_excerpt_without_a_match_is_the_beginning():
    assert plain(excerpt(HAYSTACK, parse("zebra"))).startswith("The tide comes in twice a day.")
    assert excerpt("Short.", parse("zebra")) == "Short."
    assert excerpt("", parse("zebra")) == ""


def test_a_chinese_excerpt_begins_with_a_sentence_and_is_half_as_long():
    text = "海边的城市正在试验无人机送货。" * 20 + "新质生产力的说法出现在报告里。" + "潮水每天来两次。" * 40
    shown = excerpt(text, parse("新质生产力"))
    assert "送货。<mark>新质生产力</mark>的说法" in shown
    assert plain(shown).startswith("… 海边的城市")
    assert len(plain(shown)) < 140


@given(st.text(), st.text(min_size=1, max_size=30))
@example("İ" * 10 + "x", "x")
@example("ﬁ\u0301", "i")
def test_marks_change_nothing_but_marks(text, typed):
    query = parse(typed)
    if query:
        shown = marked(text, query)
        assert set(re.findall(r"<[^>]*>", shown)) <= {"<mark>", "</mark>"}
        assert plain(shown) == plain(marked(text, parse("zebra")))
