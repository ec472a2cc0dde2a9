"""Senders are killed at random moments: nobody is lost, nobody gets two copies, and the ledger tells the truth.

A few hundred people in every run of the tests; with FAULTS=full, as `make faults` sets it, 10,000 and twenty kills.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from mailing.delivery import dispatching
from mailing.models import Subscriber, Subscription
from tests import cast
from tests.faults import sink

ROOT = Path(__file__).resolve().parents[2]
IS_FULL = os.environ.get("FAULTS") == "full"
PEOPLE, KILLS = (10_000, 20) if IS_FULL else (200, 3)
WORKERS = 2 if connection.vendor == "postgresql" else 1
CONNECTIONS = 2
MODES = ["perm", "temp", "data4", "dropbefore", "dropdata", "dropafter", "slow"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


def emails():
    """Each mode once in a hundred; the others behave."""
    for number in range(PEOPLE):
        place = number % 100
        mode = MODES[place // 14] if place % 14 == 7 and place // 14 < len(MODES) else "good"
        yield f"{mode}-{number:05}@example.org"


def subscribe_all(newsletter):
    people = Subscriber.objects.bulk_create([Subscriber(email=email) for email in emails()])
    Subscription.objects.bulk_create(
        [Subscription(subscriber=person, newsletter=newsletter, state="active") for person in people]
    )


def shared_database(folder):
    """The address of a database with what the test has stored, for other processes."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(folder / "shared.sqlite3") as copy:
            connection.connection.backup(copy)
        copy.close()
        return f"sqlite:///{folder / 'shared.sqlite3'}"
    settings = connection.settings_dict
    return f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


def drill(dispatch, folder):
    """Run the senders and their killer; returns the ledger and what arrived, in the order of arrival."""
    sunk = folder / "sunk"
    sunk.touch()
    with sink.running(sunk) as port:
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "site_project.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_DIR": str(folder),
            "DATABASE_URL": shared_database(folder),
            "MAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_CONNECTIONS": str(CONNECTIONS),
            "LOG_LEVEL": "CRITICAL",
            "PEOPLE": str(PEOPLE),
        }
        command = [sys.executable, "-m", "tests.faults.drill", str(dispatch.pk), sunk, str(KILLS), str(WORKERS)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    if IS_FULL:
        report(result)
    return result["ledger"], [json.loads(line) for line in sunk.read_text().splitlines()]


def report(result):
    counts = Counter(state for state, *_ in result["ledger"].values())
    settings = f"{PEOPLE} people, {KILLS} kills, {WORKERS} × {CONNECTIONS} connections"
    print(f"\n{connection.vendor}: {settings}, {result['seconds']:.0f} s: {dict(counts)}")  # noqa: T201


def test_senders_killed_at_random_lose_nobody_and_repeat_nobody(low_tide, tmp_path):
    subscribe_all(low_tide)
    dispatch = dispatching.prepare(cast.issue(low_tide), None)
    ledger, arrived = drill(dispatch, tmp_path)
    times = Counter(entry["to"] for entry in arrived)
    states = {email: state for email, (state, *_) in ledger.items()}

    def of(state):
        return {email for email, found in states.items() if found == state}

    assert set(states) == set(emails())
    assert set(times.values()) == {1}
    refused = {email for email in emails() if email.startswith("perm-")}
    assert of("failed") <= refused <= of("failed") | of("uncertain")  # one may be in flight at a kill
    assert of("handed") | of("uncertain") | of("failed") == set(emails())
    assert of("handed") <= set(times)
    assert set(times) - of("handed") <= of("uncertain")
    unanswered = {email for email in emails() if email.startswith(("dropdata-", "dropafter-"))}
    assert unanswered <= of("uncertain")
    assert len(of("uncertain") - unanswered) <= KILLS * CONNECTIONS
    assert all(entry["message_id"] == ledger[entry["to"]][1] for entry in arrived)
