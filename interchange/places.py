"""Where a restored database is made, beside the old one, and how it takes its place in one step."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from interchange.archives import Refused
from interchange.backing_up import make_lasting

COMPANY = "Somebody else uses this database{whom}. Stop `manage.py serve` and `work` first, wherever they run."
SECONDS_TO_LEAVE = 3
SCHEMA = "courant_restoring"
DISCARD = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
#: What a migration may have made, by schema.
OBJECTS = """
    SELECT 'TABLE', quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = %(schema)s::regnamespace
    UNION ALL SELECT 'TEXT SEARCH CONFIGURATION', quote_ident(cfgname) FROM pg_ts_config
        WHERE cfgnamespace = %(schema)s::regnamespace
    UNION ALL SELECT 'TEXT SEARCH DICTIONARY', quote_ident(dictname) FROM pg_ts_dict
        WHERE dictnamespace = %(schema)s::regnamespace
    UNION ALL SELECT 'FUNCTION', format('%%I(%%s)', proname, pg_get_function_identity_arguments(oid)) FROM pg_proc
        WHERE pronamespace = %(schema)s::regnamespace
"""
OTHERS = """
    SELECT COALESCE(string_agg(COALESCE(client_addr::text, 'this machine'), ', '), '') FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


class SQLiteFile:
    """A file beside the other. Nobody waits for the disk before it is complete."""

    def __init__(self) -> None:
        self.path = Path(connection.settings_dict["NAME"])
        self.file = self.path.with_name(f"{self.path.name}.restoring")
        fast = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF"
        options = connection.settings_dict["OPTIONS"] | {"init_command": fast}
        self.settings: dict[str, Any] = {"NAME": str(self.file), "OPTIONS": options}

    @contextmanager
    def fresh(self) -> Iterator[None]:
        self.discard()
        try:
            yield
        finally:
            self.discard()

    def discard(self) -> None:
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else has the database open, and nothing of it lies in a file beside. Raises Refused."""
        connection.close()
        with closing(sqlite3.connect(self.path, timeout=SECONDS_TO_LEAVE, isolation_level=None)) as only:
            try:
                only.execute("PRAGMA journal_mode=DELETE")
                only.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise Refused(COMPANY.format(whom=f" ({error})")) from error
            yield

    def put(self, replaced: list[str]) -> None:
        make_lasting(self.file)
        with self.alone():
            self.file.replace(self.path)
        make_lasting(self.path.parent)


class PostgresSchema:
    """A schema beside the other, from which all moves in one transaction."""

    def __init__(self) -> None:
        options = connection.settings_dict["OPTIONS"]
        path = f"{options.get('options', '')} -c search_path={SCHEMA}".strip()
        self.settings: dict[str, Any] = {"OPTIONS": options | {"options": path}}

    @contextmanager
    def fresh(self) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(DISCARD)
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            try:
                yield
            finally:
                cursor.execute(DISCARD)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else is connected, though who has just left may be seen for a moment. Raises Refused."""
        end = time.monotonic() + SECONDS_TO_LEAVE
        while whom := self.others():
            if time.monotonic() > end:
                raise Refused(COMPANY.format(whom=f" (from {whom})"))
            time.sleep(0.1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            yield

    def others(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            return str(cursor.fetchone()[0])

    def put(self, replaced: list[str]) -> None:
        """The tables that are replaced go, also those that the new database knows no more."""
        with self.alone(), connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            (here,) = cursor.fetchone()
            cursor.execute(OBJECTS, {"schema": SCHEMA})
            objects = cursor.fetchall()
            for kind, name in [*(("TABLE", connection.ops.quote_name(each)) for each in replaced), *objects]:
                cursor.execute(f"DROP {kind} IF EXISTS {here}.{name} CASCADE")
            for kind, name in objects:
                cursor.execute(f"ALTER {kind} {SCHEMA}.{name} SET SCHEMA {here}")


PLACES: dict[str, type[SQLiteFile | PostgresSchema]] = {"sqlite": SQLiteFile, "postgresql": PostgresSchema}
