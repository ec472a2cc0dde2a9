"""Pages of HTML, documents of Word and mailings that were sent."""

import json
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from interchange.bringing.formats.mailings import MAILINGS
from interchange.bringing.formats.pages import PAGES
from interchange.bringing.formats.word import WORD
from interchange.bringing.found import Found, Wishes
from newsletter.composing import Unreadable
from tests import cast, word
from tests.interchange.exports import archive, brought

AT_SITE = Wishes(base_url="https://lowwater.example")
ARTICLE = """<!DOCTYPE html><html><head><title>Ebb – Low Water</title><meta charset="utf-8">
<meta property="article:published_time" content="2018-01-04T10:00:00+00:00"><meta name="author" content="Edda Editor">
<meta property="article:tag" content="Sea"><meta property="article:tag" content="潮汐">
<meta name="description" content="What turns."><link rel="canonical" href="https://lowwater.example/ebb/"></head>
<body><header><a href="/">Low Water</a></header><nav><a href="/a">A</a></nav>
<article><h1>Ebb</h1><p class="post-meta">January 4</p><p>The <em>tide</em> turns, see <a href="../flow/">flow</a>.</p>
<img src="mud.png" alt="Mud"></article><footer>All rights reserved to whoever.</footer></body></html>"""
MEDIUM = """<!DOCTYPE html><html><head><title>Ebb</title></head><body><article class="h-entry"><header>
<h1 class="p-name">Ebb</h1></header><section data-field="subtitle" class="p-summary">What turns.</section>
<section data-field="body" class="e-content"><section class="section"><div class="section-content">
<h3 class="graf graf--h3 graf--title">Ebb</h3><p class="graf graf--p">The tide turns, twice a day.</p></div></section>
</section><footer><p class="p-tags">Tagged in <a href="https://medium.com/tag/sea" class="p-tag">Sea</a></p><p>By
<a class="p-author h-card" href="https://medium.com/@edda">Edda Editor</a> on <time class="dt-published"
datetime="2018-08-11T11:23:34.123Z">August 11</time>.</p><p><a href="https://medium.com/@edda/ebb-1"
class="p-canonical">Canonical link</a></p></footer></article></body></html>"""


def page(html: str, name: str = "posts/ebb.html", **more: bytes) -> Found:
    found, asides = brought(PAGES, {name: html, **more}, AT_SITE)
    assert not asides
    return found[0]


def test_a_page_gives_its_text_and_what_it_says_of_itself():
    found = brought(PAGES, {"posts/ebb.html": ARTICLE, "posts/mud.png": cast.image_file().read()}, AT_SITE)[0][0]
    about = found.document.about
    assert about is not None
    assert found.document.text == ("# Ebb\n\nThe *tide* turns, see [flow](../flow/).\n\n![Mud](picture-1.jpeg)\n")
    assert len(found.document.files) == 1
    assert about.date == datetime(2018, 1, 4, 10, tzinfo=UTC)
    assert (about.authors, about.tags, about.summary) == (["Edda Editor"], ["Sea", "潮汐"], "What turns.")
    assert found.addresses == ["https://lowwater.example/ebb/", "https://lowwater.example/posts/ebb.html"]


def test_a_post_of_medium_gives_its_text_and_what_it_says_of_itself():
    found = page(MEDIUM, "posts/2018-08-11_Ebb-1.html")
    about = found.document.about
    assert about is not None
    assert (about.title, about.tags, about.authors) == ("Ebb", ["Sea"], ["Edda Editor"])
    assert about.date == datetime(2018, 8, 11, 11, 23, 34, 123000, tzinfo=UTC)
    assert "The tide turns, twice a day." in found.document.text
    assert "Canonical" not in found.document.text
    assert found.addresses[0] == "https://medium.com/@edda/ebb-1"
    draft = page(MEDIUM, "posts/draft_Ebb-1.html").document.about
    assert draft is not None
    assert draft.is_draft


def test_what_search_engines_are_told_counts():
    told = {"headline": "Ebb", "datePublished": "2020-02-03", "author": [{"name": "Ada"}]}
    data = json.dumps({"@graph": [{"@type": "WebSite", "name": "LW"}, told]})
    html = f'<html><head><title>x</title><script type="application/ld+json">{data}</script></head><body>Words.</body>'
    about = page(html).document.about
    assert about is not None
    assert (about.title, about.authors, about.date) == ("Ebb", ["Ada"], datetime(2020, 2, 3, tzinfo=UTC))


def test_without_a_heading_the_title_of_the_page_loses_the_name_of_the_site():
    about = page("<html><head><title>Ebb – Low Water</title></head><body><p>Words.</p></body></html>").document.about
    assert about is not None
    assert about.title == "Ebb"


def test_front_pages_and_lists_are_no_texts():
    found, asides = brought(
        PAGES, {"index.html": ARTICLE, "tag/sea.html": ARTICLE, "ebb/index.html": ARTICLE}, AT_SITE
    )
    assert [each.key for each in found] == ["file:ebb/index.html"]
    assert "https://lowwater.example/ebb/" in found[0].addresses
    assert len(asides) == 2


@pytest.mark.parametrize("html", ["<div>" * 5000 + "x", "<p>x" * 50_000, "<html><body></body></html>"])
def test_one_page_that_is_none_stops_no_other(html):
    found, asides = brought(PAGES, {"a.html": f"<html>{html}</html>", "b.html": ARTICLE})
    assert [each.name for each in found] == ["b.html"]
    assert [each.name for each in asides] == ["a.html"]


def docx(text: str = "Words.", properties: str = "") -> bytes:
    content = word.document(word.p(text))
    with ZipFile(buffer := BytesIO(content), "a") as made:
        made.writestr("docProps/core.xml", properties)
    return buffer.getvalue()


