"""From what an export says of a text to a document: facts within their limits, HTML as Markdown, its pictures from the
archive."""

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from core.rich_text import convert, failures_in_words
from core.rich_text.page import Page
from core.slugs import slug_of
from interchange.bringing.found import Aside, Files, Found
from newsletter.composing import Document, Remark, Unreadable
from newsletter.composing.facts import LONGEST, LONGEST_NAME, LONGEST_SLUG, LONGEST_TAG
from newsletter.composing.plan import FrontMatter
from newsletter.composing.upload import LARGEST_TEXT, from_rich, with_files

logger = logging.getLogger(__name__)

#: What documents are called.
KINDS = {".md", ".markdown", ".html", ".htm", ".docx", ".eml", ".mbox"}
LARGEST_PICTURE = 50 * 1024 * 1024
#: Bytes of pictures that one text shows; others stay where it says they are.
MOST_SHOWN = 200 * 1024 * 1024
PICTURE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif|svg|heic|heif|tiff?|bmp)", re.IGNORECASE)
NAMED = re.compile(r"""\s(?:src|data-src|data-lazy-src)\s*=\s*(?:"([^"]{1,4000})"|'([^']{1,4000})')""", re.IGNORECASE)
#: What WordPress adds to the name of a picture that it made smaller.
SMALLER = re.compile(r"-(?:\d+x\d+|scaled)(?=\.\w+$)")
BREAK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|blockquote)\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][^<>]*>|<!--[^<>]*-->", re.IGNORECASE)


def are_most(files: Files, own: Collection[str]) -> bool:
    """Whether files of one kind are no fewer than documents of all others."""
    kinds = [suffix for name in files.names if (suffix := PurePosixPath(name).suffix.lower()) in KINDS.union(own)]
    return 2 * sum(suffix in own for suffix in kinds) >= len(kinds)


def of_other_kinds(files: Files, own: Collection[str]) -> Iterator[Aside]:
    """Documents that lie among those of one kind."""
    for name in files.names:
        if PurePosixPath(name).suffix.lower() in KINDS.difference(own):
            yield Aside(name, _("Of another kind than the rest: bring it in by itself."))


