"""What the site says of itself to those who run it: ready or not, alive, and what was answered."""

import json
import logging
import shutil
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Event, Thread

import pytest
from django.test import Client
from django.utils import timezone

from core import logs, masking, standing
from core.models import Heartbeat
from interchange.models import Backup
from site_project import door, reporting

TOKEN = "q3Zt-9vXk_w7LmN0pRsA4g"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def at_work(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    Heartbeat.objects.create(worker="w", at=timezone.now())


@pytest.fixture
def full_disk(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100 * 2**30, 99 * 2**30, 300 * 2**20))


@pytest.fixture
def empty_disk(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100 * 2**30, 0, 100 * 2**30))


def test_who_asks_whether_it_is_ready_hears_of_each_part(client, at_work):
    page = client.get("/ready/")
    assert page.status_code == 200
    lines = page.content.decode().splitlines()
    assert lines[0] == "ready"
    parts = ["database", "migrations", "cache", "worker", "static files", "disk", "mail", "backups"]
    assert [part for part in parts if f"ok: {part}" not in lines] == []


def test_a_full_disk_is_said_and_pages_go_on(client, at_work, full_disk):
    page = client.get("/ready/")
    assert page.status_code == 200
    assert b"degraded: only 300 MB are free where DATA_DIR lies" in page.content


def test_backups_that_fail_are_said(client, at_work, settings):
    settings.BACKUP_HOURS = 24
    Backup.objects.create(place="here", is_under_way=False, problem="the disk is full")
    assert b"the disk is full" in client.get("/ready/").content


def test_mail_that_is_held_is_said(client, at_work):
    standing.hold("restored from a backup")
    assert b"degraded: restored from a backup" in client.get("/ready/").content


class Listener(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings):
    """A service that waits for signs of life, on this machine."""
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        server.asked = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        settings.HEARTBEAT_URL = f"http://127.0.0.1:{server.server_port}/ping/{TOKEN}"
        yield server
        server.shutdown()
        thread.join()


class Rounds(Event):
    """Lets a loop go round so often, at once."""

    def __init__(self, number):
        super().__init__()
        self.left = number

    def wait(self, timeout=None):
        self.left -= 1
        return self.left < 0


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_a_sign_of_life_is_given_once_a_minute_while_all_is_well(service, empty_disk):
    door.keep_beating(Rounds(4))
    assert service.asked == []
    Heartbeat.objects.create(worker="w", at=timezone.now())
    door.keep_beating(Rounds(4))
    assert service.asked == [f"/ping/{TOKEN}"]


@pytest.mark.enable_socket
def test_a_service_that_is_away_is_said_without_its_address(settings, caplog):
    with caplog.at_level(logging.WARNING):
        door.beat(f"http://127.0.0.1:9/ping/{TOKEN}")
    assert "HEARTBEAT_URL was not reached" in caplog.text
    assert TOKEN not in caplog.text


@pytest.fixture
def written():
    """The access log, as JSON."""
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(logs.Line("json", masking.mask))
    access = logging.getLogger("access")
    level, access.level = access.level, logging.INFO
    access.addHandler(handler)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    access.removeHandler(handler)
    access.level = level


def test_no_answer_is_written_down_unless_asked(client, published, written):
    client.get("/low-tide/")
    assert written() == []


def test_each_answer_is_written_down_without_what_opens_anything_or_who_asked(client, published, settings, written):
    settings.ACCESS_LOG = True
    client.get(f"/unsubscribe/{TOKEN}/?q={TOKEN}")
    client.get("/low-tide/march/")
    first, second = written()
    assert first["message"] == "GET /unsubscribe/…/?q=… 404"
    assert (second["status"], second["view"]) == (200, "newsletter:issue")
    assert len(second["request"]) == 16
    assert "127.0.0.1" not in json.dumps([first, second])


def test_the_network_address_is_written_down_where_addresses_are_stored(published, settings, written):
    settings.ACCESS_LOG = settings.STORE_NETWORK_ADDRESS = True
    Client(REMOTE_ADDR="192.0.2.7").get("/low-tide/")
    assert written()[0]["client"] == "192.0.2.7"


def test_what_sentry_hears_names_no_people_and_opens_nothing():
    event = {
        "request": {
            "url": f"https://courant.example/unsubscribe/{TOKEN}/",
            "method": "GET",
            "query_string": f"q={TOKEN}",
            "cookies": {"session": TOKEN},
            "headers": {"Authorization": TOKEN},
            "data": {"email": "rita@example.org"},
        },
        "exception": {"values": [{"value": f"nobody at /preview/{TOKEN}/"}]},
        "breadcrumbs": {"values": [{"message": f"GET /subscription/{TOKEN}/"}]},
        "transaction": f"/comments/mute/{TOKEN}/",
    }
    told = json.dumps(reporting.without_secrets(event))
    assert TOKEN not in told
    assert "rita" not in told
    assert "/unsubscribe/" in told
