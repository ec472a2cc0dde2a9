"""Render the stored HTML anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from newsletter.rendering import render_everything


class Command(BaseCommand):
    help = "Render stored HTML anew where an older version of the renderer made it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also what the current version made")

    def handle(self, *args: Any, **options: Any) -> None:
        count = render_everything(stale_only=not options["all"])
        self.stdout.write(f"Rendered {count} anew.")
