"""HTML of several programs as Markdown: the same signs that an editor would have written."""

from pathlib import Path

import pytest

from core.markup import render
from core.rich_text import convert
from tests import cast

FOLDER = Path(__file__).resolve().parents[1] / "documents/rich"
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def markdown(html: str) -> str:
    return convert(html).markdown


@pytest.mark.parametrize("name", ["word", "google-docs", "substack", "notion", "outlook"])
def test_a_document_reads_as_it_did_where_it_was_copied(name):
    text = convert((FOLDER / f"{name}.html").read_text())
    assert text.markdown == (FOLDER / f"{name}.md").read_text().rstrip("\n")


def test_what_belongs_to_the_page_is_left_out_and_named():
    text = convert((FOLDER / "outlook.html").read_text())
    assert "Trouble reading this? View it in your browser”, “You get this because" in text.remarks[0]
    text = convert((FOLDER / "substack.html").read_text())
    assert text.remarks == ["Left out, as it belongs to the page: “Low Water Archive Sign in”."]


BLOCKS = {
    "<h2><b>The tide</b></h2><h3> </h3><p><b>In</b></p>": "## The tide\n\n**In**",
    "<h1><div>The<br>tide</div></h1>": "# The tide",
    "<div role='heading' aria-level='3'>The tide</div>": "### The tide",
    "<a href='https://a.org'><h2>Tide</h2><p>In</p></a>": "## [Tide](https://a.org)\n\n[In](https://a.org)",
    "<b>one<div>two</div>three</b> four": "**one**\n\n**two**\n\n**three**\n\nfour",
    "one<br>two<br><br>three": "one  \ntwo\n\nthree",
    "<ul><li>a<ol start=3><li>b</ol><li>c</ul>": "- a\n    3. b\n- c",
    "<ul><li>a<ul><li>b</li></ul></li></ul><ul><ul><li>c</li></ul></ul>": "- a\n    - b\n\n- - c",
    "<ul><li><p>a</p><p>b</p></li><li>c</li></ul>": "- a\n\n    b\n\n- c",
    "<li>a</li><li>b</li>": "- a\n- b",
    "<blockquote>a<blockquote>b</blockquote></blockquote>": "> a\n>\n> > b",
    "<dl><dt>Slack</dt><dd>The rest.</dd></dl>": "Slack\n: The rest.",
    "<pre>a\n  b</pre>": "```\na\n  b\n```",
    "<p>a<hr>b": "a\n\n---\n\nb",
    "<p>Q: How deep?</p><p>A: Deep.</p>": "Q: How deep?\n\nA: Deep.",
    "<table><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>": "| a | b |\n| --- | --- |\n| 1 | 2<br>3 |",
    "<table><caption>Tides</caption><tr><th>a<th>b<tr><td colspan=2>1</table>": (
        "Tides\n\n| a | b |\n| --- | --- |\n| 1 | |"
    ),
    "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>": "a\n\nb",
    "<table role=presentation><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>": "a\n\nb\n\nc\n\nd",
    "<table><tr><td><h2>a</h2>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>": "## a\n\nb\n\nc\n\nd\n\ne",
}


@pytest.mark.parametrize("html", BLOCKS)
def test_blocks(html):
    assert markdown(html) == BLOCKS[html]


INLINE = {
    "a <b>b </b>c <i> d</i>e": "a **b** c *d*e",
    "<b>a</b><b>b</b> <i><i>c</i></i> <span>d</span>": "**ab** *c* d",
    "<span style='font-weight:700'>a</span> <span style='font-style: italic'>b</span>": "**a** *b*",
    "<b style='font-weight:normal'>a</b> <p style='font-weight:bold'>b</p>": "a\n\n**b**",
    "a <del>b</del> c<s>d</s> <code>*e*</code> <kbd>f</kbd>": "a ~~b~~ c<del>d</del> `*e*` `f`",
    "H<sub>2</sub>O, 3<sup>rd</sup>": "H<sub>2</sub>O, 3<sup>rd</sup>",
    "<q>a</q> 10&nbsp;km&nbsp; b&nbsp;c": "“a” 10\xa0km b c",
    "Wow!<a href='https://a.org'>b</a>": "Wow\\![b](https://a.org)",
    "<a href='https://a.org/(b c'>[d]</a>": "[\\[d\\]](https://a.org/%28b%20c)",
    "<a href='https://a.org/b_c'>https://a.org/b_c</a>.": "<https://a.org/b_c>.",
    "<a href='https://a.org' title='The \"Shore\"'>b</a>": '[b](https://a.org "The ”Shore”")',
    "<a href='#top'>a</a> <a href='javascript:x()'>b</a> <a>c</a>": "a b c",
    "<a href='https://www.google.com/url?q=https%3A%2F%2Fa.org%2F%3Futm_source%3Dx&sa=D'>b</a>": (
        "[b](https://a.org/?utm_source=x)"
    ),
    "<a href='https://l.facebook.com/l.php?u=https%3A%2F%2Fa.org%2F&h=1'>b</a>": "[b](https://a.org/)",
    "<a href='https://urldefense.com/v3/__https://a.org/b__;!!x'>b</a>": "[b](https://a.org/b)",
}


