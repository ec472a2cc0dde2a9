"""Limits count exactly, know nobody's address, and cannot be talked out of what they counted."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from core.limits import Limit, ask_to_wait, network_of
from core.models import Hits

ROOT = Path(__file__).resolve().parents[2]
THREE_A_MINUTE = Limit("tests.knock", most=3, seconds=60)
# A process of its own has a database file of its own, which threads may share.
CROWD_ON_A_FILE = """
import django
django.setup()
from django.db import connection
from core.models import Hits
from tests.core.test_limits import crowd
with connection.schema_editor() as editor:
    editor.create_model(Hits)
print(*crowd())
"""


def request_from(address, **headers):
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=address)


def knock(times, key="Rita"):
    return [THREE_A_MINUTE.hit(key) for _ in range(times)]


def crowd():
    """Eight threads knock 25 times each; returns how many knocks there were, and how many the limit let pass."""
    limit = Limit("tests.crowd", most=50, seconds=600)

    def push(_number):
        with closing(connection):
            return [limit.hit("Rita") for _ in range(25)]

    with ThreadPoolExecutor(8) as pool:
        waits = [wait for waits in pool.map(push, range(8)) for wait in waits]
    return len(waits), waits.count(0)


def test_hits_beyond_the_limit_are_told_how_long_to_wait(db, time_machine):
    time_machine.move_to("2026-03-14T09:26:00Z", tick=False)
    assert knock(3) == [0, 0, 0]
    time_machine.shift(20)
    assert knock(2) == [40, 40]


def test_the_next_window_begins_anew(db, time_machine):
    time_machine.move_to("2026-03-14T09:26:00Z", tick=False)
    knock(9)
    time_machine.shift(59)
    assert knock(1) == [1]
    time_machine.shift(1)
    assert knock(4) == [0, 0, 0, 60]


def test_each_key_and_each_limit_has_its_own_count(db):
    assert knock(4)[-1] > 0
    assert knock(1, "Otto") == [0]
    assert Limit("tests.other", most=1, seconds=60).hit("Rita") == 0


def test_a_forgotten_key_begins_anew(db):
    knock(4)
    THREE_A_MINUTE.forget("Rita")
    assert knock(1) == [0]


def test_one_query_a_hit(db, django_assert_num_queries):
    knock(1)
    with django_assert_num_queries(1):
        knock(1)


def test_no_key_is_stored_as_it_is(db, settings):
    knock(1, "rita@example.org")
    first = Hits.objects.get().digest
    assert "rita" not in first
    settings.SECRET_KEY = "another"
    knock(1, "rita@example.org")
    assert Hits.objects.exclude(digest=first).exists()


def test_a_hit_that_a_rollback_would_undo_is_refused(db):
    with transaction.atomic(), pytest.raises(RuntimeError):
        knock(1)


@pytest.mark.slow
def test_a_crowd_is_counted_to_the_last_head(tmp_path):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "site_project.settings"
    command = [sys.executable, "-c", CROWD_ON_A_FILE]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    assert said.stdout.split() == ["200", "50"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads cannot share a database in memory")
def test_a_crowd_is_counted_on_postgresql_too(transactional_db):
    assert crowd() == (200, 50)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_neighbours_are_one_network(address, network):
    assert network_of(request_from(address)) == network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "198.51.100.1", "192.0.2.0/24"),
        (1, "198.51.100.1", "198.51.100.0/24"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.0/24"),
        (1, "forged, 203.0.113.9,198.51.100.1", "198.51.100.0/24"),
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.0/24"),
        (2, "198.51.100.1", "192.0.2.0/24"),
        (1, "", "192.0.2.0/24"),
        (1, "unknown", ""),
        (1, "198.51.100.1:4711", "198.51.100.0/24"),
        (1, '"198.51.100.1:4711"', "198.51.100.0/24"),
        (1, "203.0.113.9:80,198.51.100.1:_hidden", "198.51.100.0/24"),
        (1, "[2001:db8:1::7]:4711", "2001:db8:1::/48"),
        (1, '"[2001:db8:1::7]:4711"', "2001:db8:1::/48"),
        (1, "[2001:db8:1::7]", "2001:db8:1::/48"),
        (1, "2001:db8:1::7", "2001:db8:1::/48"),
        (1, "[::ffff:198.51.100.1]:80", "198.51.100.0/24"),
        (1, "[198.51.100.1]", "198.51.100.0/24"),
        (1, "198.51.100.1:80:80", ""),
        (1, "[2001:db8:1::7", ""),
    ],
)
def test_forged_headers_change_nothing(settings, proxies, forwarded, network):
    settings.TRUSTED_PROXIES = proxies
    assert network_of(request_from("192.0.2.7", x_forwarded_for=forwarded)) == network


def test_a_hop_that_nobody_can_read_is_warned_about_in_the_same_line(settings, caplog):
    settings.TRUSTED_PROXIES = 1
    with caplog.at_level(logging.WARNING):
        for hop in ["unknown", "_gateway", "unix:", "203.0.113.9, rita"]:
            network_of(request_from("192.0.2.7", x_forwarded_for=hop))
        network_of(request_from("192.0.2.7", x_forwarded_for="198.51.100.1:80"))
    (line,) = set(caplog.messages)
    assert "X-Forwarded-For" in line
    assert "TRUSTED_PROXIES" in line
    assert "rita" not in line


def test_the_answer_to_one_hit_too_many():
    response = ask_to_wait(HttpResponse("Your text is kept."), 40)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "40"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.content == b"Your text is kept."
