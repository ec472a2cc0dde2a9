"""Do once what comes back."""

from typing import Any

from django.core.management.base import BaseCommand

from core import outbox
from core.ticks import tick


class Command(BaseCommand):
    help = "Do once what the worker does twice a minute beside its tasks: send what is due, delete what is over."

    def handle(self, **options: Any) -> None:
        tick()
        outbox.send_due()
