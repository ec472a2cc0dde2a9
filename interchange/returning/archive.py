"""An export, opened without trust: what it says of itself, and the pieces in which it comes back."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from core.imaging import check_limits, opened
from core.rich_text import Unreadable, failures_in_words
from interchange.bringing.found import Files
from interchange.bringing.opening import read
from interchange.returning import naming
from interchange.returning.coming import Odd
from interchange.returning.counterparts import Counterparts
from interchange.returning.rows import REFUSED, Line, Outcome, Remark, Rows, is_number
from interchange.returning.texts import Texts
from interchange.taking import texts
from interchange.taking.declared import Declared, tables
from interchange.taking.writing import FORMAT, MANIFEST, origin
from newsletter.imaging import MAX_BYTES, MAX_MEGAPIXELS_OF_JPEG

LARGEST_MANIFEST, LARGEST_TEXT, LONGEST_LINE = 2**20, 5 * 2**20, 2**20
#: So many rows are stored in one go, or as many as belong together.
PIECE = 200
TEXT = re.compile(r"[^/]+/(?:\d+-[^/]*/[^/]+|articles/[^/]+)\.md")


class Piece(NamedTuple):
    """What is stored in one go, or a table whose rows are: by its files, or one of rows."""

    name: str
    files: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        return self.name.endswith(".md") or not self.name.startswith("rows/")


def is_export(files: Files) -> bool:
    """Whether this program wrote it."""
    if MANIFEST not in files.names or files.size(MANIFEST) > LARGEST_MANIFEST:
        return False
    try:
        said = json.loads(read(files, MANIFEST, LARGEST_MANIFEST))
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("program") == "Courant"


class Archive:
    def __init__(self, files: Files) -> None:
        """Raises Unreadable."""
        self.files = files
        self.manifest = self.read_manifest()
        self.counterparts = Counterparts(self.manifest["site"])

    def read_manifest(self) -> dict[str, Any]:
        try:
            said = json.loads(read(self.files, MANIFEST, LARGEST_MANIFEST))
            if said["format"] > FORMAT:
                raise Unreadable(_("A newer version of Courant made this. Bring it in with that one."))
            last_ids = {label: int(each["last"]) for label, each in said["rows"].items() if label in tables()}
            return {"site": str(said["site"])[:20], "address": str(said["address"]), "last_ids": last_ids}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unreadable(_("courant.json does not say what this is: %s") % error) from error

    def begin(self) -> None:
        self.counterparts.begin(self.manifest["last_ids"], is_own=origin() == self.manifest["site"])

    @cached_property
    def pieces(self) -> list[Piece]:
        """In the order in which they come back: rows that texts name, texts, and what names these."""
        labels = list(tables())
        place = labels.index("newsletter.Issue")
        before, after = labels[:place], labels[place:]
        return [*self.tables(before), *self.texts(), *self.tables(after)]

    def tables(self, labels: list[str]) -> Iterator[Piece]:
        for label in labels:
            if tables()[label].part and tables()[label].file in self.files.names:
                yield Piece(tables()[label].file, (tables()[label].file,))

    def texts(self) -> Iterator[Piece]:
        folders = defaultdict[str, list[str]](list)
        for name in filter(TEXT.fullmatch, self.files.names):
            folders[str(PurePosixPath(name).parent)].append(name)
        for folder, names in folders.items():
            if f"{folder}/{texts.ISSUE}" in names:
                yield Piece(folder, tuple(names))
            else:
                yield from (Piece(name, (name,)) for name in names)

    def store(self, piece: Piece, since: int = 0) -> Iterator[tuple[Outcome, int]]:
        """Store a piece; a table in several steps, after the line at which it was left. Yields what became of each
        step, and the line after which it goes on."""
        if piece.is_text:
            yield self.store_texts(piece), 0
            return
        declared = next(each for each in tables().values() if each.file == piece.name)
        rows = Rows(declared, self.counterparts, self.bring_file, self.names_before(declared))
        for batch, remarks, last in batches(self.lines(piece.name, since), declared.together):
            outcome = rows.bring(batch)
            outcome.remarks += remarks
            outcome.counts["odd"] += len(remarks)
            yield outcome, last

    def store_texts(self, piece: Piece) -> Outcome:
        try:
            return Texts(self.counterparts, self.document, self.names).bring(piece.files)
        except (ValueError, Odd, *REFUSED) as error:
            remark = Remark("odd", f"{piece.name}: {error.args[-1]}", 1)
            outcome = Outcome(remarks=[remark])
            outcome.counts["odd"] += 1
            return outcome

    def names_before(self, declared: Declared) -> naming.Names:
        """What may be called otherwise, for rows that come after those which are called so."""
        labels = list(tables())
        return self.names if labels.index(declared.label) > labels.index("participation.Poll") else {}

    @cached_property
    def names(self) -> naming.Names:
        """What has another name here, as its own was taken."""
        found = dict[tuple[str, str], str]()
        for model, (_kind, field) in naming.NAMED.items():
            declared = tables()[model._meta.label]
            is_there = declared.file in self.files.names and self.counterparts.floors.get(declared.label)
            for batch, _remarks, _last in batches(self.lines(declared.file, 0), "") if is_there else ():
                there = {
                    line.facts["id"]: str(line.facts.get(field)) for line in batch if is_number(line.facts.get("id"))
                }
                found |= naming.names_here(model, there, self.counterparts)
        return found

    def document(self, name: str) -> str:
        return read(self.files, name, LARGEST_TEXT).decode()

    def lines(self, name: str, since: int) -> Iterator[Line | Remark]:
        damaged = _("“%(name)s” is damaged in the zip file.") % {"name": name}
        with failures_in_words(damaged), self.files.open(name) as file:
            for number in range(1, 2**62):
                content = file.readline(LONGEST_LINE + 1)
                if not content:
                    return
                if number > since:
                    yield as_line(name, number, content)
                while content and not content.endswith(b"\n"):
                    content = file.readline(LONGEST_LINE)

    def bring_file(self, declared: Declared, row: Any) -> None:
        """Store the file that a row names, under its own name where that is free. Raises Odd."""
        for each in declared.files:
            if not (stored := str(getattr(row, each.attname))):
                continue
            ending = PurePosixPath(stored).suffix
            name = f"pictures/{row.name}{ending}" if declared.part == "pictures" else f"files/{stored}"
            if name not in self.files.names:
                raise Odd("no file", _("%s is not in it") % name)
            content = read(self.files, name, MAX_BYTES)
            refuse_harm(content, name)
            if not default_storage.exists(stored) or default_storage.size(stored) != len(content):
                stored = default_storage.save(stored, ContentFile(content))
            setattr(row, each.attname, stored)


def as_line(name: str, number: int, content: bytes) -> Line | Remark:
    try:
        facts = json.loads(content)
    except (ValueError, RecursionError):
        facts = None
    if isinstance(facts, dict):
        return Line(name, number, facts)
    return Remark("not JSON", _("%(file)s: this line is no row") % {"file": name}, number)


def batches(lines: Iterator[Line | Remark], by: str) -> Iterator[tuple[list[Line], list[Remark], int]]:
    """So many rows at once, those that belong together undivided, with lines that are none, and the last line."""
    batch, remarks, last = list[Line](), list[Remark](), 0
    for line in lines:
        if isinstance(line, Remark):
            remarks.append(line)
        elif len(batch) >= PIECE and not (by and line.facts.get(by) == batch[-1].facts.get(by)):
            yield batch, remarks, last
            batch, remarks = [line], []
        else:
            batch.append(line)
        last = line.line if isinstance(line, Remark) else line.number
    if batch or remarks:
        yield batch, remarks, last


def refuse_harm(content: bytes, name: str) -> None:
    """Raise Odd where a picture is none that this program stored, or carries more than a picture does."""
    try:
        with opened(BytesIO(content), name) as image:
            check_limits(image, MAX_MEGAPIXELS_OF_JPEG)
            kind = (image.format or "").lower()
            carries = {"exif", "xmp", "comment", "icc_profile", "photoshop"} & image.info.keys()
            image.load()
    except ValidationError as error:
        raise Odd("odd picture", f"{name}: {' '.join(error.messages)}") from error
    if PurePosixPath(name).suffix.lower() not in {f".{kind}", ".jpg" if kind == "jpeg" else f".{kind}"} or carries:
        raise Odd("odd picture", _("%s is not what this program stores") % name)
