"""The domain of an address is stored in Punycode. Where there is an account under that form as well, both stay: one can be
closed by hand."""

from django.db import migrations


def normal(email):
    local, at, domain = email.rpartition("@")
    try:
        return local + at + domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return email


def compare(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects
    found = [each for each in users.values_list("pk", "email").iterator() if not each[1].isascii()]
    for pk, email in found:
        if not users.filter(email=normal(email)).exists():
            users.filter(pk=pk).update(email=normal(email))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_forget_unconfirmed_accounts")]

    # Both forms mean the same: there is nothing to undo.
    operations = [migrations.RunPython(compare, migrations.RunPython.noop)]
