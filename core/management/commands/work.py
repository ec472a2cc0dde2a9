"""Do background work."""

import logging
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.db import connections
from django.tasks import TaskResult, TaskResultStatus
from django.tasks.signals import task_finished, task_started
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from core import standing
from core.unavailable import BUSY
from core.worker import leases, pulse
from core.worker.companions import companions, set_by_signals
from core.worker.ticks import keep_ticking

SECONDS_TO_RECOVER = 1
SECONDS_FOR_THE_LAST_ROUND = 5

logger = logging.getLogger(__name__)


class Command(db_worker.Command):
    help = (
        "Do the background work of all queues, also what dead workers left, and twice a minute what comes back "
        "(see `tick`), and send issues; SIGTERM lets the current task and messages end, and no other begin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(queue_name="*")
        parser.add_argument("--retry", action="store_true", help="first put failed tasks back into the queue")

    def handle(self, *args: Any, **options: Any) -> None:
        worker_id = options["worker_id"]
        task_started.connect(begin_task)
        task_finished.connect(say_what_to_do)
        if options.pop("retry"):
            again = DBTaskResult.objects.failed().update(status="READY", worker_ids=[])
            self.stdout.write(f"Tasks to be tried again: {again}")
        asked_to_end, finished = Event(), Event()
        watching = [
            Thread(target=leases.keep_looking_after, args=[worker_id, finished], daemon=True),
            Thread(target=keep_ticking, args=[finished], daemon=True),
        ]
        beside = [Thread(target=keep_alive, args=[work, asked_to_end]) for work in companions * (not options["batch"])]
        for thread in watching + beside:
            thread.start()
        try:
            with set_by_signals(asked_to_end):
                self.keep_working(asked_to_end, options)
        finally:
            asked_to_end.set()
            for thread in beside:
                thread.join()
            finished.set()
            for thread in watching:
                thread.join(SECONDS_FOR_THE_LAST_ROUND)

    def keep_working(self, until: Event, options: dict[str, Any]) -> None:
        """Do tasks; what was in hand when the database failed is begun anew."""
        while not until.is_set():
            pulse.end()
            with surviving(until):
                standing.refuse()
                pulse.beat(options["worker_id"])
                leases.begin(options["worker_id"])
                super().handle(**options)
                return


def keep_alive(companion: Callable[[Event], None], until: Event) -> None:
    while not until.is_set():
        with surviving(until):
            companion(until)
            return


@contextmanager
def surviving(until: Event) -> Iterator[None]:
    """Let what follows be tried again in a moment if the database is busy, restarted or gone."""
    try:
        yield
    except BUSY:
        logger.exception("The database did not answer; the work goes on in a moment.")
        connections.close_all()
        until.wait(SECONDS_TO_RECOVER)


def begin_task(**kwargs: Any) -> None:
    pulse.begin(pulse.TASK_SECONDS)


def say_what_to_do(task_result: TaskResult, **kwargs: Any) -> None:
    pulse.end()
    if task_result.status == TaskResultStatus.FAILED and not leases.put_off(task_result):
        message = "Task %s failed, see above why. Once that is mended, `manage.py work --retry` does it again."
        logger.error(message, task_result.id)
