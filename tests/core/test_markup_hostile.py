"""Texts made to keep a server busy are bounded, and what is in them is still shown."""

import pytest

from core.markup import render, to_mail, to_text
from core.markup.source import tame
from core.markup.tree import parse

ORDINARY = (
    "> > - a\n> >   - b\n\n* * * * * * * * * *\n\n1. 2. x\n\n<div><p><b>x</b></p></div>\n\n<p>a<p>b" + "<br>" * 50
)


def depth(element):
    return 1 + max((depth(child) for child in element), default=0)


def test_ordinary_text_is_left_as_it_is():
    assert tame(ORDINARY) == ORDINARY


@pytest.mark.parametrize("mark", [">", "> ", "- ", "1. ", "> - ", "+ > "])
def test_quotes_and_lists_nest_eight_deep(mark):
    shown = render(mark * 5000 + "end")
    assert "end" in shown.html
    assert depth(parse(shown.html)) < 30


@pytest.mark.parametrize("mark", ["-   ", "*\t", "_    ", "  - "])
def test_a_long_thematic_break_is_no_deep_list(mark):
    assert render(f"a\n\n{mark * 2000}\n\nb").html == "<p>a</p>\n<hr>\n<p>b</p>"


def test_lists_nest_eight_deep_by_indent():
    shown = render("\n".join(f"{'  ' * level}- word{level}" for level in range(100)))
    assert "word99" in shown.html
    assert depth(parse(shown.html)) < 30


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<b id=x><p>", "<a href=x ", "<i><!", "<p><font>", "<ul><li>"])
def test_html_left_open_many_times_is_shown_as_text(tag):
    shown = render(f"{tag * 100}end")
    assert tag.replace(">", "&gt;").replace("<", "&lt;") in shown.html
    assert "end" in shown.html


@pytest.mark.parametrize("marks", ["*a **b ", "~~a **b ", "_a *b "])
def test_elements_more_than_a_hundred_deep_leave_their_text(marks):
    shown = render(marks * 500 + "end " + "* ** ~~ " * 500)
    assert depth(parse(shown.html)) <= 101
    assert "end" in shown.html


@pytest.mark.parametrize(
    "text",
    [
        "[a]: https://example.org/" + "x" * 900 + "\n\n" + "[a]" * 6000,
        "[^a]" * 4900 + "\n\n[^a]: x",
    ],
)
def test_text_that_grows_beyond_measure_is_shown_as_it_is_written(text):
    html = render(text).html
    assert html.startswith("<pre>")
    assert len(html) < 2 * len(text)


RUNS = [
    "[",
    "![",
    "[a](",
    "[a][",
    "[^a]",
    "](",
    "`",
    "``a`",
    "*",
    "_*",
    "<",
    "<![CDATA[",
    "&",
    "|",
    "\\",
    "=\n",
    "# a\n",
]
RUNS += [
    "[a]:\n",
    "a\n: b\n",
    "Q: a\n\n",
    "|-|\n",
    "```\n",
    ":   a\n",
    "\x02",
    "\0",
    "\ud800",
    "https://",
    "{: a",
    '"',
    "…",
]


@pytest.mark.parametrize("unit", RUNS)
def test_runs_of_one_mark_are_rendered_everywhere(unit):
    text = unit * 300 + "\n\nend"
    assert "end" in render(text).html
    assert "end" in to_mail(text, base_url="https://example.org/")
    assert "end" in to_text(text)


def test_links_hold_brackets_and_parentheses_three_deep():
    assert "<a" in render("[a [b [c]]](https://example.org/a(b(c)))").html
    assert "<a" not in render("[a [b [c [d]]]](/x)").html
    assert "<a" not in render("[a](mailto:a(b(c(d))))").html


def test_reader_gets_no_control_characters():
    html = render("a\x00b\x02c\x0ed\x1be&#1;f\ud800g\uffff").html
    assert html == "<p>abcdef\ufffdg</p>"


@pytest.mark.parametrize("unit", ["a\n: ", "<p", "<li ", "</td", "***a ", "Q: a\n", "[a](", "```\n", "<!--", "{#a}"])
def test_a_text_as_long_as_a_book_takes_no_hours(unit):
    """Slow for a test, as only length shows it: these took ten times as long, and minutes at the length of a book."""
    assert render(unit * (30_000 // len(unit)) + "\n\nend").html.count("end") == 1


def test_definitions_of_one_term_stay_together_however_many_they_are():
    html = render("a\n" + ": word\n" * 200).html
    assert (html.count("<dl>"), html.count("<dt>"), html.count("<dd>word</dd>")) == (1, 1, 200)


def test_a_text_longer_than_a_book_is_shown_as_it_is_written():
    assert render("*a* " * 50_001).html.startswith("<pre>*a* *a*")
