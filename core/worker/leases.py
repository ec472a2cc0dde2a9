"""Which background tasks are really being worked on.

A worker that is killed leaves its task marked as running, and nothing would ever take it up again. So a running
task is a lease: while its worker lives, that worker renews the task's `started_at` every few seconds. A task whose
lease has run out belongs to nobody and goes back into the queue. This needs no knowledge of processes or machines,
so any number of workers anywhere can look after each other, and none takes away what another is busy with.
Clocks of the machines must agree to within half a minute.
"""

import logging
from datetime import timedelta
from threading import Event

from django.db import DatabaseError, InterfaceError, connections
from django.tasks import TaskResult
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.unavailable import BUSY
from core.worker import pulse
from core.worker.looks import Look

RENEWAL_SECONDS = 10
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
MOST_PUT_OFFS = 8
#: Of files, a full disk is no more than OSError itself.
PASSING = (*BUSY, OSError)

RUNNING = Look(DBTaskResult.objects.running)

logger = logging.getLogger(__name__)


class DeadlyTaskError(Exception):
    """A task has taken its worker down with it again and again."""


def keep_looking_after(worker_id: str, until: Event) -> None:
    """Do so every few seconds, in a thread beside the work, and say that this worker is there. One that is stuck does
    neither, so that others take over its task."""
    while not until.wait(RENEWAL_SECONDS):
        try:
            if pulse.beat(worker_id) and RUNNING.is_due():
                look_after(worker_id)
        except (DatabaseError, InterfaceError):
            logger.exception("The database did not answer; running tasks are looked after again in a moment.")
            connections.close_all()
    connections.close_all()


def look_after(worker_id: str) -> None:
    """Renew the lease of the task that this worker runs; free those whose worker is gone."""
    for task in DBTaskResult.objects.running():
        if task.worker_ids[-1] == worker_id:
            DBTaskResult.objects.running().filter(pk=task.pk).update(started_at=timezone.now())
        elif abs(timezone.now() - task.started_at) > LEASE:  # it may be ahead, where the clock was
            free(task)


def begin(worker_id: str) -> None:
    """Free what this worker had in hand before it lost the database, and what dead ones have."""
    for task in DBTaskResult.objects.running():
        if task.worker_ids[-1] == worker_id:
            free(task)
    look_after(worker_id)


def free(task: DBTaskResult) -> None:
    """Put a task back into the queue; one that has cost three workers their life is given up instead."""
    if len(task.worker_ids) >= MOST_ATTEMPTS:
        task.set_failed(DeadlyTaskError(f"{MOST_ATTEMPTS} workers died while they ran this task."))
        logger.error("Task %s (%s) given up: workers die of it. Does it need more memory?", task.pk, task.task_name)
        return
    unchanged = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
    if unchanged.update(status="READY"):
        logger.warning("Task %s (%s) goes back into the queue: its worker is gone.", task.pk, task.task_name)


def put_off(result: TaskResult) -> bool:
    """Let a task that failed because the database or the store of files was busy, full or away be done again: in one
    minute, two, four, for some hours."""
    tries = len(result.worker_ids)
    if result.errors[-1].exception_class not in PASSING or tries > MOST_PUT_OFFS:
        return False
    task = DBTaskResult.objects.failed().filter(pk=result.id)
    return bool(task.update(status="READY", run_after=timezone.now() + LEASE * 2 ** (tries - 1)))
