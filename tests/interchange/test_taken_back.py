"""A backup, then people take back what they said, then a restore: it stays so. And a backup that is killed."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.own_data import erase_account
from core import standing
from interchange import remembering
from interchange.archives import check
from mailing.lists import subscribing, suppressing
from mailing.models import Consent, Subscription
from tests import cast
from tests.core.test_serve import ROOT, environment, manage, migrated, wait_until  # noqa: F401 - fixtures
from tests.interchange import places
from tests.mailing.post import TEST, subscribed

# Each makes whole databases.
pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def site(folders, settings, transactional_db, published, rita):
    """Sumi, Otto and Ada have subscribed; Rita has an account with a picture."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folders[0] / "media"}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    rita.picture = default_storage.save("people/rita.webp", cast.image_file())
    rita.save()
    for name in ("sumi", "otto", "ada"):
        subscribed(published.newsletter, f"{name}@example.org")
    with places.on_disk(folders[0]):
        yield published.newsletter


@pytest.mark.parametrize("engine", places.ENGINES)
@pytest.mark.parametrize("is_written_by_worker", [True, False])
def test_what_was_taken_back_since_stays_so(site, folders, engine, is_written_by_worker, mailoutbox):
    call_command("backup")
    erase_account(User.objects.get(), keep_words=True)
    suppressing.suppress("otto@example.org", suppressing.Reason.COMPLAINED)
    subscribing.leave(Subscription.objects.get(subscriber__email="ada@example.org").subscriber, site, TEST)
    if is_written_by_worker:
        remembering.write_down()
        with places.empty(engine, folders[0]):
            call_command("restore")
            assert_taken_back()
    else:
        call_command("restore", replace=True)
        assert_taken_back()
        call_command("restore", replace=True)
        assert_taken_back()
    assert mailoutbox == []


def assert_taken_back():
    assert "restored" in standing.is_held()
    assert not User.objects.exists()
    assert default_storage.listdir("people")[1] == []
    assert list(Subscription.objects.active().values_list("subscriber__email", flat=True)) == ["sumi@example.org"]
    assert suppressing.gets_nothing("otto@example.org")
    assert Consent.objects.filter(subscription__subscriber__email="ada@example.org").last().event == "left"


def test_a_backup_is_restored_by_its_name_and_what_is_not_there_is_said(site, folders, tmp_path):
    call_command("backup")
    (backup,) = folders[1].iterdir()
    with places.empty("sqlite", tmp_path):
        with pytest.raises(CommandError, match=rf"no backup another.zip at {re.escape(str(folders[1]))}"):
            call_command("restore", "another.zip")
        call_command("restore", backup.name)
        assert Client().get("/low-tide/").status_code == 200


def test_whoever_is_killed_while_making_one_leaves_none_and_the_next_takes_the_rest_away(environment, tmp_path):  # noqa: F811
    (tmp_path / "media").mkdir()
    for number in range(100):
        (tmp_path / f"media/{number}.webp").write_bytes(os.urandom(1_000_000))
    backups = tmp_path / "backups"
    killed = manage(environment, "backup")
    wait_until(lambda: list(backups.glob("*.unread*")))
    killed.send_signal(signal.SIGSTOP)
    assert manage(environment, "backup", stderr=subprocess.DEVNULL).wait() == 1
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert list(backups.glob("*.zip")) == []
    later = "from interchange.models import *; Backup.objects.update(seen_at='2020-01-01T00:00Z')"
    assert manage(environment, "shell", "--no-imports", "--command", later).wait() == 0
    assert manage(environment, "backup").wait() == 0
    (made,) = (path for path in backups.iterdir() if not path.name.startswith("gone-"))
    check(made, "")


def test_another_store_may_be_named_and_its_secret_is_no_argument_any_more(environment, bucket, server):  # noqa: F811
    url = f"s3://key:hunter2@{server}/news/elsewhere?tls=never"
    with manage(environment, "backup", url, stdout=subprocess.PIPE, text=True) as process:
        arguments = Path(f"/proc/{process.pid}/cmdline")
        wait_until(lambda: "backup" in (words := arguments.read_text()) and "hunter2" not in words)
        said = process.communicate()[0]
    assert process.returncode == 0
    assert "hunter2" not in said
    assert [key.key.startswith("elsewhere/localhost-") for key in bucket.objects.all()] == [True]
