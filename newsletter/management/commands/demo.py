"""Load the demo publication."""

from typing import Any

from django.core.management.base import BaseCommand

from newsletter import demo


class Command(BaseCommand):
    help = "Load the demo publication, where there is no newsletter yet."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = demo.load()
        self.stdout.write("The demo publication is loaded." if loaded else "There is a newsletter: no demo needed.")
