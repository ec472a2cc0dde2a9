"""Tables as CSV that spreadsheets can open without harm, row by row as they are read."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

#: What makes a cell a formula in some spreadsheet (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: The rows that are fetched at once.
PIECE = 2000


def harmless(value: Any) -> str:
    """A value as the text of a cell: what would be a formula gets an apostrophe before it; see `original`."""
    text = value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def original(text: str) -> str:
    """What `harmless` was given, as far as it was text."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(headers: Iterable[str], rows: QuerySet) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(headers)
    for row in rows.iterator(chunk_size=PIECE):
        yield writer.writerow(map(harmless, row))


def download(name: str, headers: Sequence[str], rows: QuerySet) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(headers, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
