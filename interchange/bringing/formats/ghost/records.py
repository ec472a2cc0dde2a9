"""The records of an export one by one: it is JSON, which would otherwise stand in memory as a whole."""

import re
from collections.abc import Collection, Iterator
from typing import IO, Any

import ijson
from django.utils.translation import gettext as _
from ijson.common import ObjectBuilder

from newsletter.composing import Unreadable
from newsletter.composing.upload import LARGEST_TEXT

#: No export is nested like that.
DEEPEST = 40
#: HTML and the same once more as the editor of Ghost keeps it.
LONGEST_STRING = 2 * LARGEST_TEXT
ESCAPED = re.compile(rb"\\.", re.DOTALL)

type Record = dict[str, Any]


class Bounded:
    """A file that refuses to hold a string without end."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.since_quote = file, 0

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        last = ESCAPED.sub(b"..", chunk).rfind(b'"')
        self.since_quote = len(chunk) - last if last >= 0 else self.since_quote + len(chunk)
        if self.since_quote > LONGEST_STRING:
            raise Unreadable(_("A text of this export is larger than 10 MB."))
        return chunk


def records(file: IO[bytes], tables: Collection[str]) -> Iterator[tuple[str, Record]]:
    """Those of some tables, which lie below `data`. Raises Unreadable where it is damaged, or would harm."""
    path: list[str] = []
    builder: ObjectBuilder | None = None
    try:
        for event, value in ijson.basic_parse(Bounded(file), use_float=True):
            if event == "map_key":
                path[-1] = value
            elif event in {"end_map", "end_array"}:
                path.pop()
            if builder is None and event == "start_map" and is_record(path, tables):
                builder, base = ObjectBuilder(), len(path)
            if builder:
                builder.event(event, value)
            if event in {"start_map", "start_array"}:
                path.append("")
            if builder and event == "end_map" and len(path) == base:
                yield path[-2], builder.value
                builder = None
            if len(path) > DEEPEST:
                raise Unreadable(_("This file is nested more deeply than any export."))
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
        message = _("The export is damaged, or not complete: %(error)s")
        raise Unreadable(message % {"error": str(error).splitlines()[0]}) from error


def is_record(path: list[str], tables: Collection[str]) -> bool:
    """Whether a place is `data.TABLE[]` or `db[].data.TABLE[]`. A list has no key: it stands as an empty one."""
    return (
        path[-1:] == [""] and path[-2:-1] != [] and path[-2] in tables and path[:-2] in (["data"], ["db", "", "data"])
    )
