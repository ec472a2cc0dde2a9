"""Which code, database and key belong together, and what is sent from where."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from core import standing
from core.mail import outbox
from core.models import OutgoingMail, Standing
from mailing.delivery import dispatching
from mailing.delivery.sending import Sender
from tests.mailing.lists import frozen, ledger, subscribe

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(monkeypatch):
    """This database was begun at another place."""
    standing.refuse()
    Standing.objects.update(place="another")
    monkeypatch.setattr(standing, "place", lambda: "here")


def test_what_belongs_together_may_work():
    standing.refuse()
    standing.refuse()
    assert standing.problem() == ""
    assert standing.is_held() == ""


@pytest.mark.parametrize("app", ["newsletter", "an_app_of_tomorrow"])
def test_a_database_from_tomorrow_is_refused(app):
    MigrationRecorder.Migration.objects.create(app=app, name="9999_tomorrow")
    with pytest.raises(standing.Refused, match=f"newer than this code .{app}.9999_tomorrow"):
        standing.refuse()


def test_a_database_from_yesterday_is_refused():
    MigrationRecorder.Migration.objects.filter(app="mailing").last().delete()
    with pytest.raises(standing.Refused, match=r"older than this code .mailing.*run manage.py migrate"):
        standing.refuse()


def test_another_key_is_refused_until_the_old_one_is_named_beside_it(settings):
    standing.refuse()
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new one"
    with pytest.raises(standing.Refused, match=r"another SECRET_KEY.*secret.key"):
        standing.refuse()
    settings.SECRET_KEY_FALLBACKS = ["older still", old]
    standing.refuse()
    settings.SECRET_KEY_FALLBACKS = []
    standing.refuse()
    settings.SECRET_KEY = old
    assert "another SECRET_KEY" in standing.problem()


def test_a_key_that_is_lost_for_good_is_given_up_aloud(settings):
    standing.refuse()
    settings.SECRET_KEY = "a new one"
    call_command("release")
    assert standing.problem()
    call_command("release", new_key=True)
    standing.refuse()


def test_a_copy_sends_nothing_until_it_is_released(elsewhere, published, low_tide, desk, capsys):
    subscribe(low_tide, "sumi", "otto")
    dispatch = dispatching.prepare(published, None)
    outbox.put("sumi@example.com", "Code", "123", kind=OutgoingMail.Kind.CODE)
    Sender(Event()).run(forever=False)
    call_command("tick")
    assert not dispatch.deliveries.exists()
    assert OutgoingMail.objects.waiting().count() == 1
    assert "Nothing is mailed from here: this database was copied" in desk.get("/admin/").text
    call_command("release")
    assert "It was held: this database was copied" in capsys.readouterr().out
    outbox.send_due()
    Sender(Event()).run(forever=False)
    assert not OutgoingMail.objects.waiting().exists()
    assert ledger(dispatch) == {"sumi": "handed", "otto": "handed"}
    assert "Nothing is mailed" not in desk.get("/admin/").text


def test_a_hold_stops_a_mailing_on_its_way(published, low_tide, monkeypatch):
    subscribe(low_tide, "sumi", "otto")
    dispatch = frozen(published)
    monkeypatch.setattr("mailing.delivery.sending.SECONDS_BETWEEN_LOOKS", -1)
    monkeypatch.setattr("mailing.delivery.claiming.limits", lambda dispatch: standing.hold("restored") or {})
    Sender(Event()).run(forever=False)
    assert ledger(dispatch) == {"sumi": "queued", "otto": "queued"}


def test_a_held_site_leaves_its_mailbox_alone(settings):
    settings.BOUNCE_MAILBOX = "maildir:///nowhere"
    standing.hold("restored from a backup")
    call_command("tick")
    with pytest.raises(CommandError, match="left to the original: restored from a backup"):
        call_command("bounces")


def test_a_staging_site_cannot_be_released_but_lets_people_sign_in(settings, mailoutbox):
    settings.STAGING = True
    standing.hold("restored from a backup")
    with pytest.raises(CommandError, match="STAGING"):
        call_command("release")
    outbox.put("edda@example.com", "Code", "123", kind=OutgoingMail.Kind.CODE)
    assert len(mailoutbox) == 1


def test_a_staging_site_sends_robots_away(settings, client):
    assert "Sitemap:" in client.get("/robots.txt").text
    settings.STAGING = True
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL alone")
def test_each_database_of_a_cluster_and_each_restored_table_is_a_place_of_its_own():
    cluster, database, table = standing.place().split(":")
    assert all(map(int, (cluster, database, table)))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE anew (LIKE core_standing); DROP TABLE core_standing")
        cursor.execute("ALTER TABLE anew RENAME TO core_standing")
    assert standing.place().split(":")[:2] == [cluster, database]
    assert standing.place().split(":")[2] != table


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """A site on SQLite that somebody has begun to use, with its key."""
    folder = tmp_path_factory.mktemp("used")
    assert manage(folder, "migrate", "--verbosity=0").returncode == 0
    assert manage(folder, "editor").returncode == 0
    return folder


@pytest.fixture
def site(used, tmp_path):
    return shutil.copytree(used, tmp_path / "site")


def manage(folder, *arguments, **variables):
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"DATA_DIR": str(folder), **variables}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


WORK = ["work", "--batch", "--no-startup-delay"]


@pytest.mark.slow  # a process each
def test_no_new_key_is_made_beside_a_database_with_rows(site):
    key = (site / "secret.key").read_text()
    (site / "secret.key").unlink()
    for command in (WORK, ["serve"], ["migrate"]):
        refused = manage(site, *command)
        assert refused.returncode != 0
        assert refused.stderr.count("\n") == 1
        assert "Put secret.key back into DATA_DIR" in refused.stderr
        assert not (site / "secret.key").exists()
    assert manage(site, *WORK, SECRET_KEY=key).returncode == 0
    other = manage(site, *WORK, SECRET_KEY="another")
    assert (other.returncode, other.stderr.count("\n")) == (standing.REFUSED, 1)
    assert manage(site, *WORK, SECRET_KEY="another", SECRET_KEY_FALLBACKS=key).returncode == 0


@pytest.mark.slow
def test_a_folder_that_is_copied_is_held_and_one_that_is_moved_is_not(site, tmp_path):
    assert manage(site, *WORK).returncode == 0
    assert "Nothing was held" in manage(site, "release").stdout
    moved = site.rename(tmp_path / "moved")
    assert "Nothing was held" in manage(moved, "release", SITE_URL="https://new.example").stdout
    copied = shutil.copytree(moved, tmp_path / "copied")
    assert "It was held: this database was copied" in manage(copied, "release").stdout
    assert "Nothing was held" in manage(copied, "release").stdout
    with closing(sqlite3.connect(copied / "courant.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM core_standing").fetchone() == (1,)
