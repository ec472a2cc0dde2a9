"""Bring the whole site back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from interchange import restoring
from interchange.archives import Refused


class Command(BaseCommand):
    help = (
        "Make the site what it was when `backup` made FILE, whatever the database was there and is here. Nothing "
        "changes until it is complete. Nothing is sent afterwards before `manage.py release`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="also where there is a site already, which is lost")
        parser.add_argument("--as-it-was", action="store_true", help="for the version that made it: do not migrate")

    def handle(self, *args: Any, file: Path, replace: bool, as_it_was: bool, **options: Any) -> None:
        passphrase = getattr(settings, "BACKUP_PASSPHRASE", "")
        try:
            manifest = restoring.restore(file, passphrase, replace=replace, as_it_was=as_it_was, say=self.stdout.write)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"This is the site as it was at {manifest.made_at}. Everybody has to sign in again.")
