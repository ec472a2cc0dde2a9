"""A list of addresses as a table: in which letters and with which signs it is written, and its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple


class Unreadable(ValueError):
    """This is no list of addresses; the message says why, and in which line."""


@dataclass(frozen=True)
class Layout:
    """How a file is to be read. `headers` as they stand there; for a list without any, made up. `skipped` are lines
    before them."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    has_headers: bool = True
    skipped: int = 0

    @property
    def shape(self) -> str:
        """The same for files that one program wrote: 64 figures, of the headers alone."""
        raise NotImplementedError


class RawRow(NamedTuple):
    """`number` counts rows from 1, below the headers; `line` is that of the file in which it begins, from 1."""

    number: int
    line: int
    values: Sequence[str]


def look(file: BinaryIO, *, encoding: str = "", delimiter: str = "") -> Layout:
    """Find out how a file is written, but for what is said. Raises Unreadable."""
    raise NotImplementedError


def encodings(file: BinaryIO) -> list[tuple[str, str]]:
    """In which encodings it can be read, the likeliest first, each with a sample line that shows letters beyond
    ASCII: for an editor to choose. One alone where there is no doubt."""
    raise NotImplementedError


def rows(file: BinaryIO, layout: Layout) -> Iterator[RawRow]:
    """One by one, in constant memory. Raises Unreadable, also in the midst, as at a quote that is never closed."""
    raise NotImplementedError
