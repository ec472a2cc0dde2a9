"""A list of addresses as a table: in which letters and with which signs it is written, and its rows."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO, TextIOBase, TextIOWrapper
from itertools import islice
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.csv_files import original
from interchange.lists import letters
from interchange.lists.words import Role, kind_of, words_of

#: In characters: of a line, and of a cell with lines in it.
LONGEST_LINE = 1_000_000
LONGEST_CELL = 100_000
#: How many lines one cell may have: more, and a quote was not closed.
MOST_LINES = 500
#: How many lines are looked at to find out how a file is written, and how many may stand before the headers.
LOOKED_AT, MOST_TITLES = 200, 20
DELIMITERS = ",;\t|"
ADDRESS = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+")
NAMED = re.compile(r"\"?(?P<name>[^<>@\"]*?)\"?\s*<(?P<email>[^<>\s]+@[^<>\s]+)>")
#: One of several addresses in a line, as `"Moor, Ada" <ada@example.org>`.
ONE = re.compile(r"(?:\"[^\"]*\"|[^,;\"])+")
#: What is no text, by its first bytes.
FOREIGN = {
    "zip": (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"),
    "xls": (b"\xd0\xcf\x11\xe0",),
    "json": (b"{", b"["),
    "html": (b"<",),
    "vcard": (b"BEGIN:VCARD",),
    "other": (b"%PDF", b"SQLite format", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf"),
}
REFUSALS = {
    "zip": gettext_lazy(
        "This is an archive (ZIP or the like). Unpack it and bring in the CSV files inside, one by one."
    ),
    "xls": gettext_lazy("This is a spreadsheet. Open it in the program that made it and save it as “CSV (UTF-8)”."),
    "json": gettext_lazy("This is JSON. Export the list as CSV."),
    "html": gettext_lazy("This is a web page or XML. Export the list as CSV; a page cannot be read."),
    "vcard": gettext_lazy("This is an address book (vCard). Export the list as CSV."),
    "other": gettext_lazy("This is no text. Export the list as CSV or as a text file with one address in each line."),
}


class Unreadable(ValueError):
    """This is no list of addresses; the message says why, and in which line."""


@dataclass(frozen=True)
class Layout:
    """How a file is to be read. `headers` as they stand there; for a list without any, made up. `skipped` are lines
    before them. Without a delimiter, each line holds one address or several, with or without names."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    has_headers: bool = True
    skipped: int = 0
    #: Stands before a quote in a cell where it is not doubled.
    escape: str = ""

    @property
    def shape(self) -> str:
        """The same for files that one program wrote: 64 figures, of the headers alone."""
        return sha256("\n".join(map(words_of, self.headers)).encode()).hexdigest()


class RawRow(NamedTuple):
    """`number` counts rows from 1, below the headers; `line` is that of the file in which it begins, from 1."""

    number: int
    line: int
    values: Sequence[str]


class Lines:
    """The lines of a text, counted, of bounded length. `begun` is that in which a row of `layout` begins."""

    def __init__(self, text: TextIOBase) -> None:
        self.text = text
        self.number = 0
        self.begun = 0
        self.layout: Layout | None = None

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(LONGEST_LINE):
            self.number += 1
            if len(line) == LONGEST_LINE:
                raise Unreadable(_("Line %d is longer than a million characters.") % self.number)
            if self.number > self.begun > 0 and self.is_swallowed(line):
                raise Unreadable(unclosed(self.begun))
            yield line.replace("\0", "") if "\0" in line else line

    def is_swallowed(self, line: str) -> bool:
        """Whether a line that stands inside of a cell, as a quote is open, is a row of its own by the look of it."""
        if self.number - self.begun > MOST_LINES:
            return True
        if not self.layout or not self.layout.headers:
            return False
        is_full = line.count(self.layout.delimiter) >= len(self.layout.headers) - 1
        return is_full and bool(ADDRESS.search(line))


def unclosed(line: int) -> str:
    message = _(
        "A quotation mark that opens in line %d is not closed, or another one stands inside. What follows would be "
        "taken for one cell. Correct this line and bring the file in again."
    )
    return message % line


@contextmanager
def text_of(file: BinaryIO, encoding: str) -> Iterator[Lines]:
    file.seek(0)
    text = TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        yield Lines(text)
    finally:
        text.detach()
        file.seek(0)


def look(file: BinaryIO, *, encoding: str = "", delimiter: str = "") -> Layout:
    """Find out how a file is written, but for what is said. Raises Unreadable."""
    refuse_what_is_no_text(file)
    encoding = encoding or letters.guesses(file)[0][0]
    with text_of(file, encoding) as lines:
        head = list(head_of(lines))
    if not any(map(str.strip, head)):
        raise Unreadable(_("The file is empty."))
    said = re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", head[0], re.IGNORECASE)
    start = 1 if said else 0
    delimiter = delimiter or (said[1] if said else delimiter_of(head))
    if not delimiter:
        return Layout(encoding, "", ("name", "email"), has_headers=False)
    escape = "\\" if re.search(r'[^\\]\\"[^,;\t|\r\n]', "".join(head)) else ""
    layout = Layout(encoding, delimiter, (), escape=escape)
    found = table(Lines(StringIO("".join(head[start:]), newline="")), layout, strict=False)
    return layout_of([RawRow(0, start + line, values) for line, values in found], layout)


