"""Take the whole site out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from interchange import backing_up
from interchange.archives import Refused


class Command(BaseCommand):
    help = (
        "Write everything into FILE, while the site is used: the database, the pictures and the key that signs links. "
        "With BACKUP_PASSPHRASE it is encrypted. `restore` brings it back, on SQLite or PostgreSQL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        passphrase = getattr(settings, "BACKUP_PASSPHRASE", "")
        try:
            manifest = backing_up.write(file, passphrase, say=self.stdout.write)
        except Refused as error:
            raise CommandError(str(error)) from error
        sealed = "Encrypted." if passphrase else "Not encrypted, and with the site's key: guard it well."
        self.stdout.write(f"{file}: {manifest.rows:,} rows, {len(manifest.pictures):,} pictures. {sealed}")
