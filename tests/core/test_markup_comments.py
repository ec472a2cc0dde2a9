"""Readers write a small subset of the dialect. Every word of theirs is shown, and nothing but words."""

import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markup.comments import COMMENT_LENGTH, comment_to_text, render_comment
from core.markup.tree import parse
from tests.core.test_markup_hostile import RUNS, depth
from tests.core.test_markup_safety import ATTACKS, dangers

REL = 'rel="nofollow ugc noopener"'
# Strings of the kind that breaks programs. They hold no markup and are shown as they are.
NAUGHTY = [
    "undefined NULL NaN -1.0 0x0",
    "Ω≈ç√∫˜µ≤≥÷ åß∂ƒ©˙∆˚¬…",
    "田中さんにあげて下さい。社會科學院語學研究所",
    "👾 👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇳 𠜎𠜱𠝹 𝕴𝖈𝖍",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "הָיְתָה test الصفحات التّحول",
    "a\u202egnirts\u202c b\u2066c\u2069 d\u200be\u200d f\ufeffg\u00adh",
    "<script>alert(1)</script> <!-- x --> <b onclick=y>z</b> </p>",
    "&lt;script&gt; &copy; &#60; &nbsp &amp;amp;",
    "'; DROP TABLE users; -- \" OR 1=1",
    "{{ 7*7 }} {% x %} ${1+1} %s %n ../../etc/passwd C:\\Users $HOME",
    "AT&T's R&D: 1 < 2 > 0, a|b; x^2 @milo",
]


def html_of(text):
    """What `text` becomes, on one line, without what each link says to search engines."""
    return render_comment(text).replace(f" {REL}", "").replace("\n", "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* __b__ ~~c~~ snake_case_name", "<p><em>a</em> <strong>b</strong> <del>c</del> snake_case_name</p>"),
        ("**注意：**请看", "<p><strong>注意：</strong>请看</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("text\n- a\n  - b\n- c", "<p>text</p><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> a\n> > b\nc", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><p>c</p>"),
        ("`a *b* &lt; <i>`", "<p><code>a *b* &amp;lt; &lt;i&gt;</code></p>"),
        ("```python\nif a < b:\n    # x\n```", "<pre><code>if a &lt; b:    # x</code></pre>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        ("# a\nb\n===", "<p># a</p><p>b<br>===</p>"),
        ("    a", "<p>a</p>"),
        ("a|b\n-|-\n1|2", "<p>a|b<br>-|-<br>1|2</p>"),
        ("[^1]: a\n[b]: c", "<p>[^1]: a</p><p>[b]: c</p>"),
        ("x{: .c a=b }", "<p>x{: .c a=b }</p>"),
        (
            "(https://a.org/b_c_(d)?e&f).",
            '<p>(<a href="https://a.org/b_c_(d)?e&amp;f">https://a.org/b_c_(d)?e&amp;f</a>).</p>',
        ),
        ("请看https://a.org，谢谢", '<p>请看<a href="https://a.org">https://a.org</a>，谢谢</p>'),
        ('[a *b*](https://c.org "d")', '<p><a href="https://c.org" title="d">a <em>b</em></a></p>'),
        ("<https://a.org/?b&c>", '<p><a href="https://a.org/?b&amp;c">https://a.org/?b&amp;c</a></p>'),
        ("<a@b.org>", '<p><a href="mailto:a@b.org">a@b.org</a></p>'),
        ("![alt](https://a.org/b.png)", '<p><a href="https://a.org/b.png">alt</a></p>'),
        ("![](https://c.org)", '<p><a href="https://c.org">https://c.org</a></p>'),
    ],
)
def test_the_subset(text, html):
    assert html_of(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("on #Innovation, and", '<p>on <a href="/search/?q=Innovation">#Innovation</a>, and</p>'),
        ("#新质，", '<p><a href="/search/?q=%E6%96%B0%E8%B4%A8">#新质</a>，</p>'),
        ("＃新质＃", '<p><a href="/search/?q=%E6%96%B0%E8%B4%A8">＃新质</a>＃</p>'),
        ("#a_b_c #5G", '<p><a href="/search/?q=a_b_c">#a_b_c</a> <a href="/search/?q=5G">#5G</a></p>'),
        ("#1 C# a#b ##c /#d &#x27; `#e`", "<p>#1 C# a#b ##c /#d &amp;#x27; <code>#e</code></p>"),
        ("https://a.org/#b", '<p><a href="https://a.org/#b">https://a.org/#b</a></p>'),
        ("[#c](https://d.org)", '<p><a href="https://d.org">#c</a></p>'),
    ],
)
def test_hashtags_lead_to_the_search(text, html):
    assert html_of(text) == html


def test_every_link_tells_search_engines_and_browsers_whose_it_is():
    html = render_comment("https://a.org [b](https://c.org) ![d](http://e.org) <f@g.org> #h")
    assert html.count("<a ") == html.count(REL) == 5


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "\u00a0javascript:alert(1)",
        "\u2028javascript:alert(1)",
        "java\u00adscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/search/?q=x",
        "#1",
        "ｈttps://evil.example",
        "https:／／evil.example",
        "https://／evil.example",
        "ftp://evil.example",
    ],
)
def test_what_leads_nowhere_stays_as_it_was_typed(address):
    html = render_comment(f"[x]({address}) [y](<{address}>)")
    assert "href=" not in html
    assert address.strip() in comment_to_text(html)


def test_no_attack_comes_to_anything():
    assert {attack for attack in ATTACKS if dangers(render_comment(attack).replace(REL, ""))} == set()
    assert {attack for attack in ATTACKS if "<img" in render_comment(attack)} == set()


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_are_shown_as_they_are(text):
    assert comment_to_text(render_comment(text)) == text
    assert html5lib.parseFragment(render_comment(text), namespaceHTMLElements=False).find("p").text == text


@given(st.text("ab\n *_~[]()<>{}#!-+=>|&;:.\\1", max_size=60))
def test_no_letter_is_lost_or_moved(text):
    shown = "".join(parse(render_comment(text)).itertext())
    assert re.findall("[ab]", shown) == re.findall("[ab]", text)


def test_characters_that_no_page_can_carry_are_left_out():
    assert render_comment("a\0b\x02c\x1bd\uffffe\ufffef\ud800") == "<p>abcdef\ufffd</p>"


def test_as_much_as_is_allowed_is_shown_to_the_last_character():
    text = "𠜎" * (COMMENT_LENGTH - 1) + "z"
    assert render_comment(text) == f"<p>{text}</p>"


@pytest.mark.parametrize("mark", ["> ", "- ", "-   ", "*\t", "1. ", "> - ", "+ > "])
def test_quotes_and_lists_nest_eight_deep(mark):
    html = render_comment(mark * (COMMENT_LENGTH // len(mark)) + "\n\n" + mark * 99 + "end")
    assert "end" in html
    assert depth(parse(html)) < 30


def test_runs_of_one_mark_are_rendered():
    runs = [*RUNS, "@a", "#a ", "~~", "www.", "- > a\n", "  " * 9 + "- a\n"]
    assert [run for run in runs if "end" not in render_comment(run * 300 + "\n\nend")] == []


def test_as_plain_text():
    text = "*a* [b](https://c.org) #d https://e.org\nf\n\n> g\n\n- h\n- i\n\n```\nj  k\n```"
    assert comment_to_text(render_comment(text)) == (
        "a b (https://c.org) #d https://e.org\nf\n\n> g\n\n- h\n- i\n\n    j  k"
    )
