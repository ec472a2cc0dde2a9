"""Look at everything that the site needs to run, and say what to do."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks, mail
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from site_project.checks import LOCAL
from site_project.examining import EXAMINED

WIDTH = 20


class Command(BaseCommand):
    help = "Examine settings, database, worker, mail, disk, backups, DNS, permissions; exits with 1 if one is wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", help="also send a mail there")

    def handle(self, **options: Any) -> None:
        is_local = bool(LOCAL.fullmatch(urlsplit(settings.SITE_URL).hostname or ""))
        found = checks.run_checks(include_deployment_checks=not is_local, databases=list(connections))
        if options["mail"]:
            found.append(sent(options["mail"]))
        found = [message for message in found if not message.is_silenced()]
        if all(message.obj in EXAMINED for message in found):
            found.insert(0, checks.Info("Nothing is odd", obj="settings"))
        for message in sorted(found, key=place):
            self.say(message)
        if errors := [message for message in found if message.level >= checks.ERROR]:
            raise CommandError(f"Wrong: {len(errors)}. What to do stands beside each.")

    def say(self, message: checks.CheckMessage) -> None:
        word, style = "ok", self.style.SUCCESS
        if message.level >= checks.WARNING:
            is_wrong = message.level >= checks.ERROR
            word, style = ("WRONG", self.style.ERROR) if is_wrong else ("look", self.style.WARNING)
        name = str(message.obj) if message.obj in EXAMINED else "settings"
        words = " ".join(str(message.msg).split())
        self.stdout.write(f"{style(f'{word:6}')}{name:{WIDTH}}{words}")
        if message.hint:
            self.stdout.write(f"{'':{WIDTH + 6}}→ {message.hint}")


def place(message: checks.CheckMessage) -> int:
    return EXAMINED.get(str(message.obj), -1)


def sent(to: str) -> checks.CheckMessage:
    try:
        mail.send_mail(f"{settings.SITE_NAME}: a test", "It arrived.\n", None, [to])
    except Exception as error:
        return checks.Error(f"The mail to {to} was not sent: {error}", obj="mail")
    return checks.Info(
        f"A mail to {to} was handed over; see in its source whether spf, dkim and dmarc pass", obj="mail"
    )
