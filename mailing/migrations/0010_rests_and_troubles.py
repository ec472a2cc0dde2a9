"""Who rests, and which copies went wrong, is found without reading everybody and every copy."""

from django.db import migrations, models
from django.db.models import Q

from core.operations import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mailing", "0009_words_that_editors_know")]

    operations = [
        AddIndex(
            model_name="subscriber",
            index=models.Index(fields=["paused_until"], condition=Q(paused_until__isnull=False), name="resting"),
        ),
        AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["state", "id"], condition=Q(state__in=["failed", "uncertain", "skipped"]), name="troubles"
            ),
        ),
    ]
