"""HTML that is too much, too deep or no text: refused in time, with a sentence, and nothing comes alive."""

from time import process_time

import pytest

from core.markup import render
from core.rich_text import Unconvertible, convert

TOO_MUCH = {
    "deep": "<div>" * 5000 + "x" + "</div>" * 5000,
    "deep lists": "<ul><li>" * 150 + "x",
    "long": "<p>" + "tide " * 1_100_000,
    "many elements": "<p>x</p>" * 30_000,
    "many marks of the clipboard": "<!--StartFragment-->" * 100_000 + "<p>x<!--EndFragment-->",
}


@pytest.mark.parametrize("html", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_no_text_is_refused(html):
    with pytest.raises(Unconvertible, match=r"Take it in parts|nested too deeply"):
        convert(html)


@pytest.mark.parametrize(
    "html", ["", " ", "<p> </p>", "<script>x</script>", "<img src='https://t.org/x' width=1>", "<table>"]
)
def test_where_there_is_nothing_that_is_said(html):
    with pytest.raises(Unconvertible, match="no text"):
        convert(html)


#: As much of it as is let in.
SLOW = {
    "brackets": "<p>" + "[" * 1_000_000,
    "classes": "<p class='" + "".join(f"c{number} " for number in range(100_000)) + "'>x",
    "hashes": "<h1>" + "#" * 1_000_000 + "x",
    "sheets": "<p>x" + "<style>" * 30_000,
    "links": "<a href=http://x.org><div>x</div></a>" * 9_000,
    "blocks in a link": "<a href=http://x.org>" + "<div>x</div>" * 18_000,
    "breaks": "<p>" + "<br>" * 38_000 + "x",
    "pictures": "<img src='http://x.org/a.png' alt='q'>" * 38_000,
    "notes": "<p>" + "<a href='#n' id='r'>1</a>" * 12_000 + "<ol><li id='n'>x" + "<a href='#r'>^</a>" * 6_000,
    "entries of Word": "<p style='mso-list:l0 level1'><span style='mso-list:Ignore'>1.</span>x</p>" * 9_000,
    "half a picture": "data:image/" * 200_000 + "<p>x",
    "half a style": f"<p style='{'display: ' * 200_000}'>x",
    "half a class": f"<p class='{'lst-kix_' * 200_000}'>x",
    "half an address": f"<a href='https://www.google.com/url?{'q=x&' * 200_000}'>x",
}


@pytest.mark.parametrize("html", SLOW.values(), ids=SLOW)
def test_nothing_takes_long(html):
    begun = process_time()
    convert(html)
    assert process_time() - begun < 20


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
