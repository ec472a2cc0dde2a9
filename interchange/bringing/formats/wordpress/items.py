"""The items of an export one by one, each parsed by itself: one that is broken breaks no other, memory holds
one."""

import codecs
import re
from collections.abc import Iterator
from html import escape, unescape
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from interchange.bringing.found import Files
from newsletter.composing import Unreadable

LARGEST_ITEM = 20 * 1024 * 1024
CHUNK = 256 * 1024
#: Longer than any boundary, so that the end of a chunk hides none.
MARGIN = 200
ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^<>]*\bencoding=["']([\w-]+)""")
CDATA, SPLIT = "<![CDATA[", "]]]]><![CDATA[>"
#: A section of data ends where its element does: what looks like an end inside a text is none.
BOUNDARY = re.compile(
    r"<(?:item\b[^<>]{0,100}>|/item>|!\[CDATA\[|/(?:content:encoded|excerpt:encoded|wp:\w{1,40})>)"
    r"|\]\]>(?=\s{0,80}</|<!\[CDATA\[)"
)
ELEMENT = re.compile(r"<([\w:-]{1,60})(?:\s[^<>]*)?><!\[CDATA\[|</([\w:-]{1,60})>")
PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):")
REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#?\w{1,32};)?")
#: What XML does not take.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Splitter:
    """Takes the text of an export in chunks, and gives its head and then its items."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.skipped = 0
        self.is_holding, self.is_data, self.rest = True, False, ""

    def fed(self, chunk: str) -> Iterator[str]:
        """What is complete now; an empty chunk says that nothing follows."""
        text = self.rest + chunk
        done, limit = 0, len(text) - MARGIN if chunk else len(text)
        cut = max(limit, 0)
        for mark in BOUNDARY.finditer(text):
            if mark.start() >= limit:
                break
            cut = max(cut, mark.end())
            is_begin, is_end = mark[0].startswith("<item"), mark[0] == "</item>"
            if self.is_data or mark[0] == CDATA:
                self.is_data = is_begin or is_end or mark[0] == CDATA
            elif is_begin or is_end:
                place = mark.start() if is_begin else mark.end()
                yield from self.released(text[done:place])
                done, self.is_holding = place, is_begin
        self.hold(text[done:cut])
        self.rest = text[cut:]
        if not chunk:
            yield from self.released("")

    def released(self, last: str) -> Iterator[str]:
        if self.is_holding and (piece := "".join([*self.held, last])):
            yield piece
        self.held = []

    def hold(self, text: str) -> None:
        if self.is_holding:
            self.held.append(text)
        self.skipped = 0 if self.is_holding else self.skipped + len(text)
        if sum(map(len, self.held)) + self.skipped > LARGEST_ITEM:
            raise Unreadable(_("An item of this export is larger than 20 MB, or the file is damaged there."))


def pieces(files: Files, name: str) -> Iterator[str]:
    """The head of an export, then each of its items, as they are written; also one that has no end. Raises Unreadable
    at one that is too large."""
    splitter = Splitter()
    decoder = codecs.getincrementaldecoder(encoding_of(files, name))("replace")
    with files.open(name) as file:
        while chunk := file.read(CHUNK):
            if text := NO_XML.sub(" ", decoder.decode(chunk)):
                yield from splitter.fed(text)
        yield from splitter.fed("")


def encoding_of(files: Files, name: str) -> str:
    with files.open(name) as file:
        said = ENCODING.match(file.read(MARGIN))
    try:
        return codecs.lookup(said[1].decode()).name if said else "utf-8"
    except LookupError:
        return "utf-8"


def parsed(piece: str) -> Element | None:
    """An item, or the head of an export, with its names as `{wp}post_id`; None where it is beyond mending. Raises
    Unreadable where it declares entities: no export does, and they can grow without measure."""
    inside = piece if piece.startswith("<item") else head_of(piece)
    for source in (inside, mended(inside)):
        spaces = " ".join(f'xmlns:{prefix}="{prefix}"' for prefix in sorted(set(PREFIX.findall(source))))
        try:
            return fromstring(f"<export {spaces}>{source}</export>", forbid_dtd=True)
        except DefusedXmlException as error:
            raise Unreadable(_("This is no export as WordPress writes it: it declares entities.")) from error
        except (ParseError, ValueError):
            continue
    return None


def head_of(piece: str) -> str:
    """What stands in the channel before its items."""
    if "<!DOCTYPE" in piece or "<!ENTITY" in piece:
        raise Unreadable(_("This is no export as WordPress writes it: it declares entities."))
    return re.sub(r"\A.{0,20000}?<channel\b[^<>]*>", "", piece, count=1, flags=re.DOTALL).partition("</channel>")[0]


def mended(source: str) -> str:
    """The same with all data as text: sections that end too early or not at all, and references to nothing, are what
    plugins and old versions leave."""
    parts, start, name = list[str](), 0, ""
    for mark in ELEMENT.finditer(source):
        if not name and mark[1]:
            parts.append(with_entities(source[start : mark.end() - len(CDATA)]))
            name, start = mark[1], mark.end()
        elif name and mark[2] == name:
            text = source[start : mark.start()].rstrip().removesuffix("]]>").replace(SPLIT, "]]>")
            parts.append(escape(text, quote=False))
            name, start = "", mark.start()
    return "".join([*parts, with_entities(source[start:])])


def with_entities(source: str) -> str:
    return REFERENCE.sub(lambda found: escape(NO_XML.sub("", unescape(found[0]))), source)
