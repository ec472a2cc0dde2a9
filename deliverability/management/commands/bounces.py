"""Read what came by mail."""

from imaplib import IMAP4
from mailbox import NoSuchMailboxError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import standing
from core.mail.incoming import BROKEN, NOTHING, read_all, takers
from core.mail.mailboxes import Lost, Refused, mailbox


class Command(BaseCommand):
    help = "Read the mailbox of reports, answers and tips once, as the worker does every five minutes."

    def handle(self, **options: Any) -> None:
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("Set BOUNCE_MAILBOX first.")
        if held := standing.is_held():
            raise CommandError(f"The mailbox is left to the original: {held}.")
        try:
            with mailbox(settings.BOUNCE_MAILBOX) as box:
                counts = read_all(box)
        except (OSError, IMAP4.error, NoSuchMailboxError, Refused, Lost) as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error
        meanings = {word: meaning for taker in takers for word, meaning in taker.meanings.items()}
        labels = {**meanings, NOTHING: "For nobody here, or of no copy that is known"}
        for kind, label in labels.items():
            self.stdout.write(f"{counts[kind]:>8}  {label}")
        if counts[BROKEN]:
            raise CommandError(f"{counts[BROKEN]} could not be put away and were left where they are; see the log.")
