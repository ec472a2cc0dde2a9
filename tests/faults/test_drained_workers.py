"""A worker that is asked to end brings its messages to an end at once, though a task keeps it for longer."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import dj_database_url
import pytest
from django.db.utils import ConnectionHandler
from django.tasks import task

from mailing.delivery import dispatching
from mailing.models import Subscriber, Subscription
from tests import cast
from tests.faults import sink
from tests.faults.test_killed_senders import ROOT, shared_database

PEOPLE = 300
#: Far more than anything here takes.
PATIENCE = 60

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


@task
def last_until_told(path):
    while not Path(path).exists():
        time.sleep(0.02)


def wait_until(is_so):
    """Its answer, once it is no more nothing."""
    end = time.monotonic() + PATIENCE
    while not (answer := is_so()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return answer


@pytest.fixture
def worker(low_tide, settings, tmp_path):
    """A worker that sends to slow people and is busy with a task, and what is in its database by SQL."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}
    people = Subscriber.objects.bulk_create([Subscriber(email=f"slow-{n}@example.org") for n in range(PEOPLE)])
    Subscription.objects.bulk_create(
        [Subscription(subscriber=person, newsletter=low_tide, state="active") for person in people]
    )
    dispatching.prepare(cast.issue(low_tide), None)
    last_until_told.enqueue(str(tmp_path / "told"))
    database = shared_database(tmp_path)
    other = ConnectionHandler({"default": dj_database_url.parse(database)}).create_connection("default")

    def rows(sql):
        with other.cursor() as cursor:
            return cursor.execute(sql).fetchall()

    with sink.running(tmp_path / "sunk") as port:
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "site_project.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": database,
            "MAIL_URL": f"smtp://127.0.0.1:{port}",
            "LOG_LEVEL": "CRITICAL",
        }
        command = [sys.executable, "-m", "django", "work", "--no-startup-delay"]
        with subprocess.Popen(command, cwd=ROOT, env=environment) as process:  # noqa: S603
            try:
                yield process, rows
            finally:
                process.kill()
                other.close()


def test_messages_in_hand_are_landed_and_claims_go_back_while_a_task_goes_on(worker, tmp_path):
    process, rows = worker

    def states():
        return Counter(state for (state,) in rows("SELECT state FROM mailing_delivery"))

    def task_state():
        return rows("SELECT status FROM django_tasks_database_dbtaskresult")[0][0]

    wait_until(lambda: states()["handed"] >= 4 and task_state() == "RUNNING")
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: set(states()) == {"queued", "handed"})
    assert task_state() == "RUNNING"
    sent = states()["handed"]
    (tmp_path / "told").touch()
    assert process.wait(PATIENCE) == 0
    assert states() == {"handed": sent, "queued": PEOPLE - sent}
    assert len((tmp_path / "sunk").read_text().splitlines()) == sent < PEOPLE
    assert task_state() == "SUCCESSFUL"
