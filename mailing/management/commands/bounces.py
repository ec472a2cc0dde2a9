"""Read the reports of what came back."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import standing
from mailing.lists.bouncing import read_all
from mailing.lists.mailboxes import mailbox
from mailing.models import Bounce


class Command(BaseCommand):
    help = "Read the mailbox of delivery reports and complaints once, as the worker does every five minutes."

    def handle(self, **options: Any) -> None:
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("Set BOUNCE_MAILBOX first.")
        if held := standing.is_held():
            raise CommandError(f"The mailbox is left to the original: {held}.")
        with mailbox(settings.BOUNCE_MAILBOX) as box:
            counts = read_all(box)
        labels = {
            **dict(Bounce.Kind.choices),
            "left": "Unsubscribed by mail",
            "taken": "For somebody else here, such as a tip",
            "nothing": "No report, or of no copy that is known here",
        }
        for kind, label in labels.items():
            self.stdout.write(f"{counts[kind]:>8}  {label}")
        if counts["broken"]:
            raise CommandError(f"{counts['broken']} could not be read and were left where they are; see the log.")