def head_of(lines: Lines) -> Iterator[str]:
    seen = 0
    for line in islice(lines, LOOKED_AT):
        yield line
        seen += len(line)
        if seen > LONGEST_CELL:
            break


def layout_of(found: Sequence[RawRow], layout: Layout) -> Layout:
    """Find the headers among the first rows."""
    first = next((place for place, row in enumerate(found) if any(map(ADDRESS.search, row.values))), None)
    for row in found[: MOST_TITLES if first is None else min(first, MOST_TITLES)]:
        if Role.EMAIL in [kind_of(header.strip()).role for header in row.values]:
            return with_headers(layout, row)
    if first is None:
        begin = ", ".join(found[0].values[:12])[:200] if found else ""
        raise Unreadable(_("There are no addresses in this file. It begins with: %s") % begin)
    if first and len(found[first - 1].values) == len(found[first].values):
        return with_headers(layout, found[first - 1])
    width = Counter(len(row.values) for row in found[first:]).most_common(1)[0][0]
    skipped = found[first].line - 1
    made_up = tuple(str(number) for number in range(1, width + 1))
    return Layout(layout.encoding, layout.delimiter, made_up, False, skipped, layout.escape)


def with_headers(layout: Layout, row: RawRow) -> Layout:
    headers = [header.strip().lstrip("\ufeff") for header in row.values]
    while len(headers) > 1 and not headers[-1]:
        headers.pop()
    return Layout(layout.encoding, layout.delimiter, tuple(headers), True, row.line - 1, layout.escape)


def delimiter_of(head: Sequence[str]) -> str:
    """That by which most lines fall into equally many cells; none for a list of addresses alone."""
    filled = [line for line in head if line.strip()]
    if all(is_addresses(line) for line in filled):
        return ""
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(filled, delimiter=delimiter) if any(map(str.strip, row)))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        agreeing = count / sum(widths.values()) if width > 1 else 0
        if agreeing > most:
            best, most = delimiter, agreeing
    return best


def is_addresses(line: str) -> bool:
    """Nothing but addresses, each with or without a name before it."""
    return bool(addresses_in(line))


def addresses_in(line: str) -> list[tuple[str, str]]:
    """Names and addresses; none if anything else stands there, which may be a no."""
    found = []
    for part in map(str.strip, ONE.findall(line)):
        if ADDRESS.fullmatch(part):
            found.append(("", part))
        elif named := NAMED.fullmatch(part):
            found.append((named["name"].strip(), named["email"]))
        elif part:
            return []
    return found


def refuse_what_is_no_text(file: BinaryIO) -> None:
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    kind = next((kind for kind, starts in FOREIGN.items() if start.startswith(starts)), "")
    if kind == "html" and re.match(rb"\s*<[^<>\s]+@[^<>\s]+>", head):  # the address of somebody without a name
        kind = ""
    if kind == "zip" and (b"xl/" in head or b"[Content_Types].xml" in head or b"opendocument" in head):
        kind = "xls"
    is_binary = not letters.marked(file) and sum(head.count(each) for each in b"\0\x01\x02\x03\x04\x05\x06") > 16
    if kind or is_binary:
        raise Unreadable(REFUSALS[kind or "other"])


def encodings(file: BinaryIO) -> list[tuple[str, str]]:
    """In which encodings it can be read, the likeliest first, each with a sample line that shows letters beyond
    ASCII: for an editor to choose. One alone where there is no doubt."""
    return letters.guesses(file)


def rows(file: BinaryIO, layout: Layout) -> Iterator[RawRow]:
    """One by one, in constant memory. Raises Unreadable, also in the midst, as at a quote that is never closed."""
    with text_of(file, layout.encoding) as lines:
        for _skipped in islice(lines, layout.skipped):
            pass
        found = table(lines, layout) if layout.delimiter else addresses(lines)
        if layout.has_headers:
            next(found, None)
        for number, (line, values) in enumerate(found, start=1):
            yield RawRow(number, line, values)


def table(lines: Lines, layout: Layout, *, strict: bool = True) -> Iterator[tuple[int, Sequence[str]]]:
    """Cells, with the line in which they begin. `strict` stops at a quote that swallows what follows."""
    escape = layout.escape or None
    read = csv.reader(
        lines, delimiter=layout.delimiter, escapechar=escape, strict=strict, skipinitialspace=layout.delimiter != "\t"
    )
    lines.layout = layout
    lines.begun = lines.number + 1
    try:
        for values in read:
            if any(map(str.strip, values)):
                yield lines.begun, [original(value) if value[:1] == "'" else value for value in values]
            lines.begun = lines.number + 1
    except csv.Error as error:
        raise Unreadable(unclosed(lines.begun)) from error


def addresses(lines: Lines) -> Iterator[tuple[int, Sequence[str]]]:
    """Names and addresses. A line with anything else in it is one row as a whole, which is no address."""
    for line in lines:
        if line.strip():
            for pair in addresses_in(line) or [("", line.strip()[:LONGEST_CELL])]:
                yield lines.number, pair
