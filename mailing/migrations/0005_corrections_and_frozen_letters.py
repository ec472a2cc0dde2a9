"""Corrections stand on the web too, and what a dispatch says is kept with it.

The first version of this dropped the texts of corrections, and a planned one became a mailing of the whole issue; see
`0012_pause_lost_corrections` for who ran that.
"""

import django.db.models.deletion
from django.db import migrations, models


def keep_texts(apps, schema_editor):
    """Each becomes a correction of its issue, dated as it was written. Its HTML is made by `manage.py render`."""
    dispatches = apps.get_model("mailing", "Dispatch").objects
    correction, issues = apps.get_model("newsletter", "Correction"), apps.get_model("newsletter", "Issue").objects
    for dispatch in dispatches.exclude(correction_text="").order_by("pk"):
        kept = correction.objects.create(
            issue_id=dispatch.issue_id, text=dispatch.correction_text, published_at=dispatch.created_at
        )
        audience = {name: value for name, value in dispatch.audience.items() if value != "received"}
        dispatches.filter(pk=dispatch.pk).update(correction=kept, audience=audience)
        issues.filter(pk=dispatch.issue_id).update(renderer_version=0)
    schema_editor.connection.check_constraints()  # or PostgreSQL cannot alter the table in the same transaction


class Migration(migrations.Migration):
    dependencies = [("mailing", "0004_what_came_back"), ("newsletter", "0004_corrections")]

    operations = [
        migrations.RenameField("dispatch", "correction", "correction_text"),
        migrations.AddField(
            model_name="dispatch",
            name="correction",
            field=models.ForeignKey(
                help_text="With one, those who received the issue get this instead of it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispatches",
                to="newsletter.correction",
                verbose_name="correction",
            ),
        ),
        migrations.RunPython(keep_texts, migrations.RunPython.noop),
        migrations.RemoveField("dispatch", "correction_text"),
        migrations.CreateModel(
            name="FrozenLetter",
            fields=[
                (
                    "dispatch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="frozen_letter",
                        serialize=False,
                        to="mailing.dispatch",
                    ),
                ),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
