"""Take in a list of subscribers, or give one out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.csv_files import csv_lines
from interchange.lists import unattended
from interchange.lists.meaning import DateForm, Role, Standing
from mailing.lists.exporting import SUBSCRIBERS, subscribers_of
from newsletter.composing import Unreadable
from newsletter.composing.unattended import newsletter_named

ROLES = ", ".join(role for role in Role if role)
STANDINGS = ", ".join(standing for standing in Standing if standing)
DATES = ", ".join(form for form in DateForm if form)


class Command(BaseCommand):
    help = "Import subscribers from a list, or export them as CSV. Who left or is suppressed stays away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        importing, exporting = verbs.add_parser("import"), verbs.add_parser("export")
        exporting.add_argument("--newsletter", required=True, metavar="SLUG", help="the first part of its address")
        importing.add_argument("file", type=Path, nargs="?")
        importing.add_argument("--newsletter", metavar="SLUG", help="the first part of its address")
        importing.add_argument("--evidence", default="", help="how these people agreed; kept with each of them")
        importing.add_argument("--map", action="append", default=[], metavar="COLUMN=USE", help=f"one of {ROLES}")
        importing.add_argument(
            "--word", action="append", default=[], metavar="COLUMN:WORD=MEANING", help=f"one of {STANDINGS}"
        )
        importing.add_argument("--dates", action="append", default=[], metavar="COLUMN=FORM", help=f"one of {DATES}")
        importing.add_argument("--rest", default="", metavar="MEANING", help="those of whom the file says nothing")
        importing.add_argument("--encoding", default="", help="the letters it is written in, such as gb18030")
        importing.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        importing.add_argument("--leave-out-invalid", action="store_true", help="import the other rows nevertheless")
        importing.add_argument("--leave-out-unknown", action="store_true", help="the same of words nobody explained")
        importing.add_argument("--take-back", type=int, metavar="NUMBER", help="undo an import")

    def handle(self, verb: str, newsletter: str | None, **options: Any) -> None:
        try:
            if verb == "export":
                for line in csv_lines(SUBSCRIBERS, subscribers_of(newsletter_named(newsletter or ""))):
                    self.stdout.write(line, ending="")
                return
            for line in self.lines(newsletter, options):
                self.stdout.write(line)
        except (OSError, ValueError, LookupError, Unreadable) as error:
            raise CommandError(str(error)) from error

    def lines(self, newsletter: str | None, options: dict[str, Any]) -> Any:
        if number := options["take_back"]:
            return unattended.take_back(number)
        if not (options["file"] and newsletter):
            raise CommandError("Name a file, and with --newsletter where it goes.")
        wishes = ("evidence", "encoding", "dry_run", "leave_out_invalid", "leave_out_unknown")
        said = unattended.Said(options["map"], options["word"], options["dates"], options["rest"])
        chosen = {name: options[name] for name in wishes}
        return unattended.bring_in(options["file"], newsletter_named(newsletter), said, **chosen)
