"""Documents of Word: unpacked by mammoth, without trust, and converted like pages."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import mammoth
from django.utils.translation import gettext as _
from lxml import etree

from core.rich_text.converting import RichText, convert
from core.rich_text.counting import CLOSE, OPEN, write_numbers
from core.rich_text.page import NAMES, Unreadable, failures_in_words

MOST_XML = 20 * 1024 * 1024
LARGEST = 100 * 1024 * 1024
MOST_ENTRIES = 2000
MOST_ELEMENTS = 150_000
TEXTS = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml")
READ = re.compile(rf"{TEXTS.pattern}|word/(?:numbering|styles)\.xml")
LISTED = [(kind, tag, depth) for kind, tag in (("Bullet", "ul"), ("Number", "ol")) for depth in (2, 3, 4, 5)]
STYLES = [
    "p[style-name='Title'] => h1.MsoTitle:fresh",
    "p[style-name='Caption'] => p.MsoCaption:fresh",
    *(f"p[style-name='{name}'] => blockquote > p:fresh" for name in ("Quote", "Intense Quote", "Quotations")),
    *(
        f"p[style-name='List {kind} {depth}'] => {'ul|ol > li > ' * (depth - 1)}{tag} > li:fresh"
        for kind, tag, depth in LISTED
    ),
]
# What says nothing of the text, and of which there is much.
NOISE = [f"{{*}}{name}" for name in NAMES["noise"].split()]
WORD = re.compile(r"[^\W_]+")
MARKS = re.compile(r"</?(?:a|em|s|strong|sub|sup)\b[^>]*>|\u00ad")


type Parts = dict[str, etree._Element]


def from_docx(content: bytes) -> RichText:
    """The text of a Word document with its pictures and footnotes. The numbers that Word counts are written out.
    Raises Unreadable where it is damaged or too large, or where a word of it would be lost."""
    pictures: dict[str, bytes] = {}

    def put_aside(image: mammoth.documents.Image) -> dict[str, str]:
        name = f"word:{len(pictures)}"
        with image.open() as file:
            pictures[name] = file.read()
        return {"src": name}

    damaged = _("This Word document is damaged. Open it in Word, save it anew as .docx, and try again.")
    with failures_in_words(damaged), ZipFile(BytesIO(content)) as archive:
        parts = read_parts(archive)
        words = Counter(word for name, part in parts.items() if TEXTS.fullmatch(name) for word in words_in(part))
        write_numbers(parts)
        html = mammoth.convert_to_html(
            BytesIO(with_parts(archive, parts)),
            convert_image=mammoth.images.img_element(put_aside),
            style_map="\n".join(STYLES),
            include_embedded_style_map=False,
        ).value
    refuse_loss(words, html)
    html = re.sub(rf"<li>{OPEN}(\d+) [^{CLOSE}]{{0,40}}{CLOSE}", r'<li data-number="\1">', html)
    return convert(re.sub(rf"{OPEN}\d+ ([^{CLOSE}]{{0,40}}){CLOSE}", r"\1 ", html), files=pictures)


def read_parts(archive: ZipFile) -> Parts:
    """The texts of a document, its styles and its numbering, without what says nothing."""
    entries = archive.infolist()
    xml = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
    sizes = sum(entry.file_size for entry in xml), sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or sizes[0] > MOST_XML or sizes[1] > LARGEST:
        refuse_size()
    sources = {entry.filename: archive.read(entry) for entry in xml}
    if any(b"<!DOCTYPE" in source for source in sources.values()):
        raise Unreadable(_("This is no document as Word writes it."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    parts = {name: etree.fromstring(source, parser) for name, source in sources.items() if READ.fullmatch(name)}
    for part in parts.values():
        strip(part)
    if sum(1 for part in parts.values() for _element in part.iter()) > MOST_ELEMENTS:
        refuse_size()
    return parts


def refuse_size() -> None:
    raise Unreadable(_("This Word document is too large. Divide it, or make its pictures smaller."))


def strip(part: etree._Element) -> None:
    """Take out what nobody sees, and what says nothing."""
    etree.strip_elements(part, *NOISE, with_tail=False)
    for choice in list(part.iter("{*}Choice")):
        parent = choice.getparent()
        if parent is not None and parent.find("{*}Fallback") is not None:
            parent.remove(choice)
    for hidden in list(part.iter("{*}vanish")):
        run = next(hidden.iterancestors("{*}r"), None)
        if run is not None and (paragraph := run.getparent()) is not None and "0" not in hidden.values():
            paragraph.remove(run)


def words_in(part: etree._Element) -> Iterator[str]:
    """All words, also such as are made of several pieces."""
    texts: dict[etree._Element | None, str] = {}
    for element in part.iter("{*}t", "{*}tab", "{*}br", "{*}cr", "{*}noBreakHyphen"):
        paragraph = next(element.iterancestors("{*}p"), None)
        texts[paragraph] = texts.get(paragraph, "") + (element.text or " ")
    for text in texts.values():
        yield from WORD.findall(text.casefold().replace("\u00ad", ""))


def refuse_loss(words: Counter[str], html: str) -> None:
    kept = Counter(WORD.findall(unescape(re.sub(r"<[^>]*>", " ", MARKS.sub("", html))).casefold()))
    if lost := list((words - kept).elements()):
        message = _(
            "“%(words)s” would be lost: a formula, or words in a drawing. Paste the text of the document instead."
        )
        raise Unreadable(message % {"words": " ".join(lost[:8])})


def with_parts(archive: ZipFile, parts: Parts) -> bytes:
    """The document anew, with these parts in the place of its own."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as made:
        for entry in archive.infolist():
            part = parts.get(entry.filename)
            made.writestr(entry.filename, archive.read(entry) if part is None else etree.tostring(part))
    return buffer.getvalue()
