"""Migrations of large tables beside people who write: who waits for how long, on PostgreSQL. FAULTS=full: a million
rows in each large table, and nobody waits longer than a second."""

import os
import time
from contextlib import closing
from threading import Event, Thread

import pytest
from django.db import connection

from tests.upgrades import sites

IS_FULL = os.environ.get("FAULTS") == "full"
ROWS = 1_000_000 if IS_FULL else 2_000
#: What must differ in copies of a row, by table; the others of a row are the same in all.
GROWN = {
    "accounts_user": {"email": "'p' || n || '@example.org'"},
    "mailing_subscriber": {"email": "'s' || n || '@example.org'", "user_id": "NULL::bigint"},
    "mailing_delivery": {
        "subscriber_id": "(SELECT max(id) FROM mailing_subscriber) - n + 1",
        "message_id": "'m' || n",
    },
    "mailing_consent": {},
    "comments_comment": {},
}


OWN = "attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'"


def grow(site, table, changed):
    found = site.ask(f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND {OWN}")  # noqa: S608
    columns = [name for (name,) in found]
    values = ", ".join(changed.get(column, f'one."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    one = f"(SELECT * FROM {table} ORDER BY id LIMIT 1) AS one"  # noqa: S608
    site.ask(f"INSERT INTO {table} ({names}) SELECT {values} FROM {one}, generate_series(1, {ROWS}) AS n")  # noqa: S608


def keep_writing(site, table, over, longest):
    with closing(site.connect()) as own:
        while not over.is_set():
            begun = time.monotonic()
            own.execute(f"UPDATE {table} SET id = id WHERE id = (SELECT max(id) FROM {table})")  # noqa: S608
            longest[table] = max(longest[table], time.monotonic() - begun)
            over.wait(0.02)


@pytest.mark.slow
@pytest.mark.enable_socket
def test_nobody_waits_while_large_tables_are_migrated(tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, and each migration of it takes what it takes")
    over, longest = Event(), dict.fromkeys(GROWN, 0.0)
    with sites.site(tmp_path) as site:
        site.run("-m", "tests.upgrades.states", "first")
        for table, changed in GROWN.items():
            grow(site, table, changed)
        writers = [Thread(target=keep_writing, args=(site, table, over, longest)) for table in GROWN]
        for writer in writers:
            writer.start()
        try:
            begun = time.monotonic()
            site.run(
                "-c",
                "import django; django.setup(); from django.core.management import call_command; "
                "from core.operations import patiently; patiently(lambda: call_command('migrate', verbosity=0))",
            )
        finally:
            over.set()
            for writer in writers:
                writer.join()
    waits = ", ".join(f"{table} {seconds:.2f}" for table, seconds in longest.items())
    print(f"\n{ROWS:,} rows each: migrated in {time.monotonic() - begun:.0f} s; longest waits in s: {waits}")  # noqa: T201
    assert not IS_FULL or max(longest.values()) < 1
