"""Documents of Word (.docx), each for itself."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from core.rich_text import from_docx
from interchange.bringing.formats.documents import about, are_most, attempted, content, moment, of_other_kinds, plain
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from newsletter.composing.plan import FrontMatter
from newsletter.composing.upload import ZIP, from_rich

LARGEST = 64 * 1024 * 1024
LARGEST_PROPERTIES = 100_000
#: What programs write where nobody wrote anything.
NOBODY = {"", "user", "python-docx", "microsoft office user", "microsoft office-benutzer", "utilisateur", "admin"}
UNTITLED = ("microsoft word", "word document", "document", "untitled", "powerpoint")


def documents(files: Files) -> list[str]:
    return [name for name in files.names if PurePosixPath(name).suffix.lower() == ".docx" or len(files.names) == 1]


def recognises(files: Files) -> bool:
    is_word = any(begins_as_word(files, name) for name in documents(files)[:1])
    return is_word and are_most(files, {".docx"})


def begins_as_word(files: Files, name: str) -> bool:
    with files.open(name) as file:
        return file.read(4) in ZIP


def read(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    for name in documents(files):
        yield attempted(name, lambda: brought(content(files, name, LARGEST), name))  # noqa: B023
    yield from of_other_kinds(files, {".docx"}) if len(files.names) > 1 else ()


def brought(source: bytes, name: str) -> Found:
    document = from_rich(from_docx(source))
    facts = facts_in(source, has_title=document.text.startswith("# "))
    return Found(f"file:{name}", name, replace(document, about=facts, path=name))


def facts_in(source: bytes, *, has_title: bool) -> FrontMatter:
    """What the properties of a document say, as far as a person wrote them. Its own title wins."""
    said = properties(source)
    title, author = plain(said.get("title")), plain(said.get("creator"))
    found = about(
        title="" if has_title or title.lower().startswith(UNTITLED) else title,
        date=moment(said.get("created")),
        authors=[] if author.lower() in NOBODY else [author],
    )
    where = _("the document's properties")
    found.origins = {name: where for name in ("title", "date", "authors") if getattr(found, name)}
    return found


def properties(source: bytes) -> dict[str, Any]:
    with suppress(Exception), ZipFile(BytesIO(source)) as archive, archive.open("docProps/core.xml") as file:
        root = fromstring(file.read(LARGEST_PROPERTIES), forbid_dtd=True)
        return {element.tag.rpartition("}")[2]: element.text for element in root}
    return {}


WORD = Format("Word (.docx)", recognises, read)
