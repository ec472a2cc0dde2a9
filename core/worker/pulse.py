"""Signs of life of the worker, for those who wait for what it does.

A row for each worker says when it was last seen at work. It is written beside the work, but only while everything in
the worker moves: each loop and task says here when it begins anew, and how long that may take.
"""

import logging
import threading
import time
from datetime import timedelta

from django.apps import apps
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.worker import processes

#: The row is written every ten seconds, see `core.worker.leases`.
MISSED_AFTER = timedelta(seconds=60)
KEPT = timedelta(days=1)
ROUND_SECONDS = 30 * 60
TASK_SECONDS = 2 * 60 * 60

#: When each thread of this process is to be heard of again, by `time.monotonic`.
due: dict[str, float] = {}

logger = logging.getLogger(__name__)


def begin(seconds: float = ROUND_SECONDS) -> None:
    """This thread begins something that takes so long at most."""
    due[threading.current_thread().name] = time.monotonic() + seconds


def end() -> None:
    """This thread rests, or ends."""
    due.pop(threading.current_thread().name, None)


def beat(worker: str) -> bool:
    """Say that this worker is at work; False, and nothing said, where something in it is stuck."""
    stuck = [name for name, moment in list(due.items()) if moment < time.monotonic()]
    if stuck:
        logger.error("This worker is stuck (%s), and waits to be killed.", ", ".join(stuck))
        return False
    processes.sign()
    beats, now = apps.get_model("core.Heartbeat").objects, timezone.now()
    if not beats.filter(worker=worker).update(at=now):
        beats.create(worker=worker, at=now)
        beats.filter(at__lt=now - KEPT).delete()
    return True


def missing() -> str:
    """Since when there is no worker, as a sentence; empty where there is one."""
    moment = apps.get_model("core.Heartbeat").objects.aggregate(last=Max("at"))["last"]
    if moment is None:
        return _("No worker has run yet: start manage.py serve, or manage.py work.")
    if abs(timezone.now() - moment) < MISSED_AFTER:
        return ""
    words = _("No worker since %(since)s: what waits for it, as mail does, goes on once manage.py work runs.")
    return words % {"since": date_format(localtime(moment), "DATETIME_FORMAT")}
