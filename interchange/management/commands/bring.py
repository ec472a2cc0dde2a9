"""Bring an archive in."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from interchange.bringing import unattended
from interchange.returning import stages as returning
from newsletter.composing import Unreadable


class Command(BaseCommand):
    help = (
        "Bring an archive into a newsletter: a folder, a zip file or a file of Markdown, WordPress, Ghost, Substack, "
        "HTML, Word or mail; or all of another site of this program, as `take` wrote it, which needs no newsletter. "
        "Each document is stored whole or not at all; the same again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help="a folder, a zip file, or one file")
        parser.add_argument("--newsletter", metavar="SLUG", help="the newsletter it belongs to")
        parser.add_argument("--publish", action="store_true", help="publish what has a date, at that date")
        parser.add_argument("--dry-run", action="store_true", help="show what would be made, and make nothing")
        parser.add_argument("--base-url", default="", metavar="URL", help="where it was: makes its links whole")
        parser.add_argument(
            "--fetch-pictures", action="store_true", help="have the worker fetch pictures from the web"
        )
        parser.add_argument("--pages", action="store_true", help="bring in pages as well as posts")
        parser.add_argument("--lists-as-items", action="store_true", help="make an item of each link in a list")
        parser.add_argument("--take-back", type=int, metavar="ID", help="undo an import")

    def handle(self, *args: Any, path: Path | None, newsletter: str | None, **options: Any) -> None:
        try:
            for line in self.lines(path, newsletter, options):
                self.stdout.write(line)
        except Unreadable as error:
            raise CommandError(str(error)) from error

    def lines(self, path: Path | None, newsletter: str | None, options: dict[str, Any]) -> Any:
        if options["take_back"]:
            return unattended.take_back(options["take_back"])
        if path and (lines := returning.bring(path, dry_run=options["dry_run"])):
            return lines
        if not path or not newsletter:
            raise CommandError("Say which PATH goes into which --newsletter SLUG.")
        wishes = {"publishes": options["publish"], "fetches_pictures": options["fetch_pictures"]}
        wishes |= {name: options[name] for name in ("base_url", "pages", "lists_as_items")}
        return unattended.bring(path, newsletter, dry_run=options["dry_run"], **wishes)
