"""Do once what comes back."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from core.mail.outbox import THREAD
from core.worker.ticks import tick


class Command(BaseCommand):
    help = "Do once what the worker does twice a minute beside its tasks: send what is due, delete what is over."

    def handle(self, **options: Any) -> None:
        tick()
        for sender in (thread for thread in threading.enumerate() if thread.name == THREAD):
            sender.join()
