"""Compare what is stored of comments with what is counted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from comments import counting


class Command(BaseCommand):
    help = "Compare stored counts of comments, likes and reports with the rows; --fix stores what is counted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="store what is counted")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = counting.drifted()
        self.stdout.writelines(f"{line}\n" for line in wrong)
        if wrong and not options["fix"]:
            raise CommandError(_("Stored and counted differ in %(count)d places.") % {"count": len(wrong)})
        if wrong:
            counting.mend()
