"""Markdown does what writers expect of it, also where Python-Markdown would not."""

import re

import pytest

from core.markup import render


def html(text):
    return render(text).html.replace("\n", "")


def test_list_begins_right_below_paragraph():
    assert html("To buy:\n- eggs\n- tea") == "<p>To buy:</p><ul><li>eggs</li><li>tea</li></ul>"


def test_year_at_the_beginning_of_a_line_begins_no_list():
    assert html("It began in\n2024. Nobody saw it.") == "<p>It began in2024. Nobody saw it.</p>"


@pytest.mark.parametrize("indent", ["  ", "   ", "    "])
def test_list_nests_by_two_to_four_spaces(indent):
    text = f"- sea\n{indent}- tide\n{indent * 2}- ebb\n- land"
    assert html(text) == "<ul><li>sea<ul><li>tide<ul><li>ebb</li></ul></li></ul></li><li>land</li></ul>"


def test_list_nests_below_a_number_by_three_spaces():
    assert html("1. sea\n   - tide\n2. land") == "<ol><li>sea<ul><li>tide</li></ul></li><li>land</li></ol>"


def test_number_with_parenthesis_is_a_list():
    assert html("1) sea\n2) land") == "<ol><li>sea</li><li>land</li></ol>"


def test_numbers_right_below_bullets_are_a_list_of_their_own():
    assert html("- sea\n1. land") == "<ul><li>sea</li></ul><ol><li>land</li></ol>"


def test_list_item_keeps_its_paragraphs():
    shown = html("- sea\n\n  It is wide.\n- land")
    assert shown == "<ul><li><p>sea</p><p>It is wide.</p></li><li><p>land</p></li></ul>"


def test_list_in_a_quotation_is_mended_too():
    assert html("> To buy:\n> - eggs\n>   - brown") == (
        "<blockquote><p>To buy:</p><ul><li>eggs<ul><li>brown</li></ul></li></ul></blockquote>"
    )


def test_heading_ends_a_list_and_a_paragraph():
    assert html("- sea\n# Land\ndry") == '<ul><li>sea</li></ul><h2 id="land">Land</h2><p>dry</p>'


def test_heading_underlined_stays_a_heading():
    assert html("Land\n----\ndry") == '<h2 id="land">Land</h2><p>dry</p>'


def test_hashtag_is_no_heading():
    assert html("#tide\n\nSee #tide") == "<p>#tide</p><p>See #tide</p>"


def test_backslash_breaks_a_line():
    assert html("one\\\ntwo") == "<p>one<br>two</p>"


def test_table_begins_right_below_paragraph():
    shown = html("Heights:\n| sea | land |\n|---|---|\n| 0 | 8 |")
    assert shown.startswith("<p>Heights:</p><div")
    assert "<th>land</th>" in shown
    assert "<td>8</td>" in shown


def test_definitions_need_no_blank_lines_between_them():
    shown = html("Ebb\n: falling\nFlood\n: rising")
    assert shown == "<dl><dt>Ebb</dt><dd>falling</dd><dt>Flood</dt><dd>rising</dd></dl>"


def test_strong_chinese_with_punctuation_inside():
    assert html("**注意（重要）：**请看") == "<p><strong>注意（重要）：</strong>请看</p>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("第一行，\n第二行", "<p>第一行，第二行</p>"),
        ("他说“好”\n她也说", "<p>他说“好”她也说</p>"),
        ("第一行\n**第二行**", "<p>第一行<strong>第二行</strong></p>"),
    ],
)
def test_line_break_between_chinese_leaves_no_space(text, shown):
    assert render(text).html == shown


@pytest.mark.parametrize("text", ["one\ntwo", "中文\nEnglish", "한국어\n줄바꿈"])
def test_line_break_between_words_stays_a_space(text):
    assert render(text).html == f"<p>{text}</p>"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("请看https://example.org/a，谢谢", "https://example.org/a"),
        ("（https://example.org/a）", "https://example.org/a"),
        ("See https://example.org/a.", "https://example.org/a"),
        ("(https://example.org/sea_(wide))", "https://example.org/sea_(wide)"),
        ("**https://example.org/a**", "https://example.org/a"),
        ("https://example.org/?a=1&b=_x_", "https://example.org/?a=1&amp;b=_x"),
        ("https://example.org/a--b", "https://example.org/a--b"),
    ],
)
def test_address_in_running_text_is_a_link(text, address):
    assert f'<a href="{address}">{address}</a>' in render(text).html


def test_www_address_is_a_link():
    assert '<a href="https://www.example.org/a">www.example.org/a</a>,' in html("See www.example.org/a, please")


@pytest.mark.parametrize("text", ["`https://example.org`", "    https://example.org", "```\nhttps://example.org\n```"])
def test_address_in_code_is_no_link(text):
    assert "<a" not in html(text)


def test_code_stays_as_it_is():
    code = '#tag\n- "a" -- b...\n  - 中\n文\\\nQ: why\n![](picture:boat)'
    assert html(f"```\n{code}\n```") == f"<pre><code>{code}</code></pre>".replace("\n", "")


def test_fenced_code_in_a_list_belongs_to_its_item():
    assert html("- run\n  ```\n  make\n  ```\n- stop") == (
        "<ul><li><p>run</p><pre><code>make</code></pre></li><li><p>stop</p></li></ul>"
    )


def test_link_may_hold_brackets_and_a_title():
    shown = html('[the [wide] sea](https://example.org/sea_(wide) "Sea")')
    assert shown == '<p><a href="https://example.org/sea_(wide)" title="Sea">the [wide] sea</a></p>'


def test_link_by_reference():
    assert html("[sea]\n\n[sea]: https://example.org/sea") == '<p><a href="https://example.org/sea">sea</a></p>'


@pytest.mark.parametrize("text", ["[Anna]: Yes", "# The set {1, 2}", "*x*{y}", "\\& [a][b] ![c][d]"])
def test_what_only_looks_like_markup_is_kept(text):
    shown = html(text)
    assert all(word in shown for word in re.findall(r"\w+", text))


def test_attribute_list_sets_anchor_and_language():
    assert html("# 海 {#sea lang=zh}") == '<h2 lang="zh" id="sea">海</h2>'


def test_strike_through():
    assert html("~~old~~ H~2~O") == "<p><del>old</del> H~2~O</p>"
