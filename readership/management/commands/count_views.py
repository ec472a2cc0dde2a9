"""`manage.py count_views /var/log/nginx/stored.log`: count what a proxy answered without asking the site."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from readership.logs import count_log


class Command(BaseCommand):
    help = "Count the pages in a proxy's log (combined, or Caddy's JSON). Counting it again adds only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("log", nargs="+", type=Path)

    def handle(self, *args: Any, log: list[Path], **options: Any) -> None:
        for path in log:
            try:
                number = count_log(path)
            except OSError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{path}: {number} pages served")
