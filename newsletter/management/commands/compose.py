"""Compose an issue, or one article, from a document."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsletter.composing import Unreadable
from newsletter.composing.unattended import compose_file


class Command(BaseCommand):
    help = "Compose an issue, or one article, from a document, or from a zip of it with its pictures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .md file, its pictures beside it, or a .zip")
        parser.add_argument("--newsletter", required=True, metavar="SLUG", help="the newsletter it belongs to")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="publish it at once, or at the document's date; not where anything in it had to be guessed",
        )
        parser.add_argument("--replace", action="store_true", help="replace what was composed from it before")
        parser.add_argument("--dry-run", action="store_true", help="show what would be made, and make nothing")
        parser.add_argument(
            "--comments", type=Path, metavar="FILE", help="what was said about it elsewhere: JSON or CSV"
        )
        parser.add_argument(
            "--copied-on",
            type=day,
            metavar="DATE",
            help="the day from which ages of comments are counted back, as 2026-03-31",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wishes = {name: options[name] for name in ("publish", "replace", "dry_run", "comments", "copied_on")}
        try:
            for line in compose_file(options["file"], options["newsletter"], **wishes):
                self.stdout.write(line)
        except Unreadable as error:
            raise CommandError(str(error)) from error


def day(written: str) -> date:
    return date.fromisoformat(written)
