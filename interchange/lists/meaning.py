"""What the columns and words of a list mean. What is not known never means that somebody subscribes: it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from interchange.lists.reading import Layout, RawRow


class Role(StrEnum):
    """What a column is used for; UNKNOWN is asked."""

    UNKNOWN = ""
    IGNORED = "ignored"
    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    LANGUAGE = "language"
    AGREED = "agreed"
    NETWORK = "network"
    EVIDENCE = "evidence"
    #: Each of its values says something of whether they get mail, also `true`, a date, or nothing.
    STANDING = "standing"


class Standing(StrEnum):
    """What a value says of an address, the worst first: of several the worst counts. UNKNOWN is asked."""

    UNKNOWN = ""
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    LEFT = "left"
    ASKED = "asked"
    ACTIVE = "active"
    #: Nothing either way.
    SILENT = "silent"


class DateForm(StrEnum):
    """In which order a column writes days; UNKNOWN is asked."""

    UNKNOWN = ""
    ISO = "iso"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    UNIX = "unix"


class Line(NamedTuple):
    """A row as it is understood. `blocked` says why it cannot be taken in yet: a word that nobody has explained."""

    email: str
    name: str = ""
    language: str = ""
    standing: Standing = Standing.UNKNOWN
    agreed_at: datetime | None = None
    network: str = ""
    evidence: str = ""
    blocked: str = ""


@dataclass
class Survey:
    """What stands in a file: of each column some samples, and of those that may tell a standing each value with its
    count. Made in one reading, in bounded memory."""

    rows: int = 0
    samples: dict[int, list[str]] = field(default_factory=dict)
    #: By column: value → how many rows; of a column with too many values, none.
    values: dict[int, dict[str, int]] = field(default_factory=dict)


@dataclass
class Mapping:
    """How to read a file and what its columns and words mean. Kept as JSON, and for the next file of that shape."""

    layout: Layout
    roles: list[Role]
    #: By column: value as it stands there, in small letters → what it means.
    words: dict[int, dict[str, Standing]] = field(default_factory=dict)
    dates: dict[int, DateForm] = field(default_factory=dict)

    def open_questions(self) -> list[Any]:
        """What an editor must still say: columns, words, orders of dates. Rows are blocked that need an answer."""
        raise NotImplementedError

    def line(self, row: RawRow) -> Line:
        """Raises nothing: what is wrong with a row stands in it."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        raise NotImplementedError


def survey(rows: Sequence[RawRow], layout: Layout) -> Survey:
    raise NotImplementedError


def guess(layout: Layout, found: Survey, remembered: Mapping | None = None) -> Mapping:
    """What is known of programs' exports, over what an editor has said of a file of this shape before."""
    raise NotImplementedError
