"""Whatever is written in another program says the same when it is rendered here."""

import re
from html import escape

from hypothesis import assume, example, given
from hypothesis import strategies as st
from lxml.html import fragment_fromstring

from core.markup import render
from core.rich_text import convert

#: What means something in Markdown, to our dialect or to HTML, between words of several scripts.
PIECES = """
tide 潮 注意： “q” 's * _ # ## 1. 12) - + > = --- === : ` `` ~ ~~ | ! \\ \\* ^ $ % & &amp; &# <b> </div> <!-- [x] [^1]
![ ![z](q) [a]: (y) {: .x} {#id} **b** *a* __x__ _b a_ snake_case © http://x.org/a_b*c a@b.org
"""
TEXT = st.lists(st.tuples(st.sampled_from(PIECES.split()), st.sampled_from(["", " "])), min_size=1, max_size=5).map(
    lambda pairs: "".join(map("".join, pairs))
)
WORDS = TEXT.map(escape)
MARKS = st.sampled_from(["b", "i", "strong", "em", "del", "span", "sub", "sup"])


def inside(line):
    return st.lists(
        st.one_of(WORDS, st.just("<br>"), st.builds("<{0}>{1}</{0}>".format, MARKS, line)), min_size=1, max_size=4
    ).map("".join)


LINE = st.recursive(WORDS, inside, max_leaves=6)
LEAF = st.one_of(
    LINE.map("<p>{}</p>".format),
    st.builds("<h{0}>{1}</h{0}>".format, st.integers(1, 6), WORDS),
    WORDS.map("<pre>{}</pre>".format),
    LINE.map("<p><a href='https://x.org'>{}</a></p>".format),
    st.builds("<table><tr><th>{}<th>x<tr><td>x<td>{}</table>".format, WORDS, LINE),
)


def around(block):
    items = st.lists(st.one_of(LINE, block), min_size=1, max_size=3)
    return st.one_of(
        st.builds(
            "<{0}>{1}</{0}>".format, st.sampled_from(["div", "blockquote"]), st.lists(block, max_size=3).map("".join)
        ),
        st.builds("<{0}><li>{1}</{0}>".format, st.sampled_from(["ul", "ol"]), items.map("<li>".join)),
    )


DOCUMENT = st.lists(st.recursive(LEAF, around, max_leaves=5), min_size=1, max_size=3).map("".join)


def said(html: str) -> str:
    """All that is read in HTML, without spaces and without what typography changes."""
    text = str(fragment_fromstring(html, create_parent=True).text_content())
    text = text.translate(
        {ord(sign): plain for sign, plain in zip("–—…“”‘’", ["--", "---", "...", *"\"\"''"], strict=True)}
    )
    return "".join(text.split())


@example("<h1>\\</h1>")
@given(DOCUMENT)
def test_no_sign_is_lost_and_none_comes_alive(html):
    assume(said(html))
    assert said(render(convert(html).markdown).html) == said(html)


@given(TEXT)
def test_a_line_stays_as_it_is(text):
    markdown = convert(f"<p>x {escape(text)}</p>").markdown
    assert said(render(markdown).html) == "".join(re.sub("[“”]", '"', f"x{text}").split())


@given(DOCUMENT)
def test_what_was_converted_reads_the_same_when_it_is_converted_again(html):
    assume(said(html))
    page = render(convert(html).markdown, heading_base=1).html
    assert said(render(convert(page).markdown).html) == said(page)
