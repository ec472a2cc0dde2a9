"""Whoever waits for a worker is told when there is none."""

import os
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core.models import Heartbeat
from core.worker import leases, pulse


@pytest.fixture(autouse=True)
def _nothing_is_going_on(monkeypatch):
    monkeypatch.setattr(pulse, "due", {})


def seen(*, ago, worker="one"):
    return Heartbeat.objects.create(worker=worker, at=timezone.now() - timedelta(seconds=ago))


@pytest.mark.parametrize(("ago", "status"), [(0, 200), (30, 200), (90, 503), (90_000, 503)])
def test_monitors_are_told_by_a_status_and_a_sentence(client, db, ago, status):
    seen(ago=ago)
    answer = client.get("/up/worker/", headers={"host": "10.0.0.7"})
    assert answer.status_code == status
    assert ("No worker since" in answer.text) == (status == 503)


def test_a_site_without_a_worker_is_ready_and_says_so(client, db):
    assert client.get("/up/worker/").status_code == 503
    answer = client.get("/ready/")
    assert (answer.status_code, answer.text.split("\n")[0]) == (200, "ready")
    assert "degraded: No worker has run yet" in answer.text
    pulse.beat("one")
    assert "ok: worker\n" in client.get("/ready/").text
    assert client.get("/up/worker/").text == "at work\n"


def test_one_worker_of_several_is_enough(client, db):
    seen(ago=600, worker="gone")
    seen(ago=5, worker="here")
    assert client.get("/up/worker/").status_code == 200


def test_the_desk_says_it_to_everybody_who_works_there(desk, db):
    seen(ago=600)
    assert "No worker since" in desk.get("/admin/").text
    pulse.beat("two")
    assert "No worker since" not in desk.get("/admin/").text


def test_a_clock_that_was_set_back_leaves_nobody_at_work_for_ever(db, time_machine):
    seen(ago=-3600)
    assert pulse.missing()


def test_one_row_for_each_worker_and_none_for_those_long_gone(db):
    seen(ago=90_000, worker="gone")
    for name in ["one", "two", "one"]:
        pulse.beat(name)
    assert sorted(Heartbeat.objects.values_list("worker", flat=True)) == ["one", "two"]


@pytest.mark.parametrize("seconds", [pulse.ROUND_SECONDS, pulse.TASK_SECONDS])
def test_a_worker_in_which_something_is_stuck_does_not_claim_to_be_at_work(db, time_machine, monkeypatch, seconds):
    now = [1000.0]
    monkeypatch.setattr("core.worker.pulse.time.monotonic", lambda: now[0])
    pulse.begin(seconds)
    now[0] += seconds - 1
    assert pulse.beat("one")
    now[0] += 2
    assert not pulse.beat("one")
    pulse.end()
    assert pulse.beat("one")


def test_each_thread_speaks_for_itself(db, monkeypatch):
    def stuck():
        pulse.begin(-1)

    thread = threading.Thread(target=stuck)
    thread.start()
    thread.join()
    pulse.begin()
    pulse.end()
    assert not pulse.beat("one")


@pytest.mark.django_db(transaction=True)
def test_a_stuck_worker_lets_go_of_its_task(monkeypatch):
    looked = []
    monkeypatch.setattr(leases, "look_after", looked.append)
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0)
    rounds = iter([False, False, True])
    until = threading.Event()
    monkeypatch.setattr(until, "wait", lambda seconds: next(rounds))
    pulse.begin(-1)
    leases.keep_looking_after("one", until)
    assert looked == []
    assert not Heartbeat.objects.exists()


@pytest.fixture
def signs(monkeypatch):
    """What `serve` hears of this worker since the last look."""
    heard, told = os.pipe()
    os.set_blocking(heard, False)
    monkeypatch.setenv("COURANT_SIGNS", str(told))
    yield lambda: os.read(heard, 100)
    os.close(heard)
    os.close(told)


def test_serve_hears_a_worker_that_goes_on_whatever_its_database_does(db, signs):
    pulse.beat("one")
    assert signs() == b"."
    with connection.execute_wrapper(full_disk), pytest.raises(OperationalError):
        pulse.beat("one")
    assert signs() == b"."


def test_serve_hears_nothing_of_one_that_is_stuck(db, signs):
    pulse.begin(-1)
    assert not pulse.beat("one")
    with pytest.raises(BlockingIOError):
        signs()


def test_a_worker_waits_for_nobody_who_listens(db, signs, monkeypatch):
    told = int(os.environ["COURANT_SIGNS"])
    os.set_blocking(told, False)
    with suppress(BlockingIOError):
        while os.write(told, b"." * 10_000):
            pass
    assert pulse.beat("one")
    monkeypatch.setenv("COURANT_SIGNS", "1000000")
    assert pulse.beat("one")


def full_disk(execute, sql, *args):
    if sql.startswith("UPDATE"):
        raise OperationalError("database or disk is full")
    return execute(sql, *args)


def test_probes_answer_with_a_sentence_when_the_database_is_away(db, monkeypatch):
    monkeypatch.setattr(Heartbeat._meta, "db_table", "core_nowhere")
    answer = Client().get("/up/worker/")
    assert (answer.status_code, answer.text) == (503, "no database\n")
