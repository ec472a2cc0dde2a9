"""Serve the site and do its background work: the whole production set-up of one machine in one command."""

import ctypes
import logging
import signal
import sys
import time
from pathlib import Path
from subprocess import Popen
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn's files of signs of life never wait for a disk there
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Serve the site with gunicorn on LISTEN and PORT, and run one worker, until SIGTERM or Ctrl+C."
    is_stopping = False

    def handle(self, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        address = f"{settings.LISTEN}:{settings.PORT}"
        web, worker = start(*web_command(address)), start("django", "work")
        self.stdout.write(f"{settings.SITE_NAME} is at {settings.SITE_URL} (listening on {address}). Ctrl+C stops it.")
        self.stdout.flush()
        while not self.is_stopping and web.poll() is None:
            if worker.poll() is not None:
                logger.warning("The worker ended with code %s; starting another.", worker.returncode)
                worker = start("django", "work")
            time.sleep(1)
        for child in (web, worker):
            child.terminate()
        for child in (web, worker):
            child.wait()
        if not self.is_stopping:
            raise CommandError("The web server ended by itself; what it said above tells why.")

    def stop(self, *args: Any) -> None:
        self.is_stopping = True


def web_command(address: str) -> list[str]:
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    options = [f"--bind={address}", f"--workers={settings.WEB_WORKERS}", "--worker-class=gthread", "--threads=4"]
    options += ["--max-requests=5000", "--max-requests-jitter=500", "--log-level=warning", "--no-control-socket"]
    if MEMORY.is_dir():
        options.append(f"--worker-tmp-dir={MEMORY}")
    return ["gunicorn", *options, f"{module}:{name}"]


def start(*module: str) -> Popen[bytes]:
    """Run a Python module out of the terminal's reach: Ctrl+C is passed on once, by us, and not cut short."""
    command = [sys.executable, "-m", *module]
    return Popen(command, cwd=settings.BASE_DIR, start_new_session=True, preexec_fn=end_with_parent)  # noqa: S603


def end_with_parent() -> None:
    """Where the system can (Linux): be asked to end also when the parent is killed and can ask nobody any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
