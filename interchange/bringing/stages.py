"""What is done with an import, stage by stage: by the command at once, from the admin by the worker.

Whoever calls these has the import to itself (`interchange.bringing.working`). Each may be killed at any point, and is
then called again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import batched
from pathlib import Path

from django.core.files.storage import default_storage

from interchange.bringing import opening, planning, recognising, storing, telling
from interchange.bringing.found import Files
from interchange.bringing.taking_back import Fate as Fate
from interchange.bringing.taking_back import fates as fates
from interchange.bringing.taking_back import take_back as take_back
from interchange.models import Import, Imported
from interchange.returning import stages as returning
from interchange.returning.archive import is_export

#: So many rows are stored in one go.
PIECE = 50


@contextmanager
def opened(brought: Import, path: Path | None = None) -> Iterator[Files]:
    """What was uploaded, or what lies at a path of this machine. Raises Unreadable, or FileNotFoundError where an
    upload is no longer kept."""
    if path:
        with opening.opened(path) as files:
            yield files
        return
    with default_storage.open(brought.upload) as upload, opening.opened(upload, brought.name) as files:
        yield files


def plan(brought: Import, path: Path | None = None) -> Iterator[int]:
    """Read the archive (at `path`, else `brought.upload` in the default storage) and store an `Imported` for each
    document; yields how many there are now, so that progress can be shown and whoever calls can stop. Begins anew if
    it is called again, but for what was stored already. Sets `brought.format`, not `brought.state`. Raises Unreadable,
    in words for the editor."""
    unsettled = brought.documents.filter(state__in=[Imported.State.PLANNED, Imported.State.REFUSED])
    unsettled.delete()
    done = set(brought.documents.values_list("key", flat=True))
    count = len(done)
    with opened(brought, path) as files:
        if is_export(files):
            yield from returning.plan(brought, files)
            return
        format = recognising.recognise(files)  # noqa: A001 - the trade's word
        brought.format = format.name
        for rows in batched(planning.rows(brought, files, format), PIECE):
            new = [row for row in rows if row.key not in done]
            Imported.objects.bulk_create(new)
            count += len(new)
            yield count
    settle(brought)
    brought.save(update_fields=["format", "asides"])


def settle(brought: Import) -> None:
    rows = list(brought.documents.select_related("issue", "article"))
    planning.settle(brought, rows)
    for piece in batched(rows, PIECE):  # as `bulk_update` prepares all of its batches before the first
        Imported.objects.bulk_update(piece, ["facts", "remarks", "state"])


def go_on(brought: Import, path: Path | None = None) -> Iterator[int]:
    """Store the documents that are PLANNED one by one, all or nothing each, and yield how many were stored after each.
    A document that fails becomes REFUSED, with the reason as its last remark."""
    with opened(brought, path) as files:
        if is_export(files):
            yield from (number for number, _row in enumerate(returning.go_on(brought, files), start=1))
            return
        found = recognising.recognise(files)
        yield from (number for number, _row in enumerate(storing.store_all(brought, files, found), start=1))


def report(brought: Import) -> Iterator[str]:
    """The plan, or what came of it, line by line, as plain text."""
    return telling.report(brought, brought.documents.iterator(chunk_size=PIECE))
