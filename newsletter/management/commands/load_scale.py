"""Fill a site with what a newsletter has after ten large years."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from newsletter.models import Newsletter


class Command(BaseCommand):
    help = (
        "Fill a site with 10,000 articles in 500 issues, 1,000,000 comments and 1,000,000 subscribers, the same ones "
        "each time, to see what grows with it. It goes on from what it finds, also when it was stopped. Nothing takes "
        "it away again: give the site a DATA_DIR or DATABASE_URL of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--percent", type=float, default=100, help="So much of it (100).")
        parser.add_argument("--force", action="store_true", help="Also beside other newsletters.")

    def handle(self, *args: Any, percent: float, force: bool, **options: Any) -> None:
        slug, load = map(import_string, ("bench.growth.SLUG", "bench.growth.load"))  # the program runs without
        if not force and Newsletter.objects.exclude(slug=slug).exists():
            raise CommandError("There are newsletters here, and what this loads stays: see --force.")
        for done in load(percent):
            self.stdout.write(done)
