"""Serve the site and do its background work: the whole production set-up of one machine in one command."""

import logging
import signal
import socket
import sys
import time
from contextlib import suppress
from subprocess import Popen
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.utils.crypto import get_random_string

from core import standing
from core.unavailable import BUSY
from core.worker.processes import end_with_parent

HUNG_SECONDS = 5 * 60
SECONDS_BETWEEN_LOOKS = 10
SECONDS_TO_FINISH = 30
SECONDS_FOR_HEADERS = 15

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Serve the site with granian on LISTEN and PORT, and run WORKERS workers, until SIGTERM or Ctrl+C."
    is_stopping = False

    def handle(self, **options: Any) -> None:
        with suppress(*BUSY):  # the worker asks again once it answers
            standing.refuse()
        refuse_taken_port()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        web, workers = start(*web_command()), [Worker() for _ in range(settings.WORKERS)]
        address = f"[{settings.LISTEN}]" if ":" in settings.LISTEN else settings.LISTEN
        words = f"{settings.SITE_NAME} is at {settings.SITE_URL} (listening on {address}:{settings.PORT})."
        self.stdout.write(f"{words} Ctrl+C stops it.")
        self.stdout.flush()
        while not self.is_stopping and web.poll() is None:
            workers = [Worker() if worker.is_gone() else worker for worker in workers]
            time.sleep(1)
        children = [web, *(worker.process for worker in workers)]
        for child in children:
            child.terminate()
        for child in children:
            child.wait()
        if not self.is_stopping:
            raise CommandError("The web server ended by itself; what it said above tells why.")

    def stop(self, *args: Any) -> None:
        self.is_stopping = True


class Worker:
    """`manage.py work`, and what is known of it."""

    def __init__(self) -> None:
        self.name = get_random_string(32)
        self.process = start("django", "work", f"--worker-id={self.name}")
        self.seen: Any = None
        self.seen_at = self.looks_at = time.monotonic()

    def is_gone(self) -> bool:
        """Whether it has ended; one that gave no sign for minutes, though the database answers, is killed."""
        if self.process.poll() is None and self.is_hung():
            logger.error("The worker has given no sign of life for %s seconds; it is killed.", HUNG_SECONDS)
            self.process.kill()
            self.process.wait()
        if self.process.poll() is not None:
            logger.warning("The worker ended with code %s; starting another.", self.process.returncode)
        return self.process.poll() is not None

    def is_hung(self) -> bool:
        """Whether its row has not changed for minutes, by the clock of this machine alone, in a database that takes
        changes."""
        now = time.monotonic()
        if now < self.looks_at:
            return False
        self.looks_at = now + SECONDS_BETWEEN_LOOKS
        rows = apps.get_model("core.Heartbeat").objects.filter(worker=self.name)
        try:
            seen: Any = rows.values_list("at").first()
            if seen != self.seen:
                self.seen, self.seen_at = seen, now
            rows.update(worker=self.name)  # what cannot be done here, as on a full disk, it cannot do either
        except (DatabaseError, InterfaceError):
            self.seen_at = now
        finally:
            connection.close()
        return now - self.seen_at > HUNG_SECONDS


def refuse_taken_port() -> None:
    """Raise CommandError where a program listens already: with one of its kind granian would share the requests."""
    family = socket.AF_INET6 if ":" in settings.LISTEN else socket.AF_INET
    try:
        socket.create_server((settings.LISTEN, settings.PORT), family=family).close()
    except OSError as error:
        raise CommandError(
            f"Nothing can listen on {settings.LISTEN}, PORT {settings.PORT}: {error.strerror}."
        ) from None


def web_command() -> list[str]:
    """Workers that die are replaced, those that will not end are killed, headers have a deadline as bodies do."""
    options = [f"--host={settings.LISTEN}", f"--port={settings.PORT}", f"--workers={settings.WEB_WORKERS}"]
    options += ["--interface=rsgi", "--http=1", "--no-ws", "--backlog=4096", "--log-level=warning"]
    options += ["--respawn-failed-workers", f"--workers-kill-timeout={SECONDS_TO_FINISH}"]
    options += [f"--http1-header-read-timeout={SECONDS_FOR_HEADERS * 1000}", "--workers-lifetime=12h"]
    return ["granian", *options, "site_project.server:application"]


def start(*module: str) -> Popen[bytes]:
    """Run a Python module out of the terminal's reach: Ctrl+C is passed on once, by us, and not cut short."""
    command = [sys.executable, "-m", *module]
    return Popen(command, cwd=settings.BASE_DIR, start_new_session=True, preexec_fn=end_with_parent)  # noqa: S603
