"""A document with its pictures, read from what an editor pastes, uploads or has on disk, without trust."""

import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _

from core.rich_text import NEWER, RichText, Unreadable, convert, failures_in_words, from_docx, from_mail
from newsletter.composing.blocks import Kind, split
from newsletter.composing.illustrating import ELSEWHERE, filename_key
from newsletter.composing.inline import pictures, targets
from newsletter.composing.plan import FrontMatter, PictureFiles

LARGEST_TEXT = 5 * 1024 * 1024
LARGEST_ARCHIVE = 100 * 1024 * 1024
MOST_ENTRIES = 200
HIGHEST_RATIO = 100
DOCUMENT = {".md", ".markdown", ".txt", ".html", ".htm", ".docx", ".eml"}
PICTURE = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".svg", ".heic", ".heif", ".tif", ".tiff", ".bmp"}
IS_UTF8 = 0x800
IS_ENCRYPTED = 0x1
OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
IGNORED = re.compile(r"/$|(^|/)(__MACOSX/|\.|Thumbs\.db$|[^/]*\.zip$|[^/]*_files/[^/]*\.html?$)", re.IGNORECASE)
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
WORD = "word/document"
PAGE = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
#: How a piece of a page begins, as Substack exports it, and what ends its texts.
PIECE = re.compile(r"<(?:meta|title|body|main|article|section|header|div|figure|h[1-6]|p|ul|ol)\b", re.IGNORECASE)
END_OF_TEXT = re.compile(r"</(?:h[1-6]|p|li)>", re.IGNORECASE)
CLIPBOARD = re.compile(r"Version:[\d.]+\s+StartHTML:")
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
HEAD_OF_MAIL = re.compile(rb"(?:From [^\n]*\n)?(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
ONLY_MAIL = re.compile(
    rb"^(?:mime-version|message-id|received|return-path|delivered-to):", re.IGNORECASE | re.MULTILINE
)
LONGEST_HEAD = 100_000
LONGEST_NAMING = 2048
#: What other programs write, by its first bytes.
FOREIGN = (b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%PDF")


@dataclass(frozen=True, slots=True)
class Document:
    """Text with `\\n` at the ends of its lines, and its pictures."""

    text: str
    files: PictureFiles = field(default_factory=dict)
    #: Names of pictures in the upload that the text does not show.
    unused: list[str] = field(default_factory=list)
    #: What the editor should know of how it was read, in sentences.
    remarks: list[str] = field(default_factory=list)
    #: What is known of it beside its text, which then has no front matter.
    about: FrontMatter | None = None
    #: Where its file lay, seen from the top of what was brought in: its name and folders may tell number and date.
    path: str = ""

    @property
    def checksum(self) -> str:
        """The same for the same text."""
        return sha256(self.text.encode()).hexdigest()


def from_text(text: str, path: str = "") -> Document:
    """A document without pictures. Raises Unreadable where it is empty."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if not text.strip():
        raise Unreadable(_("There is nothing to read in this document."))
    return Document(re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip() + "\n", path=path)


def from_bytes(content: bytes) -> Document:
    """An uploaded file: a zip of one document with its pictures, or a document. Raises Unreadable."""
    return from_archive(content) if is_archive(content) else read_document(content)


def is_archive(content: bytes) -> bool:
    """Whether this is a zip file with a document in it, and not one of Word, which is a zip file too."""
    with suppress(Exception), ZipFile(BytesIO(content)) as archive:
        return not any(name.startswith(WORD) for name in archive.namelist())
    return content.startswith(ZIP)


def from_path(path: Path) -> Document:
    """A file on disk; the pictures of a document lie where it says, seen from its folder. Raises Unreadable."""
    content = content_of(path)
    document = replace(from_bytes(content), path=path.name)
    if is_archive(content):
        return document
    wanted = [path.parent / address for address in sorted(addresses(document.text))]
    return with_files(document, ((found.name, found.read_bytes()) for found in wanted if found.is_file()))


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error


def read_document(content: bytes) -> Document:
    """Text, a page, a document of Word or a mail, by what is in it and not by its name. Raises Unreadable."""
    if content.startswith(ZIP):
        return from_rich(from_docx(content))
    if content.startswith(FOREIGN):
        message = _("This file cannot be read here. Open it in the program that wrote it, and save it as .docx.")
        raise Unreadable(message)
    if is_mail(content):
        return from_rich(from_mail(content))
    if (page := page_in(content)) is not None:
        return from_rich(convert(page))
    return from_text(decode(content))


def from_rich(text: RichText) -> Document:
    return with_files(replace(from_text(text.markdown), remarks=text.remarks), text.pictures.items())


def is_mail(content: bytes) -> bool:
    head = HEAD_OF_MAIL.match(content[:LONGEST_HEAD])
    return head is not None and ONLY_MAIL.search(head[0]) is not None


def page_in(content: bytes) -> str | None:
    """A page of HTML, in the encoding that it names unless it is UTF-8; None where this is no page."""
    for encoding in encodings(content):
        with suppress(LookupError, ValueError):
            text = content.decode(encoding)
            return text if PAGE.match(text[:LONGEST_HEAD]) or CLIPBOARD.match(text) or is_piece(text) else None
    return None


def encodings(content: bytes, *said: str) -> Iterator[str]:
    """In which a page may be written: UTF-8, or UTF-16 with its mark; else as somebody said, or as it says itself."""
    yield "utf-16" if content.startswith(UTF16) else "utf-8-sig"
    named = CHARSET.search(content[:LONGEST_NAMING])
    for charset in filter(None, (*said, named[1].decode() if named else "")):
        yield NEWER.get(charset.lower(), charset.lower())


def is_piece(text: str) -> bool:
    """Whether all of it is HTML, without the frame of a page. In Markdown, some paragraph is not."""
    text = text.strip()
    is_html = bool(PIECE.match(text)) and text.endswith(">") and len(END_OF_TEXT.findall(text)) > 1
    return is_html and all(block.lstrip().startswith("<") for block in re.split(r"\n[ \t\r]*\n", text))


def decode(content: bytes) -> str:
    """Text in UTF-8, or in UTF-16 with its mark. Anything else would be a guess."""
    if len(content) > LARGEST_TEXT:
        raise Unreadable(_("The document is larger than 5 MB. Pictures go beside it, in a zip file."))
    try:
        return content.decode(next(encodings(content)))
    except UnicodeDecodeError as error:
        message = _(
            "This is not text in UTF-8. Open it in the program that wrote it, save it as UTF-8, and try again."
        )
        raise Unreadable(message) from error


def from_archive(content: bytes) -> Document:
    """The document in a zip file with the pictures it shows. Nothing is unpacked to disk."""
    damaged = _("This zip file is damaged. Make it anew and try again.")
    with failures_in_words(damaged), ZipFile(BytesIO(content)) as archive:
        return read_archive(archive)


def read_archive(archive: ZipFile) -> Document:
    refuse_dangerous(archive.infolist())
    entries = {entry_name(entry): entry for entry in archive.infolist() if not IGNORED.search(entry_name(entry))}
    documents = [name for name in entries if PurePosixPath(name).suffix.lower() in DOCUMENT]
    if len(documents) != 1:
        listed = ", ".join(documents) or _("none")
        message = _("A zip file holds one document (.md, .txt, .html, .docx or .eml); in this one: %(names)s.")
        raise Unreadable(message % {"names": listed})
    document = read_document(archive.read(entries[documents[0]]))
    wanted = {filename_key(address) for address in addresses(document.text)}
    shown = [name for name in entries if filename_key(name) in wanted]
    files = (name for name in entries if PurePosixPath(name).suffix.lower() in PICTURE)
    document.unused.extend(name for name in files if name not in shown)
    return with_files(document, ((name, archive.read(entries[name])) for name in shown))


def refuse_dangerous(entries: list[ZipInfo], *, most: int = MOST_ENTRIES, largest: int = LARGEST_ARCHIVE) -> None:
    """Raise Unreadable, before anything is unpacked, where a zip file could harm the machine: by more than so many
    entries, or bytes in all, among others."""
    size = sum(entry.file_size for entry in entries)
    if len(entries) > most:
        raise Unreadable(_("The zip file holds more than %(limit)s files.") % {"limit": most})
    is_bomb = any(entry.file_size > HIGHEST_RATIO * max(1, entry.compress_size) for entry in entries)
    if size > largest or is_bomb:
        message = _("The zip file holds more than %(limit)d MB, or something that unpacks to a multiple of its size.")
        raise Unreadable(message % {"limit": largest // 2**20})
    for entry in entries:
        name = entry_name(entry)
        if OUTSIDE.search(name) or stat.S_ISLNK(entry.external_attr >> 16):
            message = _("“%(name)s” leads out of the zip file. Make it anew, with plain files.")
            raise Unreadable(message % {"name": name})
        if entry.flag_bits & IS_ENCRYPTED:
            raise Unreadable(_("The zip file is protected by a password. Make it anew without one."))


def entry_name(entry: ZipInfo) -> str:
    """The name of a file, also where the archive does not say how it is encoded: UTF-8 or Chinese Windows."""
    name = entry.filename
    if not entry.flag_bits & IS_UTF8:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                name = raw.decode(encoding)
                break
    return name.replace("\\", "/")


def addresses(text: str) -> set[str]:
    """Where the pictures of a text are said to be."""
    definitions = [block for block in split(text) if block.kind is Kind.DEFINITION]
    urls = {picture.target.url for picture in pictures(text, targets(definitions))}
    return {unquote(url.partition("?")[0]) for url in urls if not ELSEWHERE.match(url)}


def with_files(document: Document, files: Iterable[tuple[str, bytes]]) -> Document:
    found = dict(document.files)
    for name, content in files:
        if found.setdefault(filename_key(name), content) != content:
            message = _("Two different files are called “%(name)s”. Rename one, here and in the document.")
            raise Unreadable(message % {"name": PurePosixPath(name).name})
    return replace(document, files=found)
