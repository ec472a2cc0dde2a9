"""Who left since the last backup is written down every minute."""

from django.db import migrations, models
from django.db.models import Q

from core.operations import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mailing", "0010_rests_and_troubles")]

    operations = [
        AddIndex("subscription", models.Index(fields=["since"], condition=Q(state="left"), name="who_left_lately")),
    ]
