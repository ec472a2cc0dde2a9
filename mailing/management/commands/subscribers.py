"""Take in a list of subscribers, or give one out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.csv_files import csv_lines
from mailing.lists.columns import Unreadable, read
from mailing.lists.exporting import SUBSCRIBERS, subscribers_of
from mailing.lists.importing import ImportReport, Source, take_in
from newsletter.models import Newsletter


class Command(BaseCommand):
    help = "Import subscribers from a CSV file, or export them as one. Who left or is suppressed stays away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        importing, exporting = verbs.add_parser("import"), verbs.add_parser("export")
        for verb in (importing, exporting):
            verb.add_argument("--newsletter", required=True, metavar="SLUG", help="the first part of its address")
        importing.add_argument("file", type=Path)
        importing.add_argument("--evidence", default="", help="how these people agreed; kept with each of them")
        importing.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        importing.add_argument("--leave-out-invalid", action="store_true", help="import the other rows nevertheless")

    def handle(self, verb: str, newsletter: str, **options: Any) -> None:
        found = Newsletter.objects.filter(slug=newsletter).first()
        if found is None:
            raise CommandError(f"There is no newsletter “{newsletter}”.")
        if verb == "import":
            self.take_in(found, **options)
        else:
            self.give_out(found)

    def take_in(
        self, newsletter: Newsletter, file: Path, evidence: str, dry_run: bool, leave_out_invalid: bool, **options: Any
    ) -> None:
        if not (evidence or dry_run):
            raise CommandError("Say with --evidence how these people agreed.")
        source = Source(f"{file.name} · manage.py", evidence)
        try:
            with file.open("rb") as opened:
                options = {"dry_run": dry_run, "leave_out_invalid": leave_out_invalid}
                report = take_in(read(opened), newsletter, source, **options)
        except (OSError, Unreadable) as error:
            raise CommandError(str(error)) from error
        self.tell(report)
        if report.invalid and not leave_out_invalid:
            raise CommandError("Nothing was imported.")

    def tell(self, report: ImportReport) -> None:
        for number, email, reason in report.invalid:
            self.stderr.write(f"Row {number}, {email!r}: {reason}")
        if report.invalid_count > len(report.invalid):
            self.stderr.write(f"{report.invalid_count} rows are invalid; these are the first.")
        for outcome, number in report.counts.items():
            self.stdout.write(f"{number:>8}  {outcome.label}")

    def give_out(self, newsletter: Newsletter) -> None:
        for line in csv_lines(SUBSCRIBERS, subscribers_of(newsletter)):
            self.stdout.write(line, ending="")
