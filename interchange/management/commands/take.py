"""Take a publication out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interchange.backing_up import being_written
from interchange.taking.declared import Part, newsletters
from interchange.taking.writing import write


class Command(BaseCommand):
    help = (
        "Write all that is published here, and what readers said, into FILE: a zip of Markdown, pictures and JSON, "
        "which other programs read and `bring` brings back. It holds no passwords and no rights: it is no backup."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = ", ".join(Part.ALL)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--newsletter", metavar="SLUG", default="", help="only this one")
        parser.add_argument("--only", metavar="PARTS", default="", help=f"some of: {parts}")
        parser.add_argument("--without", metavar="PARTS", default="", help="all but these, such as people")

    def handle(self, *args: Any, file: str, newsletter: str, only: str, without: str, **options: Any) -> None:
        chosen = set(known(only) or Part.ALL) - set(known(without))
        if newsletter and not newsletters(newsletter).exists():
            raise CommandError(f"There is no newsletter {newsletter}.")
        with being_written(Path(file)) as sink:
            write(sink, chosen, self.stdout.write, newsletter=newsletter)
        self.stdout.write(f"{file}: {Path(file).stat().st_size:,} bytes.")


def known(names: str) -> list[str]:
    parts = [each.strip() for each in names.split(",") if each.strip()]
    if odd := [each for each in parts if each not in Part.ALL]:
        raise CommandError(f"There is no part {odd[0]}; there are {', '.join(Part.ALL)}.")
    return parts
