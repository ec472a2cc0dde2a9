"""HTML that is too much, too deep or no text: refused in time, with a sentence, and nothing comes alive."""

import pytest

from bench.composing import HOSTILE, hostile
from core.markup import render
from core.rich_text import Unreadable, convert

TOO_MUCH = {
    "deep": "<div>" * 5000 + "x" + "</div>" * 5000,
    "deep lists": "<ul><li>" * 150 + "x",
    "long": "<p>" + "tide " * 1_100_000,
    "many elements": "<p>x</p>" * 30_000,
    "many marks of the clipboard": "<!--StartFragment-->" * 100_000 + "<p>x<!--EndFragment-->",
}


@pytest.mark.parametrize("html", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_no_text_is_refused(html):
    with pytest.raises(Unreadable, match=r"Take it in parts|nested too deeply"):
        convert(html)


@pytest.mark.parametrize(
    "html", ["", " ", "<p> </p>", "<script>x</script>", "<img src='https://t.org/x' width=1>", "<table>"]
)
def test_where_there_is_nothing_that_is_said(html):
    with pytest.raises(Unreadable, match="no text"):
        convert(html)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_hurt_is_converted_too(name):
    """A small piece of each: what the most that is let in costs is measured by `make bench`."""
    assert convert(hostile(name, size=0.01)).markdown


def test_what_is_shown_as_code_does_not_come_alive():
    html = "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt; &lt;img src=x onerror=y&gt;</p>"
    page = render(convert(html).markdown).html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt; &lt;img src=x onerror=y&gt;" in page
    assert "<script" not in page
    assert "<img" not in page


def test_no_address_leads_to_a_script():
    html = (
        "<a href='java\nscript:x'>a</a> <a href=' javascript:x'>b</a> <a href='https://a.org/)[x](javascript:y'>c</a>"
    )
    page = render(convert(html).markdown).html
    assert "javascript" not in page.replace("%5Bx%5D%28javascript:y", "")


def test_letters_that_no_database_takes_are_left_out():
    assert convert("<p>a\x00\ue000b\ud800c</p>").markdown == "abc"


@pytest.mark.parametrize("reference", ["&#1;", "&#x1f", "&#xfffe;", "&#xE000;", "&#0;", "&#xd800;", "&#99999999999;"])
def test_signs_that_no_text_can_hold_are_left_out_however_they_are_written(reference):
    text = convert(f"<p>The {reference} <b>tide{reference}</b></p><ul><li>{reference}turns</ul>").markdown
    assert text.replace("\ufffd", "").split() == ["The", "**tide**", "-", "turns"]
