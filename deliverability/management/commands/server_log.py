"""Say what a mail server's log says of the uncertain copies of a mailing, and decide them by it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deliverability import uncertain
from deliverability.server_logs import BOUNCED, TAKEN, Unreadable
from mailing.delivery.dispatching import NotAllowed
from mailing.models import Dispatch


class Command(BaseCommand):
    help = "What the log of the mail server says of the uncertain copies of a mailing: of any length, also .gz."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mailing", type=int, help="its number, as in the address of its page")
        parser.add_argument("log", type=Path)
        parser.add_argument("--decide", action="store_true", help="count them as the log says; else it is only said")
        parser.add_argument(
            "--send-the-rest", action="store_true", help="and send again what it does not say was taken"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dispatch = Dispatch.objects.select_related("issue__newsletter").filter(pk=options["mailing"]).first()
        if dispatch is None:
            raise CommandError("There is no such mailing.")
        try:
            with options["log"].open("rb") as file:
                reading = uncertain.read(dispatch, file)
            taken, bounced = reading.of(TAKEN), reading.of(BOUNCED)
            self.stdout.write(f"From {reading.first or '?'} to {reading.last or '?'}, {reading.lines} lines.")
            self.stdout.write(f"Taken {len(taken)}, came back {len(bounced)}, not said {len(reading.silent)}.")
            if options["decide"]:
                answers = {copy: reading.verdicts[copy][1] for copy in bounced}
                rest = reading.silent if options["send_the_rest"] else []
                done = uncertain.decide(dispatch, taken, answers, rest)
                self.stdout.write(f"Arrived {done['taken']}, failed {done['bounced']}, again {done['again']}.")
        except (Unreadable, NotAllowed, OSError) as error:
            raise CommandError(str(error)) from error
