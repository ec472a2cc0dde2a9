"""One word, one meaning: see `docs/glossary.md`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("comments", "0006_order_by_time_written")]

    operations = [
        migrations.RenameModel("Choices", "MailChoices"),
        migrations.RenameField("follow", "pace", "frequency"),
    ]
