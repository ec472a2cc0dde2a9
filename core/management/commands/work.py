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
from core.worker import leases, looks, pulse
from core.worker.companions import companions, set_by_signals
from core.worker.ticks import keep_ticking

SECONDS_TO_RECOVER = 1
SECONDS_FOR_THE_LAST_ROUND = 5
TASKS = looks.Look(DBTaskResult.objects.ready)

logger = logging.getLogger(__name__)


class Command(db_worker.Command):
    help = (
        "Do the background work of all queues, also what dead workers left, and twice a minute what comes back "
        "(see `tick`), and send issues; SIGTERM lets the current task and messages end, and no other begin."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked_to_end = Event()
        self.refusal = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(queue_name="*")
        parser.add_argument("--retry", action="store_true", help="first put failed tasks back into the queue")

    def handle(self, *args: Any, **options: Any) -> None:
        task_started.connect(begin_task)
        task_finished.connect(say_what_to_do)
        keep_alive(lambda _until: standing.refuse(), self.asked_to_end)
        if options.pop("retry"):
            again = DBTaskResult.objects.failed().update(status="READY", worker_ids=[])
            self.stdout.write(f"Tasks to be tried again: {again}")
        if held := standing.is_held():
            logger.warning("Nothing is mailed from here: %s. manage.py release lets it go on.", held)
        self.work_with_companions(options)
        if self.refusal:
            raise standing.Refused(self.refusal)

    def work_with_companions(self, options: dict[str, Any]) -> None:
        """All that a worker does, but in a batch the tasks alone."""
        finished = Event()
        watching = [
            Thread(target=leases.keep_looking_after, args=[options["worker_id"], finished], daemon=True),
            Thread(target=keep_ticking, args=[finished], daemon=True),
        ]
        beside = [Thread(target=keep_alive, args=[work, self.asked_to_end]) for work in companions]
        beside.append(Thread(target=looks.keep_looking, args=[self.end, self.asked_to_end]))
        for thread in watching + beside * (not options["batch"]):
            thread.start()
        try:
            with set_by_signals(self.asked_to_end):
                self.keep_working(options)
        finally:
            self.asked_to_end.set()
            for thread in beside * (not options["batch"]):
                thread.join()
            finished.set()
            for thread in watching:
                thread.join(SECONDS_FOR_THE_LAST_ROUND)

    def configure_logging(self, verbosity: int) -> None:
        """It would tell of each look for tasks."""
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)

    def end(self, refusal: str) -> None:
        self.refusal = refusal
        self.asked_to_end.set()

    def keep_working(self, options: dict[str, Any]) -> None:
        """Do tasks; what was in hand when the database failed is begun anew."""
        while not self.asked_to_end.is_set():
            pulse.end()
            with surviving(self.asked_to_end):
                pulse.beat(options["worker_id"])
                leases.begin(options["worker_id"])
                if options["batch"] or options["max_tasks"]:
                    super().handle(**options)
                    return
                self.do_tasks(options)

    def do_tasks(self, options: dict[str, Any]) -> None:
        """One after the other, and wait for more."""
        while not self.asked_to_end.is_set():
            super().handle(**options | {"batch": True, "max_tasks": 1, "startup_delay": False})
            if not DBTaskResult.objects.ready().exists():
                TASKS.wait(self.asked_to_end)


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
