"""What holds for every text: its words survive, its HTML is well-formed, its anchors are unique."""

import re
from collections import Counter

import html5lib
from hypothesis import example, given
from hypothesis import strategies as st

from core.markup import Figure, referenced_pictures, render, to_mail, to_text
from core.markup.cleaning import OUTGOING, WRITERS_TAGS
from core.markup.source import mend

FIGURES = {"boat": Figure("boat", "/boat.jpg", "Boat", 8, 5, "Ebb", "Ada", sources=(("image/webp", "/boat.webp 8w"),))}
MARKS = [
    *(
        "# ",
        "## ",
        "###### ",
        "- ",
        "  - ",
        "1. ",
        "   ",
        "> ",
        "---\n",
        "===\n",
        "***\n",
        "Q: ",
        "A: ",
        "**Q:** ",
        "| ",
    ),
    *(
        "|---|---|\n",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```\n",
        "[",
        "](https://example.org)",
        "![",
        "](picture:boat)",
        "](#x)",
    ),
    *("[^1]", "[^1]: ", "https://example.org/", "https://youtu.be/aqz-KE-bpKQ\n", '"', "'", "--", "...", "\\", "\\\n"),
    *("<b>", "</b>", "<div>", "</div>", "<p>", "<!--", "-->", "<table><tr><td>", "<h2>", "<br>", "{#x}", "&amp;", "&"),
    *("\n", "\n\n", "    ", "，", "：", ": ", "<", ">", "(", ")", "]", "!", "<details><summary>", "<li>", "<a id=x>"),
]
words = st.from_regex(r"[a-z]{3,8}|[海潮月]{2,4}", fullmatch=True)
texts = st.lists(st.one_of(words, words, st.sampled_from(MARKS)), max_size=40).map("".join)
# Without the marks in which words may rightly vanish: addresses, comments, tags, attributes, names of notes.
PLAIN_MARKS = [mark for mark in MARKS if not re.search(r"[<>{&]|\[\^|\]\(|https", mark)]
plain_texts = st.lists(st.one_of(words, words, st.sampled_from([*PLAIN_MARKS, " ", " ", "\n\n"])), max_size=40)


@given(texts)
def test_html_is_well_formed_and_stays_as_it_is_when_read_again(text):
    html = render(text, figures=FIGURES).html
    html5lib.HTMLParser(strict=True).parseFragment(html)
    assert OUTGOING.clean(html) == html
    mail = to_mail(text, figures=FIGURES, base_url="https://courant.example/")
    html5lib.HTMLParser(strict=True).parseFragment(mail)


@given(texts)
def test_anchors_are_unique_and_bear_the_prefix(text):
    result = render(text, figures=FIGURES, prefix="a1-")
    ids = Counter(re.findall(r'<[^<>]* id="([^"]*)"', result.html))
    assert all(count == 1 and anchor.startswith("a1-") for anchor, count in ids.items())
    assert {anchor for _, anchor, _ in result.headings} | {anchor for anchor, _, _ in result.questions} <= set(ids)
    assert all(href.startswith("a1-") for href in re.findall(r'href="#([^"]*)"', result.html))


@given(texts)
def test_headings_skip_no_level(text):
    before = 1
    for level in map(int, re.findall(r"<h([1-6])", render(text).html)):
        assert 2 <= level <= before + 1
        before = level


@given(plain_texts)
def test_no_word_is_lost(parts):
    text = "".join(parts)
    wanted = Counter(part for part in parts if part.isalpha())
    for shown in (render(text).html, to_text(text), to_mail(text, base_url="https://courant.example/")):
        joined = re.sub(r"<[^>]*>|\n", "", shown)
        assert all(joined.count(word) >= count for word, count in wanted.items()), (text, shown)


@given(texts)
def test_same_text_gives_the_same_html(text):
    assert render(text, figures=FIGURES) == render(text, figures=FIGURES)
    assert set(render(text).pictures) <= set(referenced_pictures(text))


@given(texts)
def test_mended_text_stays_as_it_is(text):
    assert mend(mend(text)) == mend(text)


CLASSES = ["footnote", "footnote-ref", "footnote-backref", "footnote-ref footnote-backref", "video", "qa", "x"]
ATTRIBUTES = [
    *(f'class="{each}"' for each in CLASSES),
    *('id="fn:1"', 'id="a b"', 'start="x"', 'start="-5"', 'colspan="99999"', 'href="#fn:1"', 'href="https://x.org/"'),
    *('href="https://youtu.be/aqz-KE-bpKQ"', 'src="picture:boat"', 'src="picture:gone"', 'alt="seen"', 'title="said"'),
]
# Fewer than there are, so that what belongs together meets; `rp` is for whom no ruby is shown.
TAGS = [
    *sorted(WRITERS_TAGS - {"rp"}),
    *("a", "div", "dl", "figure", "figcaption", "hr", "img", "ol", "table", "td") * 3,
]
PIECES = st.one_of(
    words, words, st.sampled_from(["", " ", "\n", "\n\n", "Q: ", "A: ", "![](picture:boat)", "- ", "`"])
)


def element(inner):
    attributes = st.lists(st.sampled_from(ATTRIBUTES), max_size=2).map(" ".join)
    return st.tuples(st.sampled_from(TAGS), attributes, st.lists(inner, max_size=4).map("".join)).map(written)


def written(parts):
    tag, attributes, inner = parts
    return f"<{tag} {attributes}>" + ("" if tag in {"br", "col", "hr", "img", "wbr"} else f"{inner}</{tag}>")


nests = st.lists(st.recursive(PIECES, element, max_leaves=25), min_size=1, max_size=4).map("".join)


def words_in(html):
    return set(re.findall(r"[a-z]{3,8}|[海潮月]{2,4}", re.sub(r"<[^>]*>", "\n", html)))


@given(nests)
@example('<div class="footnote">x</div>')
@example('<div class="footnote"><hr>word</div>')
@example('<a class="footnote-ref" href="#x">the <b>reef</b></a> <a class="footnote-backref">behind</a>')
@example("<dl>loose<dt>term</dt>words</dl><ol>loose<li>item</li><div>other</div></ol>")
@example('<figure>loose<img src="picture:boat"><p>words</p><figcaption>below</figcaption></figure>')
def test_html_of_any_shape_keeps_its_words_in_mail_and_plain_text(text):
    html = render(text, figures=FIGURES).html
    html5lib.HTMLParser(strict=True).parseFragment(html)
    mail = to_mail(text, figures=FIGURES, base_url="https://courant.example/")
    assert words_in(html) <= words_in(mail)
    plain = to_text(text, figures=FIGURES)
    assert all(word in plain for word in words_in(html)), plain


def test_tables_in_tables_are_written_once():
    plain = to_text("<table><tr><td>" * 18 + "deep" + "</td></tr></table>" * 18)
    assert plain.split() == ["deep"]
