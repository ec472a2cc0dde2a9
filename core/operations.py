"""What migrations of tables that are large already do, so that nobody waits for them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import OperationalError, connection, migrations

#: So long a migration waits for a table, and everybody behind it; then it lets them pass and begins again.
LOCK_TIMEOUT = "800ms"
ATTEMPTS, PAUSE_SECONDS = 60, 2


def patiently(migrate: Callable[[], object]) -> None:
    """Migrate without a long wait of others: PostgreSQL lets everybody queue behind who waits for a whole table. What
    an attempt has done stays done; the migration that could not have its table begins anew."""
    if connection.vendor != "postgresql":
        migrate()
        return
    for attempt in range(ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            migrate()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03" or attempt == ATTEMPTS - 1:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            break
        finally:
            connection.close()


@contextmanager
def beside_others() -> Iterator[None]:
    """For what waits itself while nobody waits for it."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), set_config('lock_timeout', '0', false)")
        (usual, _now) = cursor.fetchone()
        yield
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [usual])


class AddIndex(AddIndexConcurrently):
    """PostgreSQL builds the index while others read and write. The migration says `atomic = False`.

    It can be run again after it was killed: whatever has the index's name is replaced.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        is_concurrent = schema_editor.connection.vendor == "postgresql"
        drop = "DROP INDEX CONCURRENTLY IF EXISTS" if is_concurrent else "DROP INDEX IF EXISTS"
        add = super().database_forwards if is_concurrent else self.add_at_once
        with beside_others():
            schema_editor.execute(f"{drop} {schema_editor.quote_name(self.index.name)}")
            add(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)

    def add_at_once(self, *args: Any) -> None:
        migrations.AddIndex.database_forwards(self, *args)


#: All three characters that follow each other in a text, without regard to capitals; the last ones are shorter. It is
#: said to be dear so that no plan does without the index.
GRAMS = """
CREATE OR REPLACE FUNCTION courant_grams(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
AS $$
    SELECT COALESCE(array_to_tsvector(array_agg(DISTINCT gram)), '') FROM (
        SELECT a || COALESCE(lead(a) OVER following, '') || COALESCE(lead(a, 2) OVER following, '') AS gram
        FROM unnest(string_to_array(upper(words), NULL)) WITH ORDINALITY AS letters (a, place)
        WINDOW following AS (ORDER BY place)
    ) AS grams
$$
"""


def add_grams(table: str, *columns: str) -> migrations.RunPython:
    """The index that `core.grams` asks. FTS5 leaves shorter grams out, so texts end with line breaks there. A later
    migration that alters the table on SQLite loses the triggers and has to do this again. The migration says
    `atomic = False`."""
    index = f"{table}_grams"
    texts, new, old = (" || '\n' || ".join(f"{row}{column}" for column in columns) for row in ("", "new.", "old."))
    add = f"INSERT INTO {index} (rowid, words) VALUES (new.id, {new} || '\n\n');"  # noqa: S608
    remove = f"INSERT INTO {index} ({index}, rowid, words) VALUES ('delete', old.id, {old} || '\n\n');"  # noqa: S608
    triggers = {"added": ("INSERT", add), "changed": (f"UPDATE OF {', '.join(columns)}", remove + add)}
    triggers["removed"] = ("DELETE", remove)
    back = {
        "postgresql": [f"DROP INDEX CONCURRENTLY IF EXISTS {index}"],
        "sqlite": [
            *(f"DROP TRIGGER IF EXISTS {index}_{name}" for name in triggers),
            f"DROP TABLE IF EXISTS {index}_terms",
            f"DROP TABLE IF EXISTS {index}",
        ],
    }
    there = {
        "postgresql": [GRAMS, f"CREATE INDEX CONCURRENTLY {index} ON {table} USING gin (courant_grams({texts}))"],
        "sqlite": [
            f"CREATE VIRTUAL TABLE {index} USING fts5 (words, content='', detail=none, tokenize='trigram')",
            f"CREATE VIRTUAL TABLE {index}_terms USING fts5vocab ({index}, instance)",
            f"INSERT INTO {index} (rowid, words) SELECT id, {texts} || '\n\n' FROM {table}",  # noqa: S608
            *(
                f"CREATE TRIGGER {index}_{name} AFTER {at} ON {table} BEGIN {do} END"
                for name, (at, do) in triggers.items()
            ),
        ],
    }

    def run(*statements: dict[str, list[str]]) -> Any:
        def execute(_apps: Any, editor: Any) -> None:
            with beside_others():
                for statement in chain.from_iterable(each[editor.connection.vendor] for each in statements):
                    editor.execute(statement, params=None)

        return execute

    return migrations.RunPython(run(back, there), run(back))
