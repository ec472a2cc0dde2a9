"""Render the stored HTML anew."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from newsletter.rendering import render_everything


class Command(BaseCommand):
    help = "Render stored HTML anew where an older version of the renderer made it. Can be stopped and begun again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also what the current version made")
        parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many work at it (each core's)")

    def handle(self, *args: Any, **options: Any) -> None:
        done = said = 0
        for done, total in render_everything(stale_only=not options["all"], processes=options["processes"]):
            if done * 20 // total > said:
                said = done * 20 // total
                self.stdout.write(f"  {done:,} of {total:,} texts")
                self.stdout.flush()
        self.stdout.write(f"Rendered {done:,} anew.")
