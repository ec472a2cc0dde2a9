"""Corrections that were planned before they stood on the web: an upgrade makes no full mailings of them."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent

#: Migrates an empty database to what came before, plans mailings there, migrates on, and prints what became of them.
#: What ran the first version of 0005 has lost the texts by then.
UPGRADE = """
import json, sys
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

def migrate(*targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())
    return executor.loader.project_state(targets or executor.loader.graph.leaf_nodes()).apps

old = ("newsletter", "0003_composed_documents"), ("mailing", "0004_what_came_back")
apps = migrate(*old)
newsletter = apps.get_model("newsletter", "Newsletter").objects.create(title="Low Tide", slug="low-tide")
issue = apps.get_model("newsletter", "Issue").objects.create(newsletter=newsletter, number=1, title="March", slug="1")
dispatches = apps.get_model("mailing", "Dispatch").objects
plan = lambda subject, state, **more: dispatches.create(issue=issue, subject=subject, state=state, **more)
correction = {"correction": "Eels, not seals.", "audience": {"only": "received", "language": "en"}}
plan("issue", "done")
for state in ("planned", "freezing", "sending", "paused", "done", "cancelled"):
    plan("correction " + state, state, **correction)
plan("again", "planned", audience={"only": "failed"})
if sys.argv[1] == "lossy":
    dispatches.update(correction="")
dispatch = migrate().get_model("mailing", "Dispatch").objects
facts = "subject", "state", "correction__text", "correction__issue__title", "audience", "state_reason"
print(json.dumps(list(dispatch.order_by("pk").values_list(*facts))))
"""


@contextmanager
def empty_database(tmp_path):
    """Of the kind that the tests run on, as a DATABASE_URL."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/courant.sqlite3"
        return
    url, name = os.environ["DATABASE_URL"], f"upgrade_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def upgraded(tmp_path, kind):
    with empty_database(tmp_path) as url:
        environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "site_project.settings"}
        environment |= {"DATA_DIR": str(tmp_path), "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", UPGRADE, kind]
        said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert said.returncode == 0, said.stderr
    return {subject: facts for subject, *facts in json.loads(said.stdout)}


pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]  # all migrations, in a process of its own


def test_a_planned_correction_stays_one(tmp_path):
    found = upgraded(tmp_path, "today")
    for state in ("planned", "freezing", "sending", "paused", "done", "cancelled"):
        assert found[f"correction {state}"] == [state, "Eels, not seals.", "March", {"language": "en"}, ""]
    assert found["again"] == ["planned", None, None, {"only": "failed"}, ""]


def test_one_that_has_lost_its_text_is_paused_and_says_so(tmp_path):
    found = upgraded(tmp_path, "lossy")
    for state in ("planned", "freezing", "sending", "paused"):
        now, text, *_others, reason = found[f"correction {state}"]
        assert (now, text) == ("paused", None)
        assert reason.startswith("This was planned as a correction")
    assert [found[each][0] for each in ("issue", "correction done", "correction cancelled", "again")] == [
        "done",
        "done",
        "cancelled",
        "planned",
    ]
