"""A backup becomes the site: in a fresh place first, which takes the place of what was there once it is complete."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from interchange.archives import KEYS, PICTURES, Manifest, Refused, rows_in, unpack
from interchange.backing_up import Say, make_lasting, stored_pictures
from interchange.places import PLACES
from interchange.tables import ALWAYS_FILLED, GAP, Table, connected, is_newer, migrated

OTHER_KEY = (
    "The backup has another SECRET_KEY than the settings. Take SECRET_KEY out of them: the backup brings its own."
)


def restore(
    path: Path,
    passphrase: str = "",
    *,
    replace: bool = False,
    as_it_was: bool = False,
    say: Say = lambda line: None,
) -> Manifest:
    """Bring back what a backup holds, into a database that is empty or is to be replaced, and let nothing be sent
    until an operator says so. Raises Refused, and has changed nothing then; killed halfway, it has not either. With
    `as_it_was` the tables stay those of the version that made them, for the code of that version."""
    try:
        with staging() as folder:
            place, replaced = PLACES[connection.vendor](), migrated()[1]
            refuse_loss(replaced, replace, say)
            with place.alone():
                say(f"Reading {path}")
            manifest = unpack(path, folder, passphrase)
            refuse_newer(manifest)
            keys = Keys((folder / KEYS).read_text().split("\n"))
            place.begin()
            try:
                with connected(**place.settings), keys.in_use():
                    load(manifest, folder, say)
                    if not as_it_was:
                        call_command("migrate", verbosity=0, interactive=False)
                with pictures_of(manifest, folder, say), keys.known():
                    place.put([table.name for table in replaced])
            finally:
                place.discard()
            remove_other_pictures(manifest)
    except (OSError, DatabaseError) as error:
        raise Refused(f"Nothing was restored: {error}") from error
    return manifest


@contextmanager
def staging() -> Iterator[Path]:
    """An empty folder for this alone, near to where its files will be."""
    folder = settings.DATA_DIR / "restoring"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refused("Another restore is at work here.") from None
    try:
        parts = folder / "parts"
        shutil.rmtree(parts, ignore_errors=True)
        parts.mkdir()
        yield parts
    finally:
        shutil.rmtree(folder)
        os.close(lock)


def refuse_loss(tables: list[Table], replace: bool, say: Say) -> None:
    counts = [(table.model._base_manager.count(), table) for table in tables if table.name not in ALWAYS_FILLED]
    largest = sorted(counts, key=lambda each: -each[0])[:6]
    lost = ", ".join(f"{count:,} {table.model._meta.verbose_name_plural}" for count, table in largest if count)
    if lost and not replace:
        raise Refused(f"There is a site here already. With --replace all of it would be lost: {lost} and more.")
    if lost:
        say(f"What is replaced: {lost} and more")


def refuse_newer(manifest: Manifest) -> None:
    loader = MigrationLoader(None)
    newer = [".".join(key) for key in manifest.migrations if is_newer(key, loader)]
    if newer:
        words = "This backup was made by a newer version of Courant; restore it with that one. Unknown here:"
        raise Refused(f"{words} {', '.join(newer)}.")


def load(manifest: Manifest, folder: Path, say: Say) -> None:
    """Make the tables as they were where the backup was made, and fill them."""
    make_tables(set(manifest.migrations))
    tables = {table.name: table for table in migrated()[1]}
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 - what migrations put there
        for file in sorted((folder / "rows").iterdir()):
            table = tables[file.name.removesuffix(".jsonl.gz")]
            table.load(rows_in(file, nul=connection.vendor == "sqlite"))
            if rows := manifest.members[f"rows/{file.name}"].size:
                say(f"{table.name}: {rows:,} rows")
        for name, last_id in manifest.last_ids.items():
            tables[name].count_from(last_id + GAP)
        connection.check_constraints()


def make_tables(migrations: set[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    plan = [
        (migration, False)
        for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())
        if (migration.app_label, migration.name) in migrations
        or (migration.replaces and migrations.issuperset(migration.replaces))
    ]
    executor.migrate([], plan)


class Keys:
    """What signed the links in all mail, and hashed the addresses that get none."""

    def __init__(self, restored: list[str]) -> None:
        self.restored, self.here = restored, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        self.file = settings.DATA_DIR / "secret.key"
        self.is_ours = self.file.exists() and self.file.read_text().split("\n")[0] == settings.SECRET_KEY
        if not self.is_ours and not set(restored) <= set(self.here):
            raise Refused(OTHER_KEY)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        keys = self.restored if self.is_ours else self.here
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = keys[0], keys[1:]
        try:
            yield
        finally:
            settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = self.here[0], self.here[1:]

    @contextmanager
    def known(self) -> Iterator[None]:
        """Whichever database is in its place, its keys are known."""
        self.store([*self.here, *self.restored])
        try:
            yield
        except BaseException:
            self.store(self.here)
            raise
        self.store(self.restored)

    def store(self, keys: list[str]) -> None:
        if self.is_ours:
            part = self.file.with_name("secret.key.part")
            part.unlink(missing_ok=True)
            with open(part, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write("\n".join(dict.fromkeys(keys)))
            make_lasting(part)
            part.replace(self.file)
            make_lasting(self.file.parent)


class Staged(File):
    """A disk takes it over, where it would copy others."""

    def temporary_file_path(self) -> Any:
        return self.name


@contextmanager
def pictures_of(manifest: Manifest, folder: Path, say: Say) -> Iterator[None]:
    """They stand beside those that are there. If what follows fails, they go again."""
    present, added = set(stored_pictures()), []
    try:
        for name in manifest.pictures:
            with Staged((folder / PICTURES / name).open("rb")) as file:
                if name in present and default_storage.size(name) == file.size:
                    continue
                default_storage.delete(name)
                added.append(default_storage.save(name, file))
        say(f"pictures: {len(manifest.pictures):,}")
        yield
    except BaseException:
        for name in set(added) - present:
            default_storage.delete(name)
        raise


def remove_other_pictures(manifest: Manifest) -> None:
    """Those of the site that was replaced."""
    if manifest.pictures:
        for name in set(stored_pictures()) - set(manifest.pictures):
            default_storage.delete(name)
