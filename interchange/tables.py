"""The tables of a database as its own migrations made them, whatever the models of today are."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import AutoField, Field, JSONField, Model
from django.db.utils import load_backend

from interchange.archives import Refused

#: Worth nothing later: who is signed in, what was counted in the last minutes, which processes are at work.
TRANSIENT = {"core_change", "core_heartbeat", "core_hits", "django_session", "usersessions_usersession"}
TRANSIENT |= {"interchange_backup"}  # one of them is under way
#: What migrations fill, so that rows there are no site yet.
ALWAYS_FILLED = TRANSIENT | {"auth_group", "auth_group_permissions", "auth_permission", "comments_rule"}
ALWAYS_FILLED |= {"core_contentversion", "core_standing", "django_content_type"}
#: How many keys a restored site leaves out: what was mailed or linked after the backup names keys that must not come
#: to mean somebody else.
GAP = 1_000_000
PIECE = 1000
LAST_ID = {
    "sqlite": "SELECT seq FROM sqlite_sequence WHERE name = %(table)s",
    "postgresql": "SELECT pg_sequence_last_value(pg_get_serial_sequence(%(table)s, %(column)s)::regclass)",
}
COUNT_FROM = {
    "sqlite": [
        "DELETE FROM sqlite_sequence WHERE name = %(table)s",
        "INSERT INTO sqlite_sequence (name, seq) VALUES (%(table)s, %(last_id)s)",
    ],
    "postgresql": ["SELECT setval(pg_get_serial_sequence(%(table)s, %(column)s), %(last_id)s)"],
}


@contextmanager
def connected(**changes: Any) -> Iterator[BaseDatabaseWrapper]:
    """Let this thread's `default` be another connection, whose settings differ in these."""
    usual = connections["default"]
    settings = usual.settings_dict | changes
    connections["default"] = other = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
    try:
        yield other
    finally:
        other.close()
        connections["default"] = usual


class Table:
    def __init__(self, model: type[Model]) -> None:
        self.model, self.name = model, model._meta.db_table
        self.fields = [each for each in model._meta.local_concrete_fields if not each.generated]
        self.read = 0
        self.columns = [str(each.column) for each in self.fields]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """`read` says how many there were."""
        names = [each.attname for each in self.fields]
        rows = self.model._base_manager.order_by("pk").values_list(*names)
        for self.read, row in enumerate(rows.iterator(chunk_size=PIECE), start=1):
            yield row

    def load(self, lines: Iterator[list[Any]]) -> None:
        """The names of the columns, then rows, stored as they were: nothing is set anew, as `save()` would. Raises
        Refused where the database does not take one."""
        if next(lines, None) != self.columns:
            raise Refused(f"The backup's {self.name} has other columns than its migrations make.")
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        places = ", ".join(["%s"] * len(self.columns))
        statement = f"INSERT INTO {connection.ops.quote_name(self.name)} ({columns}) VALUES ({places})"  # noqa: S608
        with connection.cursor() as cursor:
            for piece in batched(lines, PIECE):
                values = [[stored(*each) for each in zip(self.fields, row, strict=True)] for row in piece]
                try:
                    cursor.executemany(statement, values)
                except DatabaseError as error:
                    raise Refused(f"{connection.display_name} does not take a row of {self.name}: {error}") from error

    @property
    def counted(self) -> dict[str, str]:
        """Where the database counts keys; empty where it does not."""
        key = self.model._meta.pk
        return {"table": self.name, "column": str(key.column)} if isinstance(key, AutoField) else {}

    def last_id(self) -> int:
        """The highest key that was ever given to a row."""
        with connection.cursor() as cursor:
            cursor.execute(LAST_ID[connection.vendor], self.counted)
            found = cursor.fetchone()
        return (found and found[0]) or 0

    def count_from(self, last_id: int) -> None:
        with connection.cursor() as cursor:
            for statement in COUNT_FROM[connection.vendor]:
                cursor.execute(statement, {**self.counted, "last_id": last_id})


def migrated() -> tuple[list[list[str]], list[Table]]:
    """The migrations that the database went through, and the tables that they made of it."""
    loader = MigrationLoader(connection)
    newer = [".".join(key) for key in loader.applied_migrations if is_newer(key, loader)]
    if newer:
        raise Refused(f"The database is newer than this code, which does not know {', '.join(newer)}.")
    applied = [key for key in loader.applied_migrations if key in loader.graph.nodes]
    models = loader.project_state(applied).apps.get_models(include_auto_created=True)
    return sorted(map(list, loader.applied_migrations)), [Table(model) for model in models if not model._meta.proxy]


def is_newer(key: tuple[str, ...], loader: MigrationLoader) -> bool:
    return key[0] in loader.migrated_apps and key not in loader.disk_migrations


def stored(field: Field, value: Any) -> Any:
    """What the driver takes of a value that was JSON."""
    value = field.to_python(value)
    if value is None and isinstance(field, JSONField) and not field.null:
        return field.get_db_prep_value(None, connection)
    return field.get_db_prep_save(value, connection)