PROPERTIES = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>No. 27</dc:title><dc:creator>Edda Editor</dc:creator>"
    "<dcterms:created>2017-03-04T05:06:07Z</dcterms:created></cp:coreProperties>"
)


def test_a_document_of_word_comes_with_its_properties():
    found, _asides = brought(WORD, {"27.docx": docx(properties=PROPERTIES)})
    about = found[0].document.about
    assert about is not None
    assert (about.title, about.authors) == ("No. 27", ["Edda Editor"])
    assert about.date == datetime(2017, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert about.origins["date"] == "the document's properties"


def test_a_document_whose_properties_harm_is_left_aside():
    bomb = '<!DOCTYPE a [<!ENTITY a "ha">]>' + PROPERTIES.replace("No. 27", "&a;")
    found, asides = brought(WORD, {"27.docx": docx(properties=bomb)})
    assert (len(found), [aside.name for aside in asides]) == (0, ["27.docx"])


def test_one_document_that_is_damaged_stops_no_other():
    found, asides = brought(WORD, {"a.docx": docx(), "b.docx": b"PK\x03\x04 nothing"})
    assert ([each.name for each in found], [each.name for each in asides]) == (["a.docx"], ["b.docx"])


def mail(subject: str, html: str, *more: str, sender: str = "Edda Editor <edda@lowwater.example>") -> bytes:
    head = [
        f"From: {sender}",
        f"Subject: {subject}",
        "Date: Thu, 4 Jan 2018 10:00:00 +0100",
        "MIME-Version: 1.0",
        *more,
    ]
    if not any(line.lower().startswith("content-type") for line in more):
        head.append("Content-Type: text/html; charset=utf-8")
    return "\n".join([*head, "", html, ""]).encode()


LETTER = (
    '<p><a href="https://us1.example/archive/27?e=reader7">View this email in your browser</a></p>'
    "<h2>Tides</h2><p>The tide turns.</p><p><a href='https://us1.example/unsubscribe?e=reader7'>Unsubscribe</a></p>"
)


def test_a_mailing_comes_without_what_stood_around_it():
    content = mail("Fwd: Low Water No. 27", LETTER, "Message-ID: <27@lowwater.example>")
    found = brought(MAILINGS, {"27.eml": content})[0][0]
    about = found.document.about
    assert about is not None
    assert (about.number, about.kind, about.authors) == (27, "issue", ["Edda Editor"])
    assert about.origins["number"] == "the subject"
    assert about.date == datetime(2018, 1, 4, 9, tzinfo=UTC)
    assert found.key == "mail:27@lowwater.example"
    assert found.addresses == ["https://us1.example/archive/27"]
    assert found.document.text == "# Low Water No. 27\n\n## Tides\n\nThe tide turns.\n"
    assert "reader7" not in repr(found)


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("Low Water Newsletter <x@a.org>", []),
        ("news@lowwater.example", []),
        ("=?gb2312?B?zfXQocD2?= <x@a.org>", ["王小丽"]),
        ("Ada van Moor <x@a.org>", ["Ada van Moor"]),
        ("The Tide <x@a.org>", []),
        ("Tide Tables <x@a.org>", []),
    ],
)
def test_who_sent_it_is_an_author_if_that_is_a_name(sender, author):
    about = brought(MAILINGS, {"a.eml": mail("Tide Tables #3", LETTER, sender=sender)})[0][0].document.about
    assert about is not None
    assert about.authors == author


def test_many_mails_in_one_file_come_one_by_one_and_once():
    mails = [mail(f"No. {number}", f"<p>Text {number}.</p>", f"Message-ID: <{number}@a>") for number in (1, 2, 2, 3)]
    mails.append(mail("No. 5", "<p>Another.</p>", "Message-ID: <2@a>"))
    text = "Quoted:\n\n>From here on 2018\n"
    mails.append(mail("No. 4", text, "Message-ID: <4@a>", "Content-Type: text/plain; charset=utf-8"))
    content = b"\n".join(b"From edda@lowwater.example Thu Jan  4 10:00:00 2018\n" + each for each in mails)
    found, asides = brought(MAILINGS, {"sent.mbox": content})
    assert [each.key for each in found] == ["mail:1@a", "mail:2@a", "mail:3@a", found[3].key, "mail:4@a"]
    assert found[3].key.startswith("mail:2@a ")
    assert [each.name for each in asides] == ["No. 2"]
    assert "From here on 2018" in found[4].document.text


@pytest.mark.parametrize("charset", ["gb2312", "x-unknown", "utf-8"])
def test_mails_of_broken_charsets_are_read(charset):
    text = "潮水退去，滩涂露出来。".encode("gb18030" if charset != "utf-8" else "utf-8")
    content = mail("A", "", f"Content-Type: text/plain; charset={charset}") + text
    assert "潮水退去" in brought(MAILINGS, {"a.eml": content})[0][0].document.text


def test_a_file_of_nothing_but_beginnings_is_refused_soon():
    content = b"From a@b.c Thu Jan  4 10:00:00 2018\nMessage-ID: <a@b>\n\n" * 1_000_000
    with pytest.raises(Unreadable, match="Most mails"):
        list(MAILINGS.read(archive({"a.mbox": content}), Wishes()))


def test_a_single_document_of_another_kind_does_not_decide_what_an_archive_is():
    content = {"a.html": ARTICLE, "b.html": ARTICLE, "c.docx": docx(), "d.eml": mail("A", LETTER)}
    assert not WORD.recognises(archive(content))
    assert not MAILINGS.recognises(archive(content))
    found, asides = brought(PAGES, content)
    assert [each.name for each in found] == ["a.html", "b.html"]
    assert [each.name for each in asides] == ["c.docx", "d.eml"]
