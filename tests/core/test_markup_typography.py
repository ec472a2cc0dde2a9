"""Quotes, dashes and ellipses are set as a printer would, in English and in Chinese."""

import pytest

from core.markup import render
from core.markup.typography import reading_length


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('"sea" and "land"', "“sea” and “land”"),
        ("'sea' ('land')", "‘sea’ (‘land’)"),
        ("it's the dogs' sea", "it’s the dogs’ sea"),
        ("the '80s", "the ’80s"),
        ("\"'Sea' is wide,\" she said", "“‘Sea’ is wide,” she said"),
        ('"*sea*" "`c`"', "“<em>sea</em>” “<code>c</code>”"),
        ("1--2 --- 3", "1–2 — 3"),
        ("wait...", "wait…"),
        ("wait....", "wait...."),
        ("-----a", "-----a"),
        ("git push --force", "git push --force"),
        ("--dry-run (--yes) \u201c--no\u201d", "--dry-run (--yes) \u201c--no\u201d"),
        ("*--force* or **-f/--force**", "<em>--force</em> or <strong>-f/--force</strong>"),
        ("中文 --参数，--force", "中文 --参数，--force"),
        ("ebb -- flood, ebb--flood, ebb --", "ebb – flood, ebb–flood, ebb –"),
        ("2019 --2020", "2019 –2020"),
        ("a --> b <-- c", "a --&gt; b &lt;-- c"),
        ("./... and ../... and C:\\\\...", "./... and ../... and C:\\..."),
        ('他说"你好"，又说"再见"。', "他说“你好”，又说“再见”。"),
        ('说"a"和"*b*"吧', "说“a”和“<em>b</em>”吧"),
        ('China\'s "新质"生产力', "China’s “新质”生产力"),
        ("“你好”——‘世界’", "“你好”——‘世界’"),
    ],
)
def test_punctuation_is_set(typed, shown):
    assert render(typed).html == f"<p>{shown}</p>"


def test_quote_left_open_does_not_reach_the_next_paragraph():
    assert render('他说"你好\n\n他说"再见"').html == "<p>他说“你好</p>\n<p>他说“再见”</p>"


@pytest.mark.parametrize("text", ['`"--"`', '    "--"', '<kbd>"--"</kbd>'])
def test_code_is_not_set(text):
    assert '"--"' in render(text).html


def test_reading_length_counts_words():
    assert reading_length("The sea isn’t wide – well-read, 3.5 km.") == 7


def test_reading_length_counts_chinese_by_characters():
    assert reading_length("新质生产力，低空经济。") == round(9 / 1.6)
    assert reading_length("China 的 sea") == 3


def test_words_of_a_text():
    assert render("# Two words\n\n*One* [more](https://example.org)").words == 4
