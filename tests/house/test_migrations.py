"""A site with a million rows is migrated while people use it, and by code that will still be there."""

import ast

from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from core.operations import AddIndex
from tests.house.test_layers import LAYERS, ROOT

OURS = {key: migration for key, migration in MigrationLoader(None).disk_migrations.items() if key[0] in LAYERS}
#: Of a column that came in the same migration: no row is in it yet.
EMPTY = {"unconfirmed"}
#: What fields call: Django keeps them by their addresses, and so they stay there.
CALLED_BY_FIELDS = {"accounts.pictures", "newsletter.imaging", "newsletter.models.slugs", "participation.tips.columns"}


def added_later(migration):
    """The indexes that a migration adds to tables that were there before."""
    new = {each.name.lower() for each in migration.operations if isinstance(each, migrations.CreateModel)}
    indexes = [each for each in migration.operations if isinstance(each, migrations.AddIndex)]
    return [each for each in indexes if each.model_name.lower() not in new and each.index.name not in EMPTY]


def test_an_index_of_a_large_table_is_built_beside_its_writers():
    found = {key: added_later(migration) for key, migration in OURS.items()}
    late = {key: indexes for key, indexes in found.items() if indexes}
    assert late
    assert [key for key, indexes in late.items() if not all(isinstance(each, AddIndex) for each in indexes)] == []
    assert [key for key in late if OURS[key].atomic] == []


def test_a_migration_calls_no_code_that_changes():
    found = set()
    for path in ROOT.glob("*/migrations/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found |= {module for module in modules if module and module.split(".")[0] in LAYERS}
    assert found <= CALLED_BY_FIELDS | {"core.operations"}
