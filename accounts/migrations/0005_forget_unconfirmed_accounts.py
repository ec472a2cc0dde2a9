"""An account is made by the right code: those of addresses that nobody has shown to be theirs go."""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("accounts", "User").objects.filter(is_confirmed=False, last_login=None).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_find_parts_of_words")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