@pytest.mark.parametrize("html", INLINE)
def test_what_stands_in_a_line(html):
    assert markdown(html) == INLINE[html]


PICTURES = {
    "<figure><img src='https://a.org/b.png' alt='B'><figcaption>At <i>low</i> water</figcaption></figure>": (
        "![B](https://a.org/b.png)\n\n*At low water*"
    ),
    "<p><img src='mud.jpg' alt='Mud [x]'>Text.</p>": "![Mud (x)](mud.jpg)\n\nText.",
    "<a href='https://a.org/c'><img src='b.png' alt='B'></a>": "[![B](b.png)](https://a.org/c)",
    "<a href='https://a.org/b.png'><img src='b.png' alt='B'></a>": "![B](b.png)",
    "<img src='my mud.jpg' alt=''>": "![](my%20mud.jpg)",
    "<img data-src='https://a.org/b.png' src='data:image/gif;base64,R0lGODlhAQABAAAA' alt='B'>": (
        "![B](https://a.org/b.png)"
    ),
    "a <img src='https://t.org/x.gif' width=1 height=1>b": "a b",
    f"a <img src='data:image/gif;base64,{PIXEL}'>b": "a b",
    "a <img class='emoji' alt='🌊' src='https://s.w.org/x.svg'>b": "a 🌊b",
    "<h2><img src='b.png' alt='B'> Title</h2>": "![B](b.png)\n\n## Title",
    "<p><img src='b.png' alt='B'></p><p>*At low water *</p>": "![B](b.png)\n\n*At low water*",
    "<iframe src='https://www.youtube.com/embed/aqz-KE-bpKQ?feature=oembed'></iframe>": "https://youtu.be/aqz-KE-bpKQ",
    "<p>a<iframe src='//player.vimeo.com/video/76979871'></iframe></p>": "a\n\nhttps://vimeo.com/76979871",
}


@pytest.mark.parametrize("html", PICTURES)
def test_pictures_and_videos(html):
    assert markdown(html) == PICTURES[html]


def test_a_picture_in_the_html_comes_along_once():
    source = f"data:image/png;base64,{cast.base64_of(cast.image_file(kind='PNG'))}"
    text = convert(f"<img src='{source}' alt='Mud'><p>and again</p><img src='{source}' alt='Mud'>")
    assert text.markdown == "![Mud](picture-1.png)\n\nand again\n\n![Mud](picture-1.png)"
    assert text.pictures == {"picture-1.png": cast.image_file(kind="PNG").read()}


def test_a_picture_that_cannot_come_along_is_named():
    html = "<img src='file:///C:/Temp/clip_image002.jpg' alt='Mud'> <img src='blob:https://a.org/1'>"
    text = convert(f"<p>a</p>{html}<img src='data:image/png;base64,AAAA' alt='Broken'>")
    assert text.missing == ["clip_image002.jpg", "picture-2", "picture-3"]
    assert "![Mud](clip_image002.jpg)" in text.markdown
    assert text.remarks[0].startswith("Broken: ")


HIDDEN = [
    "<div style='display:none'>x</div>",
    "<div hidden>x</div>",
    "<p style='mso-hide:all'>x</p>",
    "<div style='max-height:0px;overflow:hidden'>x</div>",
    "<script>x</script><style>x</style><template>x</template><noscript>x</noscript><title>x</title>",
    "<svg><text>x</text></svg><button>x</button><select><option>x</option></select><textarea>x</textarea>",
    "<!-- x --><!--[if mso]>x<![endif]-->",
    "<span class='visually-hidden'>x</span>",
    "<a aria-hidden='true' href='#x'>#</a>",
    "\u200b\ufeff&#847;&zwnj;&nbsp;&#847;&zwnj;",
]


@pytest.mark.parametrize("html", HIDDEN)
def test_nothing_that_is_hidden_comes_along(html):
    assert markdown(f"<p>a</p>{html}<p>b</p>") == "a\n\nb"


NOTES = {
    "a list": """<p>Ebb<sup><a href='#fn1' id='r1'>1</a></sup></p><hr>
        <ol><li id='fn1'><p>Low. <a href='#r1'>↩</a></p></li></ol>""",
    "paragraphs of a page": """<p>Ebb<a href='https://a.org/b#note-x' id='r'>[*]</a></p><h3>Notes</h3>
        <p id='note-x'><a href='#r'>[*]</a> Low.</p>""",
    "Word": """<p>Ebb<a name='_ednref1' href='#_edn1'>[i]</a></p>
        <div style='mso-element:endnote-list'><div style='mso-element:endnote' id=edn1>
        <p><a name='_edn1' href='#_ednref1'>[i]</a> Low.</p></div></div>""",
}


