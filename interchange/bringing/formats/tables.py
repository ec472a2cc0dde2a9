"""Tables of any length in CSV, record by record."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from interchange.bringing.found import Aside, Files
from newsletter.composing import Unreadable
from newsletter.composing.upload import LARGEST_TEXT

#: Newsletters export whole texts in a field.
csv.field_size_limit(LARGEST_TEXT)
#: More columns than any export has.
MOST_COLUMNS = 500

MOST_ASKED = 50

type Row = Mapping[str, str]


def is_table(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() == ".csv"


def columns(files: Files, name: str) -> set[str]:
    """What the columns of a table are called, in small letters; none where it is no table."""
    with files.open(name) as file:
        first = file.readline(10_000).decode("utf-8-sig", "replace")
    return {column.strip().lower() for column in next(csv.reader([first]), [])}


def found_with(files: Files, wanted: set[str]) -> list[str]:
    """The tables that have these columns."""
    named = [name for name in files.names if is_table(name)]
    return [name for name in named[:MOST_ASKED] if columns(files, name) >= wanted]


def people(files: Files) -> Iterator[Aside]:
    """Lists of subscribers that lie beside the texts."""
    for name in [*found_with(files, {"email"}), *found_with(files, {"email address"})]:
        yield Aside(name, _("Subscribers are no texts. Take them in at the desk, under Subscribers, as a list."))


def rows(files: Files, name: str) -> Iterator[Row]:
    """Each record, by the names of the columns in small letters. Raises Unreadable where one is too large, and what
    follows it."""
    with files.open(name) as file:
        reader = csv.reader(bounded_lines(file))
        try:
            head = [column.strip().lower() for column in next(reader, [])][:MOST_COLUMNS]
            for values in reader:
                yield dict(zip(head, values, strict=False))
        except csv.Error as error:
            message = _("“%(name)s” is no table from line %(line)s on: %(error)s")
            facts = {"name": name, "line": reader.line_num, "error": error}
            raise Unreadable(message % facts) from error


def bounded_lines(file: IO[bytes]) -> Iterator[str]:
    encoding = "utf-8-sig"
    while line := file.readline(LARGEST_TEXT):
        if len(line) == LARGEST_TEXT:
            raise Unreadable(_("A field of this table is larger than 5 MB."))
        yield line.decode(encoding, "replace")
        encoding = "utf-8"
