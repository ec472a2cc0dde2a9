"""The replies of a thread are counted, and the newest of them found, in one index."""

from django.db import migrations, models

from core.operations import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("comments", "0008_find_closings")]

    operations = [
        AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["root", "created_at", "id", "path"],
                condition=models.Q(("root__isnull", False), ("shown", True)),
                name="replies_shown",
            ),
        ),
    ]
