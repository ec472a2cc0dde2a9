"""Let sending go on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core import standing


class Command(BaseCommand):
    help = (
        "Let mail go out from this database again, after it was copied, moved or restored. First make sure that its "
        "original sends no more: whoever waits in both would get everything twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="and go on without the key it had")

    def handle(self, **options: Any) -> None:
        held = standing.is_held()
        standing.release(new_key=options["new_key"])
        self.stdout.write(f"Released. It was held: {held}." if held else "Nothing was held.")
