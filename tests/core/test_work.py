"""The worker: does what waits, takes over from the dead, leaves the living alone."""

import logging
import signal
import time
import uuid
from datetime import timedelta
from threading import Event

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.management.commands.work import keep_alive
from core.worker import leases, ticks

done: list[str] = []
ticked = Event()


@task(queue_name="pictures")
def note(word):
    done.append(word)


@task
def stumble():
    raise LookupError("no such thing")


@task
def wait_for_a_tick():
    assert ticked.wait(60)


@task
def take_a_while():
    """For tests that stop the worker in the middle of something."""
    time.sleep(3)


# The worker closes connections that are in a transaction: no test runs in one.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _durable_queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}
    done.clear()


@pytest.fixture(autouse=True)
def _signals_stay_pytests():
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def work(*arguments):
    call_command("work", "--batch", "--no-startup-delay", *arguments)


def left_running(word, *, silent_for, attempts=1):
    """A task that some worker has begun, and not been heard of since."""
    result = note.enqueue(word)
    DBTaskResult.objects.filter(pk=result.id).update(
        status="RUNNING",
        started_at=timezone.now() - timedelta(seconds=silent_for),
        worker_ids=[f"worker-{number}" for number in range(attempts)],
    )
    return DBTaskResult.objects.get(pk=uuid.UUID(result.id))


def test_it_does_the_work_of_every_queue():
    note.enqueue("one")
    note.using(queue_name="default").enqueue("two")
    work()
    assert sorted(done) == ["one", "two"]
    assert DBTaskResult.objects.successful().count() == 2


def test_it_ticks_beside_its_work(monkeypatch):
    monkeypatch.setattr(ticks, "SECONDS_BETWEEN", 0.001)
    monkeypatch.setattr(ticks, "ticks", [ticked.set])
    monkeypatch.setattr(ticks, "sweeps", [])
    wait_for_a_tick.enqueue()
    work()
    assert DBTaskResult.objects.successful().count() == 1


def test_what_goes_on_beside_the_tasks_ends_with_the_worker(monkeypatch):
    ended = []
    monkeypatch.setattr("core.worker.looks.SECONDS_BETWEEN", 60)
    monkeypatch.setattr("core.management.commands.work.companions", [lambda until: ended.append(until.wait(60))])
    note.enqueue("one")
    call_command("work", "--no-startup-delay", "--max-tasks=1")
    assert (done, ended) == (["one"], [True])


def test_it_takes_over_what_a_dead_worker_left():
    task_left = left_running("mud", silent_for=90)
    work()
    task_left.refresh_from_db()
    assert (done, task_left.status) == (["mud"], "SUCCESSFUL")
    assert len(task_left.worker_ids) == 2


def test_it_leaves_alone_what_another_worker_is_busy_with():
    busy = left_running("mud", silent_for=30)
    work()
    busy.refresh_from_db()
    assert (done, busy.status) == ([], "RUNNING")


def test_a_living_worker_keeps_a_task_for_as_long_as_it_takes(time_machine):
    time_machine.move_to(timezone.now())
    long_task = left_running("mud", silent_for=0)
    for _ in range(20):
        time_machine.shift(leases.RENEWAL_SECONDS)
        leases.look_after("worker-0")
        leases.look_after("another")
    long_task.refresh_from_db()
    assert long_task.status == "RUNNING"
    time_machine.shift(leases.LEASE + timedelta(seconds=1))
    leases.look_after("another")
    long_task.refresh_from_db()
    assert long_task.status == "READY"


def test_two_workers_that_notice_a_death_together_free_the_task_once():
    as_one_saw_it = left_running("mud", silent_for=90)
    leases.look_after("another")
    DBTaskResult.objects.get(pk=as_one_saw_it.pk).claim("another")
    leases.free(as_one_saw_it)
    as_one_saw_it.refresh_from_db()
    assert as_one_saw_it.status == "RUNNING"


def test_a_task_that_workers_die_of_is_given_up():
    deadly = left_running("mud", silent_for=90, attempts=3)
    work()
    deadly.refresh_from_db()
    assert (done, deadly.status) == ([], "FAILED")
    assert "workers died" in deadly.traceback


def test_a_failure_is_logged_with_what_to_do(caplog):
    with caplog.at_level(logging.ERROR):
        result = stumble.enqueue()
        work()
    assert "no such thing" in caplog.text
    assert f"Task {result.id} failed" in caplog.text
    assert "manage.py work --retry" in caplog.text


@task
def find_the_database_busy():
    done.append("tried")
    raise OperationalError("database is locked")


def fails_while(needed):
    """The database does not answer as long as `needed()` says so."""

    def execute_or_fail(execute, sql, params, many, context):
        if needed(sql):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(execute_or_fail)


def test_a_task_that_met_a_busy_database_is_done_again_for_some_hours(time_machine):
    time_machine.move_to(timezone.now())
    find_the_database_busy.enqueue()
    for minutes in (1, 2, 4, 8, 16, 32, 64, 128, 256):
        work()
        time_machine.shift(60 * minutes - 1)
        work()
        time_machine.shift(2)
    assert done == ["tried"] * (leases.MOST_PUT_OFFS + 1)
    assert DBTaskResult.objects.failed().count() == 1


def test_it_survives_a_database_that_does_not_answer_its_main_loop(monkeypatch):
    monkeypatch.setattr("core.management.commands.work.SECONDS_TO_RECOVER", 0.01)
    note.enqueue("one")
    failures = iter(range(4))
    with fails_while(lambda sql: sql.startswith("BEGIN") and next(failures, None) is not None):
        work()
    assert done == ["one"]


def test_what_was_in_hand_when_the_database_went_away_is_done_again(monkeypatch):
    monkeypatch.setattr("core.management.commands.work.SECONDS_TO_RECOVER", 0.01)
    note.enqueue("one")
    failures = iter(range(6))

    def is_result(sql):
        return "traceback" in sql and sql.startswith("UPDATE") and next(failures, None) is not None

    with fails_while(is_result):
        work()
    assert (done, DBTaskResult.objects.successful().count()) == (["one", "one"], 1)


def test_what_goes_on_beside_the_tasks_survives_the_database_too(monkeypatch):
    monkeypatch.setattr("core.management.commands.work.SECONDS_TO_RECOVER", 0.01)
    tries = []

    def companion(until):
        tries.append(until)
        if len(tries) < 3:
            raise InterfaceError("connection is closed")

    keep_alive(companion, Event())
    assert len(tries) == 3


def test_failed_work_is_tried_again_when_asked_to(capsys):
    stumble.enqueue()
    work()
    work()
    assert len(DBTaskResult.objects.failed().get().worker_ids) == 1
    DBTaskResult.objects.update(task_path="tests.core.test_work.note", args_kwargs={"args": ["mud"], "kwargs": {}})
    work("--retry")
    assert done == ["mud"]
    assert "tried again: 1" in capsys.readouterr().out
