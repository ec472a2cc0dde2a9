"""The rows of a list, in a file of their own that is gone afterwards: so memory stays flat, however long the list is.
Of several rows about one address the worst counts, wherever it stands."""

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import NamedTuple

from django.core.exceptions import ValidationError

from interchange.lists.meaning import Line, Mapping, Standing
from interchange.lists.reading import RawRow
from mailing.lists.enrolling import Entrant, Said, clean

#: How many invalid rows, and rows with an unknown word, are told of one by one.
SHOWN = 200
#: After how many rows it is said how far it is.
STEP = 1000
#: Of several rows about one address the first of these counts. What is not known may be a no.
WORST = [Standing.COMPLAINED, Standing.BOUNCED, Standing.LEFT, Standing.UNKNOWN, Standing.ASKED, Standing.ACTIVE]
READ = """
    SELECT number, rank, line, place = 1 FROM (
        SELECT number, rank, line, ROW_NUMBER() OVER (PARTITION BY email ORDER BY rank, number) AS place FROM line
    ) WHERE number > ? ORDER BY number
"""


class Entry(NamedTuple):
    """A row on its way in. Nobody stands in it where it has a word that nobody has explained; of several about one
    address one alone is counted."""

    number: int
    person: Entrant | None
    is_counted: bool


class Spool:
    def __init__(self) -> None:
        self.database = sqlite3.connect("")
        self.database.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, email TEXT, rank INTEGER, line BLOB)")
        self.invalid_count = self.unknown_count = 0
        #: The first of them: number of the row, what stands there for an address, why.
        self.invalid: list[tuple[int, str, str]] = []
        self.unknown: list[tuple[int, str, str]] = []

    def fill(self, rows: Iterable[RawRow], mapping: Mapping) -> Iterator[int]:
        """Yields now and then how many rows there are so far, and at the end."""
        number = 0
        for number, row in enumerate(rows, start=1):
            self.add(row.number, mapping.line(row))
            if not number % STEP:
                yield number
        yield number

    def add(self, number: int, line: Line) -> None:
        try:
            email = clean(line.email)
        except ValidationError as error:
            self.invalid_count += 1
            if len(self.invalid) < SHOWN:
                self.invalid.append((number, line.email[:100], " ".join(error.messages)))
            return
        standing = Standing.UNKNOWN if line.blocked else line.standing
        standing = Standing.ACTIVE if standing == Standing.SILENT else standing
        if standing == Standing.UNKNOWN:
            self.unknown_count += 1
            if len(self.unknown) < SHOWN:
                self.unknown.append((number, email, line.blocked))
        entrant = (email, line.name, line.language, str(standing), line.agreed_at, line.network, line.evidence)
        values = (number, email, WORST.index(standing), pickle.dumps(entrant))
        self.database.execute("INSERT INTO line VALUES (?, ?, ?, ?)", values)

    def pieces(self, size: int, after: int = 0) -> Iterator[list[Entry]]:
        """Those behind the row `after`."""
        for piece in batched(self.database.execute(READ, [after]), size):
            yield [Entry(number, person_of(rank, line), bool(is_counted)) for number, rank, line, is_counted in piece]

    def close(self) -> None:
        self.database.close()


def person_of(rank: int, line: bytes) -> Entrant | None:
    if WORST[rank] == Standing.UNKNOWN:
        return None
    email, name, language, said, *rest = pickle.loads(line)  # noqa: S301 (our own)
    return Entrant(email, name, language, Said(said), *rest)
