"""The outbox among processes: requests do not wait, a few threads send, and killed senders lose nothing."""

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import dj_database_url
import pytest
from django.conf import settings
from django.db.utils import ConnectionHandler
from django.utils import timezone

from core.models import OutgoingMail
from tests.faults import sink
from tests.faults.test_killed_senders import IS_FULL, ROOT, shared_database

MAILS, KILLS = (2000, 40) if IS_FULL else (60, 6)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


def run(word, number, folder, port):
    """What `tests.faults.outbox` prints, and what is in its database afterwards."""
    database = shared_database(folder)
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "MAIL_URL": f"smtp://127.0.0.1:{port}",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "tests.faults.outbox", word, str(number)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    if IS_FULL:
        print(word, done.stdout)  # noqa: T201
    return json.loads(done.stdout), stored(database, "SELECT state, email, message_id FROM core_outgoingmail")


def stored(database, sql):
    other = ConnectionHandler({"default": dj_database_url.parse(database)}).create_connection("default")
    try:
        with other.cursor() as cursor:
            return cursor.execute(sql).fetchall()
    finally:
        other.close()


def arrived(folder):
    return [json.loads(line) for line in (folder / "sunk").read_text().splitlines()]


def test_mail_leaves_at_once_without_a_worker_by_a_few_threads(tmp_path):
    with sink.running(tmp_path / "sunk") as port:
        told, rows = run("request", 30, tmp_path, port)
    assert told["threads"] <= 2
    assert Counter(entry["to"] for entry in arrived(tmp_path)) <= Counter(email for _, email, _ in rows)
    assert "sent" in {state for state, *_ in rows}


def test_a_server_that_never_speaks_is_waited_for_by_a_few_threads_alone(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        told, rows = run("request", 100, tmp_path, mute.getsockname()[1])
    assert told["threads"] <= 2
    assert Counter(state for state, *_ in rows) == {"waiting": 100}


def test_killed_senders_lose_no_mail_and_repeat_at_most_what_they_had_in_hand(tmp_path):
    expires_at = timezone.now() + timedelta(days=1)
    modes = ["temp", "data4", "dropbefore", "slow"]
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            kind="conversation",
            email=f"{modes[number] if number < len(modes) else 'good'}-{number}@example.org",
            message_id=f"<{number}@courant.example>",
            from_email="tide@courant.example",
            expires_at=expires_at,
            text="Words",
        )
        for number in range(MAILS)
    )
    with sink.running(tmp_path / "sunk") as port:
        told, rows = run("kill", KILLS, tmp_path, port)
    entries = arrived(tmp_path)
    assert {state for state, *_ in rows} == {"sent"}
    assert {(entry["to"], entry["message_id"]) for entry in entries} == {(email, name) for _, email, name in rows}
    assert len(entries) - MAILS <= told["killed"]
