"""What many tests begin with, made once in each process and then put into the database row by row.

Making *Low Tide* takes a hundred queries, and there are a thousand tests that begin with it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

# Rows of scenes have the numbers below, all others those above: a scene may come at any time in a test.
FIRST_NUMBER_OF_OTHERS = 1000

type Rows = dict[str, set[tuple[Any, ...]]]


@dataclass(frozen=True)
class Scene:
    """What was made, and the rows that it is in the database."""

    made: Any
    rows: Rows

    def play(self) -> Any:
        """Put it into the database; returns a copy of what was made."""
        with connection.cursor() as cursor:
            for insert, rows in self.rows.items():
                cursor.executemany(insert, list(rows))
        return deepcopy(self.made)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Nothing that is made meanwhile stays in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def record(build: Callable[..., Any], *given: Any) -> Scene:
    before = contents()
    made = build(*given)
    return Scene(made, {insert: new for insert, rows in contents().items() if (new := rows - before[insert])})


def contents() -> Rows:
    """Every row of every model, by the statement that would insert it."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                columns = [field.column for field in model._meta.local_concrete_fields if not field.generated]
                names = ", ".join(map(connection.ops.quote_name, columns))
                cursor.execute(f"SELECT {names} FROM {model._meta.db_table}")  # noqa: S608
                marks = ", ".join(["%s"] * len(columns))
                found[f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})"] = set(cursor.fetchall())  # noqa: S608
    return found


def keep_numbers_free() -> None:
    """Let SQLite count on above the numbers of scenes, also after somebody flushed it; a sequence of PostgreSQL never
    goes back."""
    if connection.vendor == "sqlite":
        counting = "SELECT name, %s FROM sqlite_master WHERE type = 'table' AND sql LIKE '%%AUTOINCREMENT%%'"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE seq < %s", [FIRST_NUMBER_OF_OTHERS] * 2)
            cursor.execute(
                f"INSERT INTO sqlite_sequence {counting} AND name NOT IN (SELECT name FROM sqlite_sequence)",  # noqa: S608
                [FIRST_NUMBER_OF_OTHERS],
            )
