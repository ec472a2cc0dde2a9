"""Archives that are meant to harm: refused in words, within a second, or one document of them is left aside."""

import json
import tracemalloc
from collections.abc import Buffer
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from time import process_time
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from interchange.bringing.formats.ghost import GHOST
from interchange.bringing.formats.mailings import MAILINGS
from interchange.bringing.formats.pages import PAGES
from interchange.bringing.formats.substack import SUBSTACK
from interchange.bringing.formats.tabled import BEEHIIV
from interchange.bringing.formats.word import WORD
from interchange.bringing.formats.wordpress import WORDPRESS
from interchange.bringing.found import Aside, Files, Format, Wishes
from newsletter.composing import Unreadable
from tests import word
from tests.interchange.exports import Lying, archive, wxr, wxr_item

SECONDS = 1.0
WXR_HEAD = wxr("").partition("</channel>")[0].encode()
GHOST_HEAD = b'{"db":[{"data":{"posts":['
POSTS = "post_id,post_date,is_published,audience,title\n"


class Endless(RawIOBase):
    """A file that repeats itself for ten gigabytes, in one line or many."""

    def __init__(self, begin: bytes, again: bytes) -> None:
        self.begin, self.again, self.left = begin, again * (2**16 // len(again)), 10 * 2**30

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        piece, self.begin = (self.begin or self.again)[: min(len(view), self.left)], b""
        view[: len(piece)] = piece
        self.left -= len(piece)
        return len(piece)


class Large(Lying):
    """An archive of one file that is huge."""

    def __init__(self, name: str, begin: bytes, again: bytes) -> None:
        super().__init__({name: b""})
        self.parts = begin, again

    def open(self, name: str) -> IO[bytes]:
        return BufferedReader(Endless(*self.parts), 2**20)

    def size(self, name: str) -> int:
        return 10 * 2**30


def word_bomb() -> bytes:
    """A document that unpacks to 300 MB."""
    buffer = BytesIO(word.document(word.p("Words.")))
    with ZipFile(buffer, "a", ZIP_DEFLATED) as made, made.open("word/comments.xml", "w") as part:
        for _megabyte in range(300):
            part.write(b" " * 2**20)
    return buffer.getvalue()


def nested_mail() -> bytes:
    lines = ["Message-ID: <a@b>", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="0"', ""]
    for level in range(5000):
        lines += [f"--{level}", f'Content-Type: multipart/mixed; boundary="{level + 1}"', ""]
    return "\n".join(lines).encode()


def spent(kind: Format, files: Files) -> tuple[float, str]:
    """How long it took to be refused or left aside, and what was said."""
    begun = process_time()
    try:
        assert kind.recognises(files)
        found = list(kind.read(files, Wishes()))
    except Unreadable as problem:
        return process_time() - begun, str(problem)
    assert found
    assert all(isinstance(each, Aside) for each in found)
    return process_time() - begun, " ".join(each.kind for each in found if isinstance(each, Aside))


REFUSED = {
    "an item without end": (WORDPRESS, Large("a.xml", WXR_HEAD + b"<item><title>", b"words ")),
    "data without end": (WORDPRESS, Large("a.xml", WXR_HEAD + b"<item><title><![CDATA[", b"]]> words ")),
    "nothing between items, without end": (WORDPRESS, Large("a.xml", WXR_HEAD + b"<item></item>", b"words ")),
    "a head without end": (WORDPRESS, Large("a.xml", WXR_HEAD, b"<category>a</category>")),
    "a text without end in JSON": (GHOST, Large("a.json", GHOST_HEAD + b'{"id":"1","html":"', b"words ")),
    "JSON nested deeply": (GHOST, Large("a.json", GHOST_HEAD + b'{"id":', b"[")),
    "a field without end": (SUBSTACK, Large("posts.csv", POSTS.encode() + b'"', b"words ")),
    "a field of many lines": (BEEHIIV, Large("posts.csv", b'web_title,content_html\n"', b"words\n")),
    "a line without end in a mail": (MAILINGS, Large("a.eml", b"Message-ID: <a@b>\n\n", b"words ")),
}


@pytest.mark.parametrize(("kind", "files"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_end_is_refused(kind, files):
    seconds, words = spent(kind, files)
    assert words
    assert seconds < SECONDS


ONE_DOCUMENT = {
    "elements nested in an item": (
        WORDPRESS,
        {"a.xml": wxr(wxr_item(1, "").replace("<dc:", "<a>" * 100_000 + "<dc:"))},
    ),
    "HTML nested in an item": (WORDPRESS, {"a.xml": wxr(wxr_item(1, "<div>" * 5000 + "x"))}),
    "a page nested deeply": (PAGES, {"a.html": "<html>" + "<div>" * 5000 + "x"}),
    "lexical text nested deeply": (
        GHOST,
        {"a.json": GHOST_HEAD + b'{"id":"1","lexical":"{\\"root\\":' + b"[" * 100_000 + b'"}]}}]}'},
    ),
    "a bomb of Word": (WORD, {"a.docx": word_bomb()}),
    "a mail nested deeply": (MAILINGS, {"a.eml": nested_mail()}),
}


@pytest.mark.parametrize(("kind", "content"), ONE_DOCUMENT.values(), ids=ONE_DOCUMENT)
def test_one_document_that_harms_is_left_aside(kind, content):
    seconds, words = spent(kind, archive(content))
    assert words
    assert seconds < SECONDS


SLOW = {
    "unclosed pieces": "<pre>a",
    "unclosed captions": "[caption]a",
    "brackets": "[[a ",
    "words in brackets": "[gallery " + "a" * 50,
    "blanks": " " * 50,
    "lines of blanks": "\n \n\t",
    "links to attachments": '<a attachment_id=1 rel="attachment" ',
    "blocks": "<!-- wp:a {} ",
    "comments": "<!--more a",
    "addresses": "\nhttps://a.org/ ",
}


@pytest.mark.parametrize("piece", SLOW.values(), ids=SLOW)
def test_texts_that_are_slow_to_read_are_none(piece):
    text = "Words. " + piece * (500_000 // len(piece))
    begun = process_time()
    list(WORDPRESS.read(archive({"a.xml": wxr(wxr_item(1, text))}), Wishes()))
    assert process_time() - begun < 2 * SECONDS


def written(folder: Path, kind: str, count: int) -> Files:
    """An archive of many documents on disk."""
    folder.mkdir()
    text = f"<p>The tide goes out and comes in.</p><!-- {'.' * 150_000} -->"
    if kind == "wordpress":
        (folder / "a.xml").write_text(wxr(*(wxr_item(number, text) for number in range(count))))
    elif kind == "ghost":
        posts = [{"id": str(number), "title": "Tide", "status": "published", "html": text} for number in range(count)]
        (folder / "a.json").write_text(json.dumps({"db": [{"data": {"posts": posts}}]}))
    else:
        head = "From a@b.c Thu Jan  4 10:00:00 2018\nSubject: A\nContent-Type: text/html\nMessage-ID: <{}>"
        (folder / "a.mbox").write_text("\n".join(f"{head.format(number)}\n\n{text}\n" for number in range(count)))
    return OnDisk(folder)


class OnDisk(Lying):
    """Files that stay on disk until they are read."""

    def __init__(self, folder: Path) -> None:
        super().__init__({path.name: b"" for path in folder.iterdir()})
        self.folder = folder

    def open(self, name: str) -> IO[bytes]:
        return (self.folder / name).open("rb")


@pytest.mark.parametrize(("name", "kind"), [("wordpress", WORDPRESS), ("ghost", GHOST), ("mail", MAILINGS)])
def test_memory_does_not_grow_with_the_number_of_documents(name, kind, tmp_path):
    few, many = (peak(kind, written(tmp_path / str(count), name, count), count) for count in (20, 120))
    assert many < few + 8 * 2**20  # of 18 MB


def peak(kind: Format, files: Files, count: int) -> int:
    """The most bytes of memory that reading took."""
    tracemalloc.start()
    try:
        assert sum(1 for _each in kind.read(files, Wishes())) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
