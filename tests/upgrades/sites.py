"""A site of its own for a test, run by commands as operators run it, on the database of the tests."""

import os
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
URL = os.environ.get("DATABASE_URL", "")


class Site:
    def __init__(self, folder, url=""):
        self.folder, self.url = folder, url
        names = {
            "DATA_DIR": str(folder),
            "SECRET_KEY": "k" * 50,
            "DATABASE_URL": url or f"sqlite:///{folder}/site.sqlite3",
        }
        self.environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.environment |= names | {"DJANGO_SETTINGS_MODULE": "site_project.settings", "LOG_LEVEL": "ERROR"}

    def run(self, *words, fails=False):
        """What a command prints; of one that is to fail, what it says why."""
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)  # noqa: S603
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    def connect(self):
        if self.url:
            return psycopg.connect(self.url, autocommit=True)
        return sqlite3.connect(self.folder / "site.sqlite3", timeout=30, isolation_level=None)

    def ask(self, statement):
        with closing(self.connect()) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    @contextmanager
    def read_meanwhile(self, statements):
        """As processes of the older version do; yields the longest time of each, and how many there were."""
        over, longest, count = Event(), dict.fromkeys(statements, 0.0), [0]

        def read():
            with closing(self.connect()) as connection:
                while not over.is_set():
                    for statement in statements:
                        begun = time.monotonic()
                        connection.execute(statement).fetchall()
                        longest[statement] = max(longest[statement], time.monotonic() - begun)
                        count[0] += 1
                    over.wait(0.01)

        failed = []
        thread = Thread(target=lambda: run_and_tell(read, failed))
        thread.start()
        try:
            yield longest, count
        finally:
            over.set()
            thread.join()
        assert failed == []


def run_and_tell(work, failed):
    try:
        work()
    except Exception as error:
        failed.append(error)


@contextmanager
def site(folder):
    if not URL:
        yield Site(folder)
        return
    name = f"upgrade_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(URL, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield Site(folder, urlunsplit(urlsplit(URL)._replace(path=f"/{name}")))
    finally:
        with psycopg.connect(URL, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
