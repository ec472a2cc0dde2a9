"""Lists with permissions of their own: what waits, what is spam, who writes. A decision can be undone."""

from django.db import migrations, models


def proxy_of(parent, name, **options):
    options |= {"proxy": True, "default_permissions": ("view",), "indexes": [], "constraints": []}
    return migrations.CreateModel(name=name, fields=[], options=options, bases=(parent,))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("comments", "0002_first_rule")]
    operations = [
        proxy_of(
            "comments.comment",
            "Queue",
            verbose_name="waiting comment",
            verbose_name_plural="queue",
            ordering=["pk"],
        ),
        proxy_of(
            "comments.comment",
            "Spam",
            verbose_name="spam comment",
            verbose_name_plural="spam",
            ordering=["-pk"],
        ),
        proxy_of("accounts.user", "Reader", verbose_name="reader", verbose_name_plural="readers"),
        migrations.AlterField(
            model_name="moderationevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("posted", "Posted"),
                    ("approved", "Approved"),
                    ("rejected", "Rejected"),
                    ("spam", "Marked as spam"),
                    ("removed", "Removed"),
                    ("deleted", "Deleted by its author"),
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
                ],
                max_length=13,
                verbose_name="decision",
            ),
        ),
    ]
