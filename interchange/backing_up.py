"""The whole site is written into one file while it is used."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile

import pyrage
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg import IsolationLevel

from core.storage import names_in
from interchange.archives import KEYS, PICTURES, Manifest, Refused, Writer, line, sealed
from interchange.tables import TRANSIENT, connected, migrated

#: A transaction that sees one moment, and keeps nobody from writing meanwhile.
SNAPSHOT = {
    "sqlite": {"transaction_mode": "DEFERRED"},
    "postgresql": {"isolation_level": IsolationLevel.REPEATABLE_READ},
}
#: Folders of what is on its way: uploads that wait for somebody to decide, exports.
PASSING = ("composing/", "bringing/", "taking/")
#: Stands between the keys of a site in `secret.key`, the one of today first.
BETWEEN = "\n\n"

Say = Callable[[str], object]


def silent(words: str) -> None:
    pass


def write(path: Path, passphrase: str = "", *, pictures: bool = True, say: Say = silent) -> Manifest:
    """Put all rows as they are at one moment, the pictures that they show and the keys into a file that only its owner
    may read, encrypted where there is a passphrase. What stood there before stays until it is complete. Raises
    Refused."""
    try:
        with being_written(path) as file, sealed(file, passphrase) as sink, ZipFile(sink, "w") as new:
            archive = Writer(new)
            if pictures:
                add_pictures(archive, say)
            manifest = add_rows(archive, say)
            if pictures:  # that came while the others were written
                add_pictures(archive, say)
            archive.add(KEYS, [BETWEEN.join([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]).encode()])
            archive.end(manifest)
    except (OSError, pyrage.EncryptError, DatabaseError) as error:
        raise Refused(f"No backup was made: {error}") from error
    return manifest


@contextmanager
def being_written(path: Path) -> Iterator[IO[bytes]]:
    """A file beside, which takes the place of the other once it is complete and on the disk."""
    part = path.with_name(f"{path.name}.part")
    with open(part, "r+b", opener=lambda name, _flags: os.open(name, os.O_RDWR | os.O_CREAT, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            file.truncate()
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink()
            raise
    make_lasting(path.parent)


def make_lasting(path: Path) -> None:
    """A file, or what a folder says of its files, outlives a power failure."""
    opened = os.open(path, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


def add_rows(archive: Writer, say: Say) -> Manifest:
    options = connection.settings_dict["OPTIONS"] | SNAPSHOT[connection.vendor]
    with connected(OPTIONS=options, DISABLE_SERVER_SIDE_CURSORS=False), transaction.atomic():
        migrations, tables = migrated()
        manifest = Manifest(timezone.now().isoformat(), connection.vendor, migrations)
        for table in tables:
            if table.name not in TRANSIENT:
                archive.add(f"rows/{table.name}.jsonl", map(line, chain([table.columns], table.rows())))
                manifest.rows[table.name] = table.read
                say(f"{table.name}: {table.read:,} rows")
            if table.counted:
                manifest.last_ids[table.name] = table.last_id()
    return manifest


def add_pictures(archive: Writer, say: Say) -> None:
    """All that are not in it yet. What is deleted meanwhile is left out, and what is kept for some days alone."""
    lasting = (name for name in names_in(default_storage) if not name.startswith(PASSING))
    fresh = [name for name in lasting if f"{PICTURES}{name}" not in archive.hashes]
    for number, name in enumerate(fresh, start=1):
        with suppress(FileNotFoundError), default_storage.open(name) as file:
            archive.add(f"{PICTURES}{name}", file.chunks(), ZIP_STORED)
        if not number % 1000 or number == len(fresh):
            say(f"pictures: {number:,} of {len(fresh):,}")
