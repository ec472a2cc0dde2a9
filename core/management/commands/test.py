"""Tests are run by pytest."""

import sys

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Says how the tests are run: with pytest."

    def run_from_argv(self, argv: list[str]) -> None:
        """Whatever options were given."""
        sys.exit("Courant's tests are run by pytest: `make test`, or `pytest` with requirements-dev.txt installed.")
