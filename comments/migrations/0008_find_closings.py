"""No page is stored beyond the moment at which a discussion closes: the next one is looked for often."""

from django.db import migrations, models
from django.db.models import Q

from core.operations import AddIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("comments", "0007_say_mail_choices_and_frequency")]

    operations = [
        AddIndex(
            model_name="discussion",
            index=models.Index(
                fields=["closes_at"], condition=Q(closes_at__isnull=False), name="discussions_by_closing"
            ),
        ),
    ]
