"""One rule that every site starts with; it can be changed or switched off like any other."""

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("comments", "Rule").objects.get_or_create(
        name="More than two links", defaults={"kind": "links", "most_links": 2, "outcome": "pending"}
    )


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
