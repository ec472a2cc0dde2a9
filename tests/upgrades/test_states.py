"""Sites of every age are brought up to date while people read them: nothing is lost, nothing is mailed, and whoever
knew an address finds there what was there."""

import json
import re
import shlex
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import connection

from interchange.tables import TRANSIENT
from tests.upgrades import sites, states

#: What follows from texts and is made anew with them.
FLEETING = {
    f"newsletter_{thing}_{shown}"
    for thing in ("article", "contributor", "issue", "newsletter")
    for shown in ("links", "pictures")
} | {"newsletter_mention"}
#: What processes of any older version ask for each page.
READS = [
    "SELECT title, body_html FROM newsletter_article WHERE status = 'published'",
    "SELECT title, body_html FROM newsletter_issue WHERE status = 'published'",
    "SELECT name, body_html FROM comments_comment WHERE state = 'approved'",
]


def words(html):
    return " ".join(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture(params=states.NAMES)
def old(request, tmp_path):
    with sites.site(tmp_path) as site:
        site.run("-m", "tests.upgrades.states", request.param)
        site.tables = states.rows_of(request.param)
        yield site


def pages_of(tables):
    """The words of each public article and issue by its address."""
    newsletters = {row["id"]: row["slug"] for row in tables["newsletter_newsletter"]}
    now = f"{datetime.now(UTC):%Y-%m-%d}"
    public = [row for row in tables["newsletter_issue"] if row["status"] == "published" and row["published_at"] < now]
    issues = {row["id"]: f"/{newsletters[row['newsletter_id']]}/{row['slug']}/" for row in public}
    pages = {issues[row["id"]]: words(row["body_html"]) for row in public}
    for row in tables["newsletter_article"]:
        if row["status"] == "published" and row["issue_id"] in {None, *issues}:
            place = issues.get(row["issue_id"], "/articles/")
            pages[f"{place}{row['slug']}/"] = words(row["body_html"])
    return pages


@pytest.mark.slow  # makes a database and migrates it
@pytest.mark.enable_socket
def test_an_old_site_is_brought_up_to_date_while_it_is_read(old):
    with old.read_meanwhile(READS) as (_longest, count):
        said = old.run("manage.py", "upgrade")
    assert count[0] > len(READS)
    assert len(re.findall(r"\(\d+\.\d s\)", said)) == 6
    kept = {states.RENAMED.get(table, table): len(rows) for table, rows in old.tables.items() if table not in FLEETING}
    now = {table: old.ask(f"SELECT count(*) FROM {table}")[0][0] for table in kept}  # noqa: S608
    assert {table: number for table, number in now.items() if number < kept[table]} == {}
    expected = pages_of(old.tables)
    answers = json.loads(old.run("-m", "tests.upgrades.visiting", *expected))
    assert {address: status for address, (status, _html) in answers.items() if status != 200} == {}
    shown = {address: words(html) for address, (_status, html) in answers.items()}
    assert {address for address, text in expected.items() if text not in shown[address]} == set()
    old.run("manage.py", "check_comments")
    assert sorted(old.folder.glob("mail/*")) == []
    assert old.run("manage.py", "upgrade").startswith("Nothing to do")


@pytest.mark.slow  # makes three databases
@pytest.mark.enable_socket
def test_a_migration_that_fails_half_way_leaves_a_way_back(tmp_path):
    with sites.site(tmp_path) as site:
        site.run("-m", "tests.upgrades.states", "corrections")
        applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
        tables = states.read("corrections")[1].keys() - TRANSIENT
        before = [site.ask(applied), *(site.ask(f"SELECT count(*) FROM {table}") for table in tables)]  # noqa: S608
        site.ask("CREATE TABLE core_heartbeat (id integer)")  # in the way of one of the last migrations
        site.run("manage.py", "upgrade", fails=True)
        said = site.run("manage.py", "upgrade", fails=True)  # to the backup of the first time
        assert "core_heartbeat" in said
        assert site.ask(applied) != before[0]
        (command,) = re.findall(r"^  (.* restore .*\.zip)", said, re.MULTILINE)
        site.run(*shlex.split(command)[1:])
        assert [site.ask(applied), *(site.ask(f"SELECT count(*) FROM {table}") for table in tables)] == before  # noqa: S608


@pytest.mark.slow  # makes a database and migrates it
@pytest.mark.enable_socket
def test_headlines_are_widened_and_found_even_if_that_was_cut_short(tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no widths")
    with sites.site(tmp_path) as site:
        site.run("-m", "tests.upgrades.states", "first")
        site.run("manage.py", "migrate", "comments", "0013", "--verbosity=0")  # and stopped before that was noted
        site.ask("DROP INDEX accounts_user_grams")
        site.ask("DELETE FROM django_migrations WHERE name = '0013_mend_first_wordings'")
        site.run("manage.py", "migrate", "--verbosity=0")
        is_whole = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('accounts_user_grams')"
        assert site.ask(is_whole) == [(True,)]
        columns = "SELECT character_maximum_length FROM information_schema.columns"
        assert site.ask(f"{columns} WHERE table_name = 'accounts_user' AND column_name = 'headline'") == [(160,)]


def test_the_newest_state_has_a_row_in_every_table():
    """Make it anew where this fails: see `make_state.py`."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if not model._meta.proxy}
    filled = {table for table, rows in states.rows_of(states.NAMES[-1]).items() if rows}
    assert tables - filled == set()
