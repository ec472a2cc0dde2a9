"""What comes back twice a minute: it goes on whatever fails, and deletes what nobody needs any more."""

import logging
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.limits import Limit
from core.models import Hits
from core.worker import ticks


@task
def nothing():
    pass


@pytest.fixture
def no_other_ticks(monkeypatch):
    monkeypatch.setattr(ticks, "ticks", [])
    monkeypatch.setattr(ticks, "sweeps", [])
    return ticks.ticks


def test_one_that_fails_is_logged_and_stops_no_other(no_other_ticks, caplog):
    done = []

    def stumble():
        raise LookupError("no such thing")

    no_other_ticks.extend([stumble, lambda: done.append("mud")])
    with caplog.at_level(logging.ERROR):
        call_command("tick")
    assert done == ["mud"]
    assert "stumble failed" in caplog.text
    assert "no such thing" in caplog.text


def test_counts_of_ended_windows_are_forgotten(db, time_machine):
    Limit("tests.short", most=1, seconds=60).hit("Rita")
    Limit("tests.long", most=1, seconds=600).hit("Rita")
    time_machine.move_to(time.time() + 61)
    call_command("tick")
    assert Hits.objects.count() == 1
    assert Limit("tests.long", most=1, seconds=600).hit("Rita")


def test_expired_sessions_are_forgotten(db):
    for seconds in (-1, 60):
        session = SessionStore()
        session.set_expiry(seconds)
        session.save()
    call_command("tick")
    assert [found.session_key for found in Session.objects.all()] == [session.session_key]


def test_tasks_finished_a_week_ago_are_forgotten(db, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    states = {("SUCCESSFUL", 8), ("FAILED", 8), ("SUCCESSFUL", 6), ("FAILED", 6), ("READY", 8)}
    for status, days in states:
        ended = None if status == "READY" else timezone.now() - timedelta(days=days)
        DBTaskResult.objects.filter(pk=nothing.enqueue().id).update(status=status, finished_at=ended, priority=days)
    call_command("tick")
    left = set(DBTaskResult.objects.values_list("status", "priority"))
    assert left == {("SUCCESSFUL", 6), ("FAILED", 6), ("READY", 8)}
