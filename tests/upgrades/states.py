"""Sites as versions of long ago made them, see `make_state.py`: `python -m tests.upgrades.states NAME` loads one into
the empty database of the settings, at exactly its migrations, with what their first wording made otherwise."""

import gzip
import json
import sys
from pathlib import Path

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from interchange import restoring  # noqa: E402
from interchange.tables import migrated  # noqa: E402

FOLDER = Path(__file__).resolve().parent / "states"
#: Each before a batch of migrations.
NAMES = ("first", "corrections", "november", "revisions", "topics", "standing", "voices", "archives", "now")
#: What tables are called now.
RENAMED = {
    "comments_choices": "comments_mailchoices",
    "mailing_frozenletter": "mailing_storedletter",
    "mailing_pace": "mailing_throttle",
}
WIDTHS = [
    "ALTER TABLE accounts_user ALTER headline TYPE varchar(120)",
    "ALTER TABLE comments_comment ALTER headline TYPE varchar(120)",
    "ALTER TABLE comments_standing ALTER known_headline TYPE varchar(120)",
]
CARD = ["ALTER TABLE newsletter_picture ADD card varchar(200) DEFAULT '' NOT NULL"]
#: `make_state.py` adds a report and counts nothing.
COUNTED = """
    UPDATE comments_comment SET report_count =
        (SELECT count(*) FROM comments_report WHERE comment_id = comments_comment.id)
"""
#: What a migration made before its text was changed.
DRIFTS = {"postgresql": {"first": WIDTHS, "revisions": CARD}, "sqlite": {"revisions": CARD}}


def read(name):
    """The migrations, and the columns and rows by table."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt") as file:
        migrations, *lines = map(json.loads, file)
    tables = {}
    for line in lines:
        if isinstance(line, dict):
            rows = tables[line["table"]] = [line["columns"]]
        else:
            rows.append(line)
    return {tuple(each) for each in migrations}, tables


def rows_of(name):
    """By table, a dictionary for each row."""
    return {
        table: [dict(zip(columns, row, strict=True)) for row in rows]
        for table, (columns, *rows) in read(name)[1].items()
    }


def load(name):
    migrations, rows = read(name)
    restoring.make_tables(migrations)
    tables = {table.name: table for table in migrated()[1]}
    quoted = connection.ops.quote_name
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {quoted(table)}")  # noqa: S608
        for table, (columns, *lines) in rows.items():
            order = [columns.index(column) for column in tables[table].columns]
            tables[table].load([line[place] for place in order] for line in (columns, *lines))
            if counted := tables[table].counted:
                cursor.execute(f"SELECT max({quoted(counted['column'])}) FROM {quoted(table)}")  # noqa: S608
                tables[table].count_from(cursor.fetchone()[0] or 1)
        connection.check_constraints()
        cursor.execute(COUNTED)
    with connection.cursor() as cursor:
        for statement in DRIFTS[connection.vendor].get(name, ()):
            cursor.execute(statement)


if __name__ == "__main__":
    load(sys.argv[1])
