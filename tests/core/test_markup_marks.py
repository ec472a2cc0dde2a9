"""Text as people's keyboards and other programs write it is read as they mean it."""

import pytest

from core.markup import render, to_text
from core.markup.comments import render_comment
from core.markup.marks import plain_marks

ODD = [
    "\u00a0",
    "\u2003",
    "\u2009",
    "\u202f",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u00a0 ",
    " \u200b",
    "\u200b\u00a0",
]
MARKS = ["#", "###", "-", "+", "*", "1.", "12)", ">", "> -", "> >"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("mark", MARKS)
def test_odd_space_behind_a_mark_is_a_space(mark, odd):
    assert render(f"{mark}{odd}海 tide").html == render(f"{mark} 海 tide").html


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("mark", MARKS)
def test_odd_space_before_a_mark_is_room(mark, odd):
    assert render(f"{odd}{mark} tide").html == render(f"{mark} tide").html


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "line",
    [
        "---",
        "![Boat](picture:boat)",
        "https://youtu.be/aqz-KE-bpKQ",
        "[^1]: Note",
        "Q: Why?",
        "| a | b |\n|---|---|\n| c | d |",
    ],
)
def test_odd_space_around_what_stands_alone_counts_for_nothing(line, odd):
    text = "Before[^1]\n\n{}\n\nbehind"
    assert render(text.format(f"{odd}{line}{odd}")).html == render(text.format(line)).html


@pytest.mark.parametrize("odd", ODD)
def test_line_of_odd_spaces_is_blank(odd):
    assert render(f"ebb\n{odd}\nflood").html == "<p>ebb</p>\n<p>flood</p>"


@pytest.mark.parametrize("space", ["\u00a0", "\u2002"])
def test_list_nests_by_odd_spaces(space):
    assert (
        render(f"-{space}sea\n{space * 2}-{space}tide\n{space * 4}- ebb").html
        == render("- sea\n  - tide\n    - ebb").html
    )


def test_full_width_sign_before_a_space_begins_a_heading():
    assert render("＃＃ 标题").html == '<h2 id="标题">标题</h2>'
    assert render("＃标签 一").html == "<p>＃标签 一</p>"


@pytest.mark.parametrize(
    "text",
    [
        "5\u00a0km",
        "*\u200b词\u200b* 和",
        "\u00a0\u00a0\u00a0\u00a0A poem",
        "a\u200bb",
        "- 5\u00a0km",
        "# 5\u00a0km",
        "> «\u00a0Oui\u00a0»",
    ],
)
def test_words_and_the_spaces_between_them_stay(text):
    assert plain_marks(text) == text


@pytest.mark.parametrize(
    "code",
    [
        "```\n-\u00a0x\n\u00a0# y\n```",
        "> ~~~ js\n> #\u00a0x\n> ~~~",
        "    -\u00a0x\n    #\u2003y",
        "- run\n\n  ```\n  -\u00a0x\n  ```",
    ],
)
def test_code_stays(code):
    assert plain_marks(code) == code


def test_fence_among_odd_spaces_is_a_fence():
    assert (
        render("\u00a0```py\u200b\n-\u00a0x\n\ufeff```\u00a0").html
        == '<pre><code class="language-py">-&nbsp;x</code></pre>'
    )


@pytest.mark.parametrize("soft", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", " \x0b ", "\u2028\u2028"])
def test_soft_break_breaks_the_line(soft):
    assert render(f"ebb{soft}flood").html == "<p>ebb<br>\nflood</p>"
    assert render(f"- ebb{soft}flood").html == "<ul>\n<li>ebb<br>\nflood</li>\n</ul>"
    assert render_comment(f"ebb{soft}flood") == "<p>ebb<br>\nflood</p>"
    assert render(f"# ebb{soft}flood").html == '<h2 id="ebb-flood">ebb flood</h2>'
    assert render(f"{soft}# ebb{soft}\nflood").html == '<h2 id="ebb">ebb</h2>\n<p>flood</p>'
    assert "<td>a<br>b</td>" in render(f"| ebb | flood |\n|---|---|\n| a{soft}b | c |").html
    assert render(f"```\na{soft.strip(' ')}b\n```").html.startswith("<pre><code>a\n")
    assert to_text(f"ebb{soft}flood") == "ebb\nflood"


@pytest.mark.parametrize("odd", ODD)
def test_comment_is_read_alike(odd):
    assert render_comment(f"-{odd}ebb\n-{odd}flood\n\n>{odd}tide") == render_comment("- ebb\n- flood\n\n> tide")


@pytest.mark.parametrize(
    "unit", ["\u00a0", "\u200b", "\u2028", ">\u00a0", "-\u00a0", "```\u00a0\n", "\u00a0-", "~~~ a\n"]
)
def test_runs_of_odd_spaces_and_marks_are_rendered(unit):
    assert "end" in render(unit * 5000 + "\n\nend").html
