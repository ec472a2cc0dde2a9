"""Move the site to another database."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core import standing
from interchange import backing_up
from interchange.places import PLACES


class Command(BaseCommand):
    help = (
        "Bring the site into the empty database at DATABASE_URL, as from SQLite to PostgreSQL. The old one stays as "
        "it is, and sends nothing any more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "database", nargs="?", metavar="DATABASE_URL", help="asked for if left out, as lists of processes show it"
        )

    def handle(self, *args: Any, database: str = "", **options: Any) -> None:
        database = database or getpass("DATABASE_URL of the new one: ")
        with PLACES[connection.vendor]().alone():
            pass
        with TemporaryDirectory(dir=settings.DATA_DIR) as folder:
            file = Path(folder) / "site.zip"
            backing_up.write(file, pictures=False, say=self.stdout.write)
            command = [sys.executable, "manage.py", "restore", str(file)]
            there = os.environ | {"DATABASE_URL": database}
            if subprocess.run(command, cwd=settings.BASE_DIR, env=there, check=False).returncode:  # noqa: S603
                raise CommandError("The site was not moved; it is where it was.")
        standing.hold("moved to another database")
        self.stdout.write("Now set DATABASE_URL to the new one, start the site, and run `manage.py release`.")
