"""A dispatch that nobody has cared for in hours is not sent without asking."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0007_say_throttle_and_stored_letter")]

    operations = [
        migrations.AddField("dispatch", "attended_at", models.DateTimeField(editable=False, null=True)),
    ]
