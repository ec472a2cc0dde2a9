"""Comments that were said elsewhere can be brought in, with what is known of when and where."""

import django.utils.timezone
from django.db import migrations, models

ACTIONS = [
    ("posted", "Posted"),
    ("brought_in", "Brought in"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("spam", "Marked as spam"),
    ("removed", "Removed"),
    ("deleted", "Deleted by its author"),
    ("erased", "Erased"),
    ("held", "Sent back to wait"),
    ("edited", "Edited by its author"),
    ("edit_held", "Edit held"),
    ("edit_approved", "Edit approved"),
    ("edit_rejected", "Edit rejected"),
    ("appealed", "Appealed against"),
    ("featured", "Featured"),
    ("unfeatured", "No longer featured"),
    ("settled", "Reports settled"),
    ("banned", "Banned"),
    ("unbanned", "Ban lifted"),
    ("trust", "Trust changed"),
    ("closed", "Discussion closed"),
    ("opened", "Discussion opened"),
    ("rule", "Rule changed"),
    ("undone", "Decision undone"),
]
EXACTNESS = [("day", "To the day"), ("month", "To the month"), ("year", "To the year"), ("unknown", "Not known")]


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_notices")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="exactness",
            field=models.CharField(
                choices=EXACTNESS, default="day", editable=False, max_length=7, verbose_name="date known"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="said_at",
            field=models.CharField(
                blank=True,
                help_text="Where it was said before it was brought in.",
                max_length=80,
                verbose_name="said at",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="fingerprint",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="comment",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="written"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="headline",
            field=models.CharField(blank=True, max_length=250, verbose_name="headline"),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=13, verbose_name="decision"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fingerprint__gt", "")),
                fields=("discussion", "fingerprint"),
                name="brought_in_once",
            ),
        ),
    ]
