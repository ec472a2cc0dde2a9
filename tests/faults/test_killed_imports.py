"""An import is killed at random moments and begun again with the same command: nothing is there twice, nothing half.

A few issues and kills in every run of the tests; with FAULTS=full, as `make faults` sets it, 200 and twenty.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from interchange.models import Import, Imported
from interchange.tables import connected
from newsletter.models import Article, Issue, Picture, Redirect, Revision, SearchEntry
from tests.faults.running import wait_until
from tests.faults.test_killed_senders import IS_FULL, ROOT, shared_database
from tests.interchange.bringing import MUD, folder, issue

ISSUES, KILLS = (200, 20) if IS_FULL else (12, 3)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


@contextmanager
def shared(home):
    """The database that the test looks into, and the environment of processes that use it, too."""
    url = shared_database(home)
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "site_project.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATA_DIR": str(home),
        "DATABASE_URL": url,
        "LOG_LEVEL": "CRITICAL",
    }
    if connection.vendor != "sqlite":
        yield environment
        return
    with connected(NAME=str(home / "shared.sqlite3")):
        yield environment


def begin(archive, environment):
    command = [sys.executable, "manage.py", "bring", str(archive), "--newsletter", "low-tide", "--publish"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603


def kill_at_some_moment(process, stored):
    """Once it has stored a few more documents, or has ended."""
    wait_until(lambda: Issue.objects.count() >= stored or process.poll() is not None, pause=0.01)
    time.sleep(random.uniform(0, 0.3))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    Import.objects.update(seen_at=None)  # a minute has passed


def test_an_import_that_is_killed_again_and_again_is_whole_in_the_end(low_tide, tmp_path):
    body = "See [the one before](/p/{before}/).\n\n![Mud](mud.jpg)"
    files = {
        f"{n:03}.md": issue(
            n, date="2019-03-01", head=f"permalink: /p/{n}/", body=body.replace("{before}", str(n - 1))
        )
        for n in range(1, ISSUES + 1)
    }
    archive = folder(tmp_path / "tide", {**files, "mud.jpg": MUD})
    with shared(tmp_path) as environment:
        for kill in range(1, KILLS + 1):
            kill_at_some_moment(begin(archive, environment), ISSUES * kill // (KILLS + 1))
        output, errors = begin(archive, environment).communicate()
        assert not errors
        assert f"New: {ISSUES}" in output.decode()
        assert {issue.number for issue in Issue.objects.published()} == {*range(1, ISSUES + 1)}
        for model in (Issue, Article, Redirect, Imported):
            assert model.objects.count() == ISSUES
        assert Picture.objects.count() == 1
        assert Revision.objects.count() == SearchEntry.objects.count() == 2 * ISSUES
        assert all("![Mud](picture:mud)" in each.body and "/low-tide/tide-" in each.body for each in shown())
        assert Import.objects.get().state == "done"
        assert Import.objects.get().ended_at <= timezone.now()


def shown():
    return Issue.objects.exclude(number=1)