@pytest.mark.parametrize("html", NOTES.values(), ids=NOTES)
def test_footnotes(html):
    assert markdown(html) == "Ebb[^1]\n\n[^1]: Low."


def test_footnotes_are_numbered_from_where_the_text_goes_on():
    assert convert(NOTES["a list"], first_note=5).markdown == "Ebb[^5]\n\n[^5]: Low."


def test_a_list_of_contents_is_none_of_footnotes():
    html = "<ol><li><a href='#s1'>1</a></li></ol><h2 id='s1'>Springs</h2><p>Text.</p>"
    assert markdown(html) == "1. 1\n\n## Springs\n\nText."


def test_links_to_nowhere_keep_their_words_and_are_named():
    text = convert("<p><a href='/about'>Who we are</a> and <a href='file:///x'>more</a></p>")
    assert text.markdown == "Who we are and more"
    assert text.remarks == ["These links lead to nowhere from here, only their words are kept: “Who we are”, “more”."]
    known = "Version:0.9\r\nSourceURL:https://a.org/b/\r\n<!--StartFragment--><a href='c'>d</a><!--EndFragment-->"
    assert markdown(known) == "[d](https://a.org/b/c)"


def test_only_what_was_chosen_is_taken():
    assert markdown("<p>a</p><!--StartFragment--><td>b<td>c<!--EndFragment--><p>d</p>") == "b\n\nc"


LISTS = {
    "stored by Google Docs": """<ul class='lst-kix_a-0 start'><li>a</li></ul>
        <ul class='lst-kix_a-1 start'><li>b</li></ul>
        <ul class='lst-kix_a-0'><li>c</li></ul>""",
    "copied from Google Docs": "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>",
    "Word Online": """<div class='ListContainerWrapper'><ul><li data-aria-level='1'><p>a</p></li></ul></div>
        <div class='ListContainerWrapper'><ul><li data-aria-level='2'><p>b</p></li></ul></div>
        <div class='ListContainerWrapper'><ul><li data-aria-level='1'><p>c</p></li></ul></div>""",
}


@pytest.mark.parametrize("html", LISTS.values(), ids=LISTS)
def test_flat_lists_are_nested_by_their_levels(html):
    assert markdown(html) == "- a\n    - b\n- c"


def test_a_page_of_ours_comes_back_as_it_was_written():
    text = (
        "# Tides\n\nQ: How *deep*?\n\nA: Deep.\n\n- a\n    - b\n\n> c\n\n"
        "https://youtu.be/aqz-KE-bpKQ\n\n*In a minute*\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"
        "Slack\n: The rest.\n\nEbb[^1]\n\n[^1]: Low."
    )
    assert markdown(render(text, heading_base=1).html) == text


def test_a_title_stands_above_the_headings_of_a_document():
    html = "<p class='MsoTitle'>March</p><h1>News</h1><h2>Terns</h2><p>Late.</p>"
    assert markdown(html) == "# March\n\n## News\n\n### Terns\n\nLate."
    assert markdown("<p class='MsoTitle'>March</p><h2>Terns</h2>") == "# March\n\n## Terns"
    assert markdown("<p class='c12 title'>March</p><h2>Terns</h2>") == "# March\n\n## Terns"


def test_a_mail_that_was_passed_on_is_no_quotation():
    html = "<p>FYI</p><div class='gmail_quote'><div class='gmail_attr'>On 1 May Ada wrote:</div>"
    html += "<blockquote class='gmail_quote'><h1>Tides</h1><p>They are late this year.</p></blockquote></div>"
    text = convert(html, is_mail=True)
    assert text.markdown == "FYI\n\n# Tides\n\nThey are late this year."
    assert text.remarks == ["Left out, as it belongs to the page: “On 1 May Ada wrote:”."]


@pytest.mark.parametrize("box", ["subscription-widget-wrap", "button-wrapper", "sharedaddy sd-sharing-enabled"])
def test_boxes_of_a_site_between_its_texts_are_left_out_and_named(box):
    box = f"<div class='{box}'><a href='https://x.org'>Subscribe now</a></div>"
    text = convert(f"<p>The tide was late that year, and nobody knew why.</p>{box}<p>It never came.</p>")
    assert text.markdown == "The tide was late that year, and nobody knew why.\n\nIt never came."
    assert text.remarks == ["Left out, as it belongs to the page: “Subscribe now”."]
    assert "[Subscribe now]" in markdown(f"<h2>Tides</h2>{box}")


@pytest.mark.parametrize("soft", ["\x0b", "\x85", "\u2028", "\u2029", "\u2028\u2028"])
def test_soft_breaks_are_those_of_html(soft):
    html = f'<p title="a{soft}b">ebb{soft}flood</p>{soft}<h2>Low{soft}tide</h2><pre>a{soft}b</pre>'
    assert markdown(html) == "ebb  \nflood\n\n## Low tide\n\n```\na\nb\n```"
    assert markdown("<p>ebb\x0cflood</p>") == "ebb flood"
