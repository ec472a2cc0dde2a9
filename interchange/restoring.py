"""A backup becomes the site: in a fresh place first, which takes the place of what was there once it is complete."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from core import standing
from core.storage import names_in
from interchange import remembering
from interchange.archives import KEYS, PICTURES, Manifest, Refused, lines_of, opened
from interchange.backing_up import BETWEEN, Say, being_written, silent
from interchange.places import PLACES
from interchange.tables import ALWAYS_FILLED, GAP, Table, connected, is_newer, migrated

#: Of what would be lost.
TOLD_FIRST = {"newsletter_issue", "newsletter_article", "comments_comment", "mailing_subscriber", "accounts_user"}


def restore(
    path: Path, passphrase: str = "", *, replace: bool = False, as_it_was: bool = False, say: Say = silent
) -> Manifest:
    """Bring back what a backup holds, into a database that is empty or is to be replaced, and let nothing be sent
    until an operator says so. Raises Refused, and has changed nothing then; killed halfway, it has not either. With
    `as_it_was` the tables stay those of the version that made them, for the code of that version."""
    try:
        with one_at_a_time():
            place, (applied, replaced) = PLACES[connection.vendor](), migrated()
            refuse_loss(replaced, replace, say)
            if any(app == "interchange" for app, _name in applied):
                remembering.write_down()  # what people took back since a worker did
            with place.alone():
                say(f"Reading {path}")
            with path.open("rb") as file, opened(file, passphrase) as (archive, manifest):
                refuse_newer(manifest)
                keys = archive.read(KEYS).decode().split(BETWEEN)
                with place.fresh(), pictures_of(archive, manifest, say):
                    with connected(**place.settings), signing_with(keys):
                        load(archive, manifest, say)
                        if not as_it_was:
                            bring_up_to_date(path, manifest, say)
                    with known(keys):
                        place.put([table.name for table in replaced])
            remove_other_pictures(manifest)
    except (OSError, DatabaseError) as error:
        raise Refused(f"Nothing was restored: {error}") from error
    return manifest


@contextmanager
def one_at_a_time() -> Iterator[None]:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    here = os.open(settings.DATA_DIR, os.O_RDONLY)
    try:
        fcntl.flock(here, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused("Another restore is at work here.") from None
    finally:
        os.close(here)


def refuse_loss(tables: list[Table], replace: bool, say: Say) -> None:
    counts = [(table.model._base_manager.count(), table) for table in tables if table.name not in ALWAYS_FILLED]
    told = sorted(filter(itemgetter(0), counts), key=lambda each: (each[1].name not in TOLD_FIRST, -each[0]))
    lost = ", ".join(f"{count:,} {table.model._meta.verbose_name_plural}" for count, table in told[:6])
    if lost and not replace:
        raise Refused(f"There is a site here already. With --replace all of it would be lost: {lost} and more.")
    if lost:
        say(f"What is replaced: {lost} and more")


def refuse_newer(manifest: Manifest) -> None:
    loader = MigrationLoader(None)
    newer = [".".join(key) for key in manifest.migrations if is_newer(tuple(key), loader)]
    if newer:
        words = "This backup was made by a newer version of Courant; restore it with that one. Unknown here:"
        raise Refused(f"{words} {', '.join(newer)}.")


def load(archive: ZipFile, manifest: Manifest, say: Say) -> None:
    """Make the tables as they were where the backup was made, and fill them."""
    make_tables({(app, name) for app, name in manifest.migrations})
    tables = {table.name: table for table in migrated()[1]}
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 - what migrations put there
        for name, rows in manifest.rows.items():
            tables[name].load(lines_of(archive, f"rows/{name}.jsonl", nul=connection.vendor == "sqlite"))
            say(f"{name}: {rows:,} rows")
        for name, last_id in manifest.last_ids.items():
            tables[name].count_from(last_id + GAP)
        connection.check_constraints()


def bring_up_to_date(path: Path, manifest: Manifest, say: Say) -> None:
    """To the tables of today, and to what people took back since."""
    call_command("migrate", verbosity=0, interactive=False)
    standing.hold(f"restored from a backup of {manifest.moment}")
    again = remembering.apply(datetime.fromisoformat(manifest.made_at), path.parent)
    words = ", ".join(f"{count:,} {what}" for what, count in again.items() if count)
    say(f"Taken back by people since the backup, and done again: {words or 'nothing'}")


def make_tables(migrations: set[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    plan = [
        (migration, False)
        for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())
        if (migration.app_label, migration.name) in migrations
        or (migration.replaces and migrations.issuperset(migration.replaces))
    ]
    executor.migrate([], plan)


@contextmanager
def signing_with(keys: list[str]) -> Iterator[None]:
    here = settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = keys[0], [*keys[1:], here[0], *here[1]]
    try:
        yield
    finally:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = here


@contextmanager
def known(keys: list[str]) -> Iterator[None]:
    """The site's key, and those of the backup, are both known as long as either database may be in its place."""
    file, here = settings.DATA_DIR / "secret.key", [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    before = file.read_bytes() if file.exists() else b""
    if set(keys) <= set(here):
        yield
        return
    store(file, [*here, *keys])
    try:
        yield
    except BaseException:
        file.write_bytes(before) if before else file.unlink()
        raise
    store(file, keys)


def store(file: Path, keys: list[str]) -> None:
    with being_written(file) as fresh:
        fresh.write(BETWEEN.join(dict.fromkeys(keys)).encode())


@contextmanager
def pictures_of(archive: ZipFile, manifest: Manifest, say: Say) -> Iterator[None]:
    """They stand beside those that are there. If what follows fails, they go again."""
    present, added = set(names_in(default_storage)), set[str]()
    try:
        for name in manifest.pictures:
            size = archive.getinfo(f"{PICTURES}{name}").file_size
            if name not in present or default_storage.size(name) != size:
                default_storage.delete(name)
                with archive.open(f"{PICTURES}{name}") as content:
                    added.add(default_storage.save(name, File(content)))
        say(f"pictures: {len(manifest.pictures):,}")
        yield
    except BaseException:
        for name in added - present:
            default_storage.delete(name)
        raise


def remove_other_pictures(manifest: Manifest) -> None:
    """Those of the site that was replaced."""
    if manifest.pictures:
        for name in set(names_in(default_storage)) - set(manifest.pictures):
            default_storage.delete(name)
