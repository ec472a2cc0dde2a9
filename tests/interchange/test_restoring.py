"""What was backed up is what is there after a restore, whichever database it came from and goes to."""

import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from core import page_cache, standing
from interchange import backing_up, remembering, restoring
from interchange.archives import Refused
from interchange.tables import connected
from mailing.lists import suppressing
from mailing.models import Subscriber, Subscription
from mailing.tokens import Purpose, Token
from tests import cast
from tests.interchange import places

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


@pytest.fixture
def site(settings, tmp_path, published):
    """Low Tide with a picture; Sumi subscribes, and Otto must not be written to."""
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        },
        "backup": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "backups"},
        },
    }
    cast.picture()
    published.sumi = Subscriber.objects.create(email="sumi@example.org")
    Subscription.objects.create(subscriber=published.sumi, newsletter=published.newsletter, state="active")
    suppressing.suppress("otto@example.org", suppressing.Reason.COMPLAINED)
    with places.on_disk(tmp_path):
        yield published


def pages():
    """Every page that the sitemap names, and others, as anybody gets them."""
    page_cache.forget()
    browser, found, waiting = Client(), {}, {"/", "/search/?q=mud", "/sitemap.xml"}
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        found[path] = (answer.status_code, answer.content)
        if path.endswith(".xml"):
            waiting |= {*re.findall(r"https://[^/]+(/[^<]*)</loc>", answer.text)} - found.keys()
    return found


def contents(folder):
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("engine", places.ENGINES)
def test_a_restored_site_is_what_it_was_and_sends_nothing(site, settings, tmp_path, engine):
    before, people = pages(), list(User.objects.values_list())
    token = Token(Purpose.UNSUBSCRIBE, site.sumi.pk, site.newsletter.pk)
    assert "/low-tide/march/crabs/" in before
    manifest = backing_up.write(tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    pictures = contents(tmp_path / "media")
    shutil.rmtree(tmp_path / "media")
    settings.SECRET_KEY, settings.DATA_DIR = "of a fresh machine", tmp_path / "fresh"
    with places.empty(engine, tmp_path):
        restoring.restore(tmp_path / "backup")
        settings.SECRET_KEY = (tmp_path / "fresh/secret.key").read_text()
        assert pages() == before
        assert list(User.objects.values_list()) == people
        assert Subscription.objects.get().subscriber.email == "sumi@example.org"
        assert suppressing.gets_nothing("otto@example.org")
        assert Client().get(f"/unsubscribe/{token}/").status_code == 200
        assert contents(tmp_path / "media") == pictures
        assert manifest.moment in standing.is_held()
        assert standing.problem() == ""
        # What was made and mailed after the backup keeps its numbers to itself.
        assert Subscriber.objects.create(email="rita@example.org").pk > 1_000_000
        with pytest.raises(Refused, match=r"all of it would be lost: .*articles"):
            restoring.restore(tmp_path / "backup")


def manage(folder, *words):
    """A command, line by line as it says something."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DATABASE_URL": address(),
        "SECRET_KEY": "only for tests",
        "PYTHONUNBUFFERED": "1",
    }
    connection.close()
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)  # noqa: S603


def address():
    to = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{to['NAME']}"
    return f"postgres://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"


def test_a_restore_that_is_killed_changes_nothing_and_can_be_made_again(site, tmp_path):
    backing_up.write(tmp_path / "backup")
    Subscriber.objects.create(email="rita@example.org")
    pictures = contents(tmp_path / "media")
    for moment in ("Reading", "accounts_user", "newsletter_searchentry"):
        with manage(tmp_path, "restore", tmp_path / "backup", "--replace") as process:
            assert any(line.startswith(moment) for line in process.stdout)
            process.kill()
        assert set(Subscriber.objects.values_list("email", flat=True)) == {"sumi@example.org", "rita@example.org"}
        assert contents(tmp_path / "media") == pictures
        assert standing.is_held() == ""
    process = manage(tmp_path, "restore", tmp_path / "backup", "--replace")
    assert "Nothing is mailed from here" in process.communicate()[0]
    assert Subscriber.objects.get().email == "sumi@example.org"
    assert not [path for path in tmp_path.iterdir() if "restoring" in path.name or path.suffix == ".part"]


@contextmanager
def somebody_else():
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("SELECT count(*) FROM accounts_user").fetchone()
            yield
    else:
        with psycopg.connect(address()):
            yield


@contextmanager
def room_for(size):
    """No file can become larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_done_is_said_in_a_sentence_and_changes_nothing(site, tmp_path):
    backup = tmp_path / "backup"
    manifest = backing_up.write(backup)
    remembering.write_down()  # as each restore does before anything else
    before = contents(tmp_path)
    with pytest.raises(Refused, match=r"No backup was made: .*too large"), room_for(5_000):
        backing_up.write(backup)
    with pytest.raises(Refused, match=r"No backup was made: .*No such file or directory"):
        backing_up.write(tmp_path / "nowhere/backup")
    with pytest.raises(Refused, match=r"Stop `manage.py serve` and `work` first"), somebody_else():
        restoring.restore(backup, replace=True)
    with pytest.raises(Refused, match=r"Nothing was restored: .*No such file"):
        restoring.restore(tmp_path / "none", replace=True)
    newer = tmp_path / "newer"
    manifest.migrations.append(["core", "9999_of_next_year"])
    with ZipFile(backup) as old, ZipFile(newer, "w") as new:
        writer = backing_up.Writer(new)
        for name in manifest.hashes:
            writer.add(name, [old.read(name)])
        writer.end(manifest)
    with pytest.raises(Refused, match=r"newer version of Courant.* core\.9999_of_next_year"):
        restoring.restore(newer, replace=True)
    newer.unlink()
    if connection.vendor == "sqlite":
        with pytest.raises(Refused, match=r"Nothing was restored: .*(full|disk)"), room_for(200_000):
            restoring.restore(backup, replace=True)
    assert {path for path in contents(tmp_path) if "/gone" not in path} <= before.keys()
    assert Subscriber.objects.get().email == "sumi@example.org"


def test_a_site_moves_to_another_database_by_one_command(site, tmp_path, monkeypatch):
    before = pages()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "only for tests")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "site_project.settings")
    old = connection.settings_dict
    connection.close()
    with places.empty("postgresql", tmp_path):
        there = address()
        connection.close()
        with connected(**old):
            monkeypatch.setattr("interchange.management.commands.move.getpass", lambda question: there)
            call_command("move")
            assert "moved" in standing.is_held()
        assert pages() == before


def test_the_commands_say_what_they_did(site, tmp_path, capsys):
    call_command("backup", str(tmp_path / "backup"))
    assert re.search(r"backup: [\d,]+ rows, \d pictures\. Not encrypted", capsys.readouterr().out)
    with pytest.raises(Refused, match="There is a site here already"):
        call_command("restore", str(tmp_path / "backup"))
