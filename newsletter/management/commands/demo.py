"""Load the demo publication, or take it away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from newsletter import demo


class Command(BaseCommand):
    help = "Load the demo publication, where there is no newsletter yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="take it away, for one of your own")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            demo.remove()
            self.stdout.write(
                "The demo publication is gone. Start with manage.py serve, as make run would load it again, and begin "
                "your own at /admin/newsletter/newsletter/add/."
            )
            return
        loaded = demo.load()
        self.stdout.write("The demo publication is loaded." if loaded else "There is a newsletter: no demo needed.")
