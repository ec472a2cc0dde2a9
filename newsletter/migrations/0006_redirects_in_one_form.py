"""Old addresses are looked up decoded, in small letters and with single slashes; those stored otherwise never fired."""

import re
from unicodedata import normalize
from urllib.parse import unquote

from django.db import migrations


def rewrite(apps, schema_editor):
    redirects = apps.get_model("newsletter", "Redirect").objects.using(schema_editor.connection.alias)
    for redirect in redirects.order_by("-pk"):
        old_path = re.sub("//+", "/", normalize("NFC", unquote(redirect.old_path)).lower())
        if old_path == redirect.old_path:
            continue
        if redirects.filter(old_path=old_path).exists():  # the newer one, which has been rewritten already, or the plain one
            redirects.filter(pk=redirect.pk).delete()
        else:
            redirects.filter(pk=redirect.pk).update(old_path=old_path)


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0005_tags_without_an_address")]

    # Nothing that fired before has changed.
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
