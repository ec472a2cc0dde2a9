"""Compose an issue, or one article, from a document."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsletter.composing import Unreadable
from newsletter.composing.unattended import compose_file


class Command(BaseCommand):
    help = "Compose an issue, or one article, from a Markdown document, or from a zip of it with its pictures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .md file, its pictures beside it, or a .zip")
        parser.add_argument("--newsletter", required=True, metavar="SLUG", help="the newsletter it belongs to")
        parser.add_argument("--publish", action="store_true", help="publish it at once, or at the document's date")
        parser.add_argument("--replace", action="store_true", help="replace what was composed from it before")
        parser.add_argument("--dry-run", action="store_true", help="show what would be made, and make nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        wishes = {name: options[name] for name in ("publish", "replace", "dry_run")}
        try:
            for line in compose_file(options["file"], options["newsletter"], **wishes):
                self.stdout.write(line)
        except Unreadable as error:
            raise CommandError(str(error)) from error
