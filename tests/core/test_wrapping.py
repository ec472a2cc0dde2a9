"""Lines of plain text, as mail wants them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markup import wrapped


def test_words_stay_whole():
    assert wrapped("The sea goes out and the sea comes in.", 14) == "The sea goes\nout and the\nsea comes in."


def test_short_lines_stay_as_they_are():
    assert wrapped("a  b\n\n    code\n-- ", 20) == "a  b\n\n    code\n-- "


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("> high water comes late", "> high water\n> comes late"),
        ("- high water comes late", "- high water\n  comes late"),
        ("12. high water comes late", "12. high water\n    comes late"),
        ("> - high water comes late", "> - high water\n>   comes late"),
        ("[1] high water comes late", "[1] high water\n    comes late"),
    ],
)
def test_what_is_quoted_or_listed_stays_behind_its_mark(text, lines):
    assert wrapped(text, 14) == lines


def test_an_address_is_never_broken():
    address = "https://example.org/a-long-way-to-the-sea/"
    assert wrapped(f"The way ({address}) is long.", 20) == f"The way\n({address})\nis long."


def test_chinese_breaks_anywhere_but_before_a_full_stop_and_after_a_bracket():
    assert wrapped("潮水来了，又走了。", 8) == "潮水来\n了，又走\n了。"
    assert wrapped("我们说（潮水）来了", 8) == "我们说\n（潮水）\n来了"


def test_an_address_in_chinese_ends_where_chinese_goes_on():
    assert wrapped("见 https://example.org/a/，然后继续", 24) == "见\nhttps://example.org/a/，\n然后继续"


def test_german_closing_marks_stay_with_their_word():
    assert wrapped("Er rief „Wasser“.", 15) == "Er rief\n„Wasser“."


@given(st.text(alphabet="ab潮水，。“”‘’（）() \t\xa0\u2028…《》【https://-.1[]"), st.integers(4, 30))
def test_nothing_is_lost(text, columns):
    assert "".join(wrapped(text, columns).split()) == "".join(text.split())
