"""Send issues once."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from mailing.delivery.sending import send_due


class Command(BaseCommand):
    help = "Send issues to their subscribers until nothing is due, as the worker does all the time; SIGTERM ends it."

    def handle(self, **options: Any) -> None:
        until = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *args: until.set())
        send_due(until)
