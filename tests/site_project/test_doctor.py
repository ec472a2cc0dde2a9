"""`manage.py doctor` says what is wrong and what to do, and sends nothing unless asked."""

import socket
from http.server import HTTPServer
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.models import Heartbeat
from newsletter.models import Newsletter
from site_project import door, examining
from tests.deliverability.zones import served
from tests.site_project.test_watching import Listener


@pytest.fixture
def somewhere(tmp_path, settings, monkeypatch):
    """A site whose files are its own, on a machine without a network."""
    settings.DATA_DIR = settings.BASE_DIR = tmp_path
    settings.SITE_URL, settings.SECURE_SITE = "http://localhost:8000", False
    tmp_path.chmod(0o750)
    return tmp_path


def doctor(*arguments):
    """What it says, and whether it found something wrong."""
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out, no_color=True)
    except CommandError:
        return out.getvalue(), True
    return out.getvalue(), False


def found(examination):
    return [(message.level, message.msg, message.hint) for message in examination()]


def test_it_looks_at_each_part_and_says_what_to_do(db, somewhere, mailoutbox):
    said, is_wrong = doctor()
    assert is_wrong
    assert [
        part for part in examining.EXAMINED if f" {part} " not in said.replace("ok", " ").replace("WRONG", " ")
    ] == []
    assert "WRONG worker" in said
    assert "→ See what manage.py serve" in said
    assert mailoutbox == []


def test_a_mail_is_sent_where_one_is_asked_for(db, somewhere, mailoutbox):
    said, _is_wrong = doctor("--mail", "rita@example.org")
    assert [mail.to for mail in mailoutbox] == [["rita@example.org"]]
    assert "handed over" in said


def test_a_newsletter_in_a_place_that_the_site_needs_is_told_of(low_tide):
    assert [level for level, *_words in found(examining.newsletters)] == [20]
    Newsletter.objects.update(slug="events")
    level, words, _hint = found(examining.newsletters)[0]
    assert (level, words) == (30, "“Low Tide” stands at /events/, which the site needs itself")


def test_a_worker_that_is_there_is_well(db):
    Heartbeat.objects.create(worker="w", at=timezone.now())
    assert [level for level, *_words in found(examining.worker)] == [20]


@pytest.mark.parametrize("name", ["secret.key", ".env"])
def test_secrets_that_others_can_read_are_wrong(somewhere, name):
    path = somewhere / name
    path.write_text("secret")
    path.chmod(0o640)
    assert (40, f"{path} holds secrets, and others can read it", f"chmod 600 {path}") in found(examining.permissions)
    path.chmod(0o600)
    assert [level for level, *_words in found(examining.permissions)] == [20]


def test_a_database_in_a_folder_that_all_may_enter_is_looked_at(somewhere):
    (somewhere / "courant.sqlite3").write_text("")
    (somewhere / "courant.sqlite3").chmod(0o644)
    assert [level for level, *_words in found(examining.permissions)] == [20]
    somewhere.chmod(0o755)
    assert [level for level, *_words in found(examining.permissions)] == [30, 20]


@pytest.mark.enable_socket
def test_a_mail_server_that_is_not_there_is_wrong(db, settings):
    options = {"host": "127.0.0.1", "port": 9}
    settings.MAILERS = {"default": {"BACKEND": "core.mail.smtp.EmailBackend", "OPTIONS": options}}
    ((level, words, hint),) = found(examining.mail)
    assert level == 40
    assert words.startswith("127.0.0.1:9 does not take mail from us")
    assert "MAIL_URL" in hint


def test_without_a_network_it_says_so(db, settings):
    settings.DEFAULT_FROM_EMAIL = "Low Water <ada@low-water.example>"
    *_known, (level, words, _hint) = found(examining.sender_domain)
    assert level == 30
    assert "offline" in words


@pytest.mark.enable_socket
def test_what_dns_says_of_each_sender_is_read(low_tide, settings):
    Newsletter.objects.update(sender_address="ada@low-water.example")
    zone = {
        ("low-water.example", "MX"): ["10 mail.low-water.example."],
        ("low-water.example", "TXT"): ['"google-site=1"', '"v=spf1 ip4:5.9.44.20" " -all"'],
    }
    with served(zone):
        said = found(examining.sender_domain)
    assert [level for level, *_words in said] == [20, 20, 20, 30]
    assert said[1][1] == "mail.low-water.example takes mail for low-water.example."
    assert said[3][2].startswith("Add to the zone: _dmarc.low-water.example TXT v=DMARC1; p=none")


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_an_address_that_leads_here_is_well_and_one_that_leads_elsewhere_is_not(live_server, settings):
    settings.SITE_URL, settings.SECURE_SITE = live_server.url, False
    assert found(examining.address)[0][0] == 20
    with HTTPServer(("127.0.0.1", 0), Listener) as another:
        another.asked = []
        thread = Thread(target=another.handle_request)
        thread.start()
        settings.SITE_URL = f"http://127.0.0.1:{another.server_port}"
        ((level, words, _hint),) = found(examining.address)
        thread.join()
    assert (level, "leads to something else" in words) == (40, True)


@pytest.mark.enable_socket
def test_an_address_where_nobody_answers_is_wrong(settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.SITE_URL = f"http://127.0.0.1:{port}"
    assert found(examining.address)[0][0] == 40


def test_what_cannot_be_examined_is_wrong_and_stops_nothing(db, somewhere, monkeypatch):
    def broken():
        raise LookupError("odd")

    monkeypatch.setattr(door, "full_disk", broken)
    said, _is_wrong = doctor()
    assert "WRONG disk" in said
    assert "This cannot be examined: LookupError: odd" in said
    assert " address " in said