def content(files: Files, name: str, largest: int = LARGEST_TEXT) -> bytes:
    """All of a file. Raises Unreadable where that is too much."""
    with files.open(name) as file:
        found = file.read(largest + 1)
    if len(found) > largest:
        raise Unreadable(_("This file is larger than %(limit)s MB.") % {"limit": largest // 2**20})
    return found


def plain(value: object) -> str:
    """One line of text."""
    return " ".join(str(value or "").split())


def words(value: object) -> str:
    """The same of a little HTML."""
    return plain(unescape(TAG.sub("", BREAK.sub(" ", str(value or "")))))


def moment(value: object) -> datetime | None:
    """A date as programs write it; without a time zone it is UTC. None where it is none, as in a draft."""
    text = str(value or "").strip().removesuffix(" UTC")
    try:
        if isinstance(value, int | float):  # in thousandths of a second, as JavaScript counts
            return datetime.fromtimestamp(value / 1000, UTC)
        found = parse_datetime(text) or datetime.combine(parse_date(text) or datetime.min, datetime.min.time())
    except (ValueError, OverflowError, OSError):
        return None
    if found.year < 1000:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def about(
    *,
    title: object = "",
    slug: object = "",
    summary: object = "",
    subject: object = "",
    preheader: object = "",
    date: datetime | None = None,
    tags: Iterable[object] = (),
    authors: Iterable[object] = (),
    kind: str = "",
) -> FrontMatter:
    """What an export says of a document. What is too long is cut, with a remark."""
    said = {"summary": summary, "subject": subject, "preheader": preheader}
    whole = {key: plain(value) for key, value in said.items()}
    too_long = [key for key, value in whole.items() if len(value) > LONGEST[key]]
    cut: dict[str, Any] = {key: shortened(value, LONGEST[key]) for key, value in whole.items()}
    remark = _("Its %(key)s has more than %(limit)s characters and was cut.")
    return FrontMatter(
        **cut,
        title=plain(title),
        slug=slug_of(unquote(str(slug or "")), LONGEST_SLUG),
        date=date,
        tags=names(tags, LONGEST_TAG),
        authors=names(authors, LONGEST_NAME),
        kind=kind,
        remarks=[Remark.of(remark, key=key, limit=LONGEST[key]) for key in too_long],
    )


def names(values: Iterable[object], longest: int) -> list[str]:
    found = (shortened(plain(value), longest) for value in values)
    return list(dict.fromkeys(filter(None, found)))


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def keep_back(about: FrontMatter, why: str, **facts: object) -> None:
    """Let a document be a draft, and say why. What not everybody could read is never public by itself."""
    about.is_draft = True
    about.remarks.append(Remark.of(why, **facts))


def keep_unless_public(about: FrontMatter, *, state: str, is_public: bool, readers: str, is_for_all: bool) -> None:
    """The same by what a program calls its state, and those who may read it."""
    if not is_public:
        keep_back(about, _("It was not public there (%(state)s): a draft here."), state=state)
    elif not is_for_all:
        keep_back(about, _("Not everybody could read it (%(readers)s): a draft here."), readers=readers)


def attempted(name: str, make: Callable[[], Found]) -> Found | Aside:
    """A document, or what became of one that cannot be read: it stops no other."""
    try:
        with failures_in_words(_("This document is damaged.")):
            return make()
    except Unreadable as problem:
        if problem.__cause__:
            logger.warning("%s: %s", name, problem, exc_info=problem.__cause__)
        return Aside(name, str(problem))


class Pictures:
    """Those that lie in an archive, by the addresses that texts have for them. Only their names are in memory."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.known: defaultdict[str, list[str]] = defaultdict(list)
        for name in files.names:
            if PICTURE.fullmatch(PurePosixPath(name).suffix):
                self.known[PurePosixPath(name).name].append(name)

    def shown_in(self, html: str, folder: str = "") -> dict[str, bytes]:
        """The files of the pictures in a text, which lies in a folder of the archive."""
        shown, room = dict[str, bytes](), MOST_SHOWN
        for found in NAMED.finditer(html) if self.known else ():
            address = unescape(found[1] or found[2]).strip()
            name = self.name_of(address, folder)
            if name and address not in shown and self.files.size(name) <= min(room, LARGEST_PICTURE):
                with suppress(Exception):  # one that is damaged in the archive stays where the text says it is
                    shown[address] = content(self.files, name, LARGEST_PICTURE)
                    room -= len(shown[address])
        return shown

    def name_of(self, address: str, folder: str = "") -> str:
        """The file behind an address: one that lies there, seen from the text, or else whose last folder is the same,
        too; in full size where the text shows a smaller one."""
        path = unquote(urlsplit(address).path) if "]" not in address else ""
        for wanted in (SMALLER.sub("", path), path):
            offers = self.known.get(PurePosixPath(wanted).name, [])
            near = joined(folder, wanted)
            if near in offers:
                return near
            tail = "/".join(PurePosixPath(wanted).parts[-2:])
            found = [name for name in offers if f"/{name}".endswith(f"/{tail}")]
            if len(found) == 1 or (found and "/" in tail):
                return found[0]
        return ""


def joined(folder: str, path: str) -> str:
    """Where a relative path leads from a folder of the archive."""
    parts: list[str] = [] if path.startswith("/") else [*PurePosixPath(folder).parts]
    for part in PurePosixPath(path.lstrip("/")).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return "/".join(parts)


def figure(address: str, alt: str = "", caption: str = "") -> str:
    """A picture as HTML; the caption is HTML already."""
    below = f"<figcaption>{caption}</figcaption>" if caption.strip() else ""
    return f'<figure><img src="{escape(address)}" alt="{escape(alt)}">{below}</figure>\n'


def from_html(
    html: str, said: FrontMatter, pictures: dict[str, bytes], prepare: Callable[[Page], None] | None = None
) -> Document:
    """A text in HTML as a document. Links within its site stay as they are written. Raises Unreadable."""
    text = convert(html, files=pictures, is_archived=True, prepare=prepare)
    return replace(from_rich(text), about=said)


def with_lead(document: Document, said: FrontMatter, html: str, pictures: dict[str, bytes]) -> Document:
    """The same with a picture at its head, which is HTML as `figure` makes it."""
    lead = convert(html, files=pictures, is_archived=True)
    said.lead = re.sub(r"\]\((?=picture-\d)", "](lead-", lead.markdown)
    return with_files(document, ((f"lead-{name}", content) for name, content in lead.pictures.items()))
