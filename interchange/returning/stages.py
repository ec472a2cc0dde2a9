"""The stages of an import of this program's own export: see `interchange.bringing.stages`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.rich_text import Unreadable
from interchange.bringing import opening
from interchange.bringing.found import Files
from interchange.models import Import, Imported
from interchange.returning.archive import Archive, Piece, is_export
from interchange.returning.rows import Outcome, Remark
from interchange.taking import texts
from interchange.taking.declared import tables

NAME = "Courant"
#: Remarks of one piece that are kept one by one.
MOST_REMARKS = 200
#: What becomes of rows, in words.
BECAME = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "same": gettext_lazy("as they were"),
    "there": gettext_lazy("here before"),
    "left": gettext_lazy("left out, as what they belong to was here before"),
    "erased": gettext_lazy("left out, as they were erased here"),
    "odd": gettext_lazy("left out, as they do not fit"),
}
State = Imported.State


def plan(brought: Import, files: Files) -> Iterator[int]:
    """A row for each piece."""
    archive = Archive(files)
    done = set(brought.documents.values_list("key", flat=True))
    brought.format = NAME
    for number, piece in enumerate(archive.pieces, start=1):
        if key(archive, piece) not in done:
            facts = facts_of(archive, piece)
            Imported.objects.create(
                of=brought, position=number, key=key(archive, piece), name=piece.name[:500], facts=facts
            )
        yield number
    brought.save(update_fields=["format"])


def key(archive: Archive, piece: Piece) -> str:
    return f"courant:{archive.manifest['site']}:{piece.name}"[:500]


def facts_of(archive: Archive, piece: Piece) -> dict[str, Any]:
    found: dict[str, Any] = {"outlook": "new", "from": {}, "remote": [], "addresses": [], "pictures": 0, "comments": 0}
    if not piece.is_text:
        declared = next(each for each in tables().values() if each.file == piece.name)
        return found | {"title": capfirst(str(declared.model._meta.verbose_name_plural))}
    name = next((each for each in piece.files if each.endswith(f"/{texts.ISSUE}")), piece.files[0])
    try:
        said, _text = texts.read(archive.document(name))
    except (ValueError, Unreadable):
        return found | {"title": name}
    inside = [each for each in piece.files if not each.endswith((f"/{texts.ISSUE}", f"/{texts.CLOSING}"))]
    is_issue = name.endswith(f"/{texts.ISSUE}")
    return found | {
        "kind": "issue" if is_issue else "article",
        "title": str(said.get("title", "")),
        "number": said.get("number") if isinstance(said.get("number"), int) else None,
        "date": said["date"].isoformat() if hasattr(said.get("date"), "isoformat") else None,
        "slug": str(said.get("slug", "")),
        "articles": len(inside) if is_issue else 0,
        "is_draft": bool(said.get("draft")),
    }


def go_on(brought: Import, files: Files) -> Iterator[Imported]:
    """Store what is planned, and yield each piece that was stored. Of tables, so many rows in one go."""
    archive = Archive(files)
    archive.begin()
    pieces = {key(archive, piece): piece for piece in archive.pieces}
    for row in brought.documents.filter(state=State.PLANNED):
        if piece := pieces.get(row.key):
            for outcome, last in archive.store(piece, row.made.get("line", 0)):
                note(row, outcome, last)
        settle(row)
        yield row


def note(row: Imported, outcome: Outcome, last: int) -> None:
    """How far it is, and what came of it."""
    counts = Counter(row.made.get("counts", {})) + outcome.counts
    row.made = {"line": last, "counts": dict(counts)}
    row.remarks = [*row.remarks, *(as_row(each) for each in outcome.remarks)][:MOST_REMARKS]
    row.save(update_fields=["made", "remarks"])


def settle(row: Imported) -> None:
    counts = row.made.get("counts", {})
    is_refused = counts.get("odd") and not counts.keys() & {"new", "same", "there"}
    row.state = (
        State.REFUSED
        if is_refused
        else State.MADE
        if counts.get("new")
        else State.CHANGED
        if counts.get("changed")
        else State.SAME
    )
    row.save(update_fields=["state"])


def as_row(remark: Remark) -> list[Any]:
    return [remark.kind, remark.words, remark.line]


def bring(path: Path, *, dry_run: bool) -> Iterator[str] | None:
    """From the command line, without anything to choose: the report line by line; None where this is no export of this
    program. Raises Unreadable."""
    with opening.opened(path) as files:
        if not is_export(files):
            return None
    return report(path, dry_run=dry_run)


def report(path: Path, *, dry_run: bool) -> Iterator[str]:
    with opening.opened(path) as files:
        archive, total, remarks = Archive(files), Counter[str](), Counter[str]()
        yield _("%(file)s: an export of %(site)s") % {"file": path.name, "site": archive.manifest["address"]}
        if not dry_run:
            archive.begin()
        for piece in archive.pieces:
            if dry_run:
                yield piece.name
                continue
            found = Outcome()
            for outcome, _last in archive.store(piece):
                found.add(outcome)
            yield f"{piece.name}: {in_words(found.counts)}"
            yield from (f"  ! {each.words} ({each.line})" for each in found.remarks[:MOST_REMARKS])
            total += found.counts
            remarks += Counter(each.kind for each in found.remarks)
        number = sum(remarks.values())
        left = ngettext("%d remark.", "%d remarks.", number) % number
        yield _("Nothing was stored.") if dry_run else f"{in_words(total)}. {left}"


def in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{number:,} {BECAME[what]}" for what, number in counts.items() if number) or "0"
