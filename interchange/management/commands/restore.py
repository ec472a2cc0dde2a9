"""Bring the whole site back."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from interchange import keeping, restoring

NEXT = """This is the site as it was at {moment}. Everybody has to sign in again.
Nothing is mailed from here until you run `manage.py release`: do so once no other copy of the site sends.
If SECRET_KEY stands in your settings and is not the one of the backup, move it to
SECRET_KEY_FALLBACKS: {file} holds the right one."""


class Command(BaseCommand):
    help = (
        "Make the site what it was when `backup` made FILE, whatever the database was there and is here. Nothing "
        "changes until it is complete. Nothing is mailed afterwards before `manage.py release`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = "a file, or the name of a backup at BACKUP_URL; default: the newest there"
        parser.add_argument("file", nargs="?", default="", metavar="FILE|NAME|s3://…", help=words)
        parser.add_argument("--replace", action="store_true", help="also where there is a site already, which is lost")
        parser.add_argument("--as-it-was", action="store_true", help="for the version that made it: do not migrate")

    def handle(self, *args: Any, file: str, replace: bool, as_it_was: bool, **options: Any) -> None:
        if file.startswith("s3://"):
            keeping.begin_anew(file)
        with keeping.fetched(file) as path:
            manifest = restoring.restore(
                path, settings.BACKUP_PASSPHRASE, replace=replace, as_it_was=as_it_was, say=self.stdout.write
            )
        self.stdout.write(NEXT.format(moment=manifest.moment, file=settings.DATA_DIR / "secret.key"))
