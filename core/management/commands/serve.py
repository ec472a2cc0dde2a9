"""Serve the site and do its background work: the whole production set-up of one machine in one command."""

import fcntl
import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import standing
from core.unavailable import BUSY
from core.worker.web import BACKLOG

SERVER = "site_project.server:application"


class Command(BaseCommand):
    help = (
        "Serve the site on LISTEN and PORT with WEB_WORKERS processes, and run WORKERS workers, until SIGTERM or "
        "Ctrl+C. SIGHUP puts new ones in their places, one after the other, with the code and settings of then."
    )

    def handle(self, **options: Any) -> None:
        with suppress(*BUSY):  # the worker asks again once it answers
            standing.refuse()
        # Who serves without workers may have neighbours, each at its own port.
        pid_file = settings.DATA_DIR / ("serve.pid" if settings.WORKERS else f"serve-{settings.PORT}.pid")
        claim(pid_file)
        facts = {"target": SERVER, "listener": listen(), "pid_file": str(pid_file)}
        facts |= {"web": settings.WEB_WORKERS, "workers": settings.WORKERS, "log_format": settings.LOG_FORMAT}
        address = f"[{settings.LISTEN}]" if ":" in settings.LISTEN else settings.LISTEN
        words = f"{settings.SITE_NAME} is at {settings.SITE_URL} (listening on {address}:{settings.PORT})."
        self.stdout.write(f"{words} Ctrl+C stops it.")
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        # Django has done its part: what only waits from here on takes a tenth of the memory.
        os.execv(sys.executable, [sys.executable, "-m", "core.worker.supervising", json.dumps(facts)])  # noqa: S606


def claim(path: Path) -> None:
    """Write our number there, and keep others out as long as we live. Raises CommandError where another serves from
    this folder on this machine."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = int(os.read(file, 20) or 0)
        if other != os.getpid() and is_here(other):  # else in another container, or on another machine
            raise CommandError(f"It is being served already, by process {other} ({path}).") from None
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(file, True)


def is_here(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def listen() -> int:
    """A socket that listens. Raises CommandError where a program does so already."""
    family = socket.AF_INET6 if ":" in settings.LISTEN else socket.AF_INET
    both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
    place = settings.LISTEN, settings.PORT
    try:
        opened = socket.create_server(place, family=family, backlog=BACKLOG, dualstack_ipv6=both)
    except OSError as error:
        raise CommandError(
            f"Nothing can listen on {settings.LISTEN}, PORT {settings.PORT}: {error.strerror}."
        ) from None
    opened.set_inheritable(True)
    return opened.detach()
