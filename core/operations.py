"""What migrations of tables that are large already do, so that nobody waits for them."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class AddIndex(AddIndexConcurrently):
    """PostgreSQL builds the index while others read and write. The migration says `atomic = False`.

    It can be run again after it was killed: whatever has the index's name is replaced.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        is_concurrent = schema_editor.connection.vendor == "postgresql"
        drop = "DROP INDEX CONCURRENTLY IF EXISTS" if is_concurrent else "DROP INDEX IF EXISTS"
        schema_editor.execute(f"{drop} {schema_editor.quote_name(self.index.name)}")
        add = super().database_forwards if is_concurrent else self.add_at_once
        add(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)

    def add_at_once(self, *args: Any) -> None:
        migrations.AddIndex.database_forwards(self, *args)
