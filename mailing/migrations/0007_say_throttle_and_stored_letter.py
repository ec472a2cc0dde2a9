"""One word, one meaning: see `docs/glossary.md`."""

from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [("mailing", "0006_find_addresses")]

    operations = [
        migrations.RenameModel("Pace", "Throttle"),
        migrations.RenameModel("FrozenLetter", "StoredLetter"),
        migrations.AlterField(
            "storedletter",
            "dispatch",
            models.OneToOneField(
                on_delete=deletion.CASCADE, primary_key=True, related_name="stored_letter", serialize=False, to="mailing.dispatch"
            ),
        ),
    ]
