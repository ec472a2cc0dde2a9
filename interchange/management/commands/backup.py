"""Take the whole site out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError

from interchange import backing_up, keeping


class Command(BaseCommand):
    help = (
        "Write everything into FILE, while the site is used: the database, the pictures and the key that signs links. "
        "With BACKUP_PASSPHRASE it is encrypted. `restore` brings it back, on SQLite or PostgreSQL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", metavar="FILE|s3://…", help="default: as the worker does, at BACKUP_URL"
        )

    def handle(self, *args: Any, file: str = "", **options: Any) -> None:
        if file and file.startswith("s3://"):
            keeping.begin_anew(file)
        if not file:
            backup = keeping.make(storages["backup"])
            if backup.problem:
                raise CommandError(backup.problem)
            self.stdout.write(f"{backup.place}: {backup.size:,} bytes")
            return
        manifest = backing_up.write(Path(file), settings.BACKUP_PASSPHRASE, say=self.stdout.write)
        sealed = (
            "Encrypted." if settings.BACKUP_PASSPHRASE else "Not encrypted, and with the site's key: guard it well."
        )
        counts = f"{sum(manifest.rows.values()):,} rows, {len(manifest.pictures):,} pictures"
        self.stdout.write(f"{file}: {counts}. {sealed}")
