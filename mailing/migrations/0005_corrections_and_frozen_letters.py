"""Corrections stand on the web too, and what a dispatch says is kept with it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0004_what_came_back"), ("newsletter", "0004_corrections")]

    operations = [
        migrations.RemoveField("dispatch", "correction"),
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
