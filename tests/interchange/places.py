"""Other databases than the one of the tests, for sites that are brought there."""

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import dj_database_url
import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from interchange.tables import connected

ENGINES = ["sqlite", "postgresql"]


SQLITE = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"}}


@contextmanager
def on_disk(folder):
    """SQLite's database of the tests is in memory; `default` is a copy of it."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "courant.sqlite3")) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    with connected(**SQLITE, NAME=str(folder / "courant.sqlite3")):
        yield


@contextmanager
def empty(engine, folder):
    """`default` is a new database of that kind; PostgreSQL where it runs: DATABASE_URL or POSTGRES_URL."""
    if engine == "sqlite":
        with connected(**SQLITE, NAME=str(folder / "restored.sqlite3")):
            yield
        return
    url = os.environ.get("POSTGRES_URL", os.environ.get("DATABASE_URL", ""))
    if not url.startswith("postgres"):
        pytest.skip("needs PostgreSQL: POSTGRES_URL")
    name = f"courant_restored_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        try:
            with connected(**dj_database_url.parse(url) | {"NAME": name, "OPTIONS": {}}):
                yield
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def migrated():
    """A file of SQLite with the tables of today and nothing else, made once."""
    file = Path(mkdtemp()) / "migrated.sqlite3"
    with connected(**SQLITE, NAME=str(file)) as other:
        call_command("migrate", verbosity=0)
        other.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@contextmanager
def site_without_anything(folder):
    """`default` is a database of SQLite as `manage.py migrate` makes it."""
    shutil.copy(migrated(), folder / "without.sqlite3")
    with connected(**SQLITE, NAME=str(folder / "without.sqlite3")):
        yield
