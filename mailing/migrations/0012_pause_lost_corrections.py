"""Pause what was planned as a correction and lost its text to the first version of 0005: it would mail the whole issue.

That version left how its audience was chosen: `received`, which nothing else ever was.
"""

from django.conf import settings
from django.db import migrations
from django.utils.translation import gettext as _
from django.utils.translation import override

UNFINISHED = ["planned", "freezing", "sending", "paused"]


def pause(apps, schema_editor):
    lost = apps.get_model("mailing", "Dispatch").objects.filter(
        correction=None, audience__only="received", state__in=UNFINISHED
    )
    with override(settings.LANGUAGE_CODE):
        words = _("This was planned as a correction, and an update lost its text. It would mail the whole issue: cancel it.")
    lost.update(state="paused", state_reason=words)


class Migration(migrations.Migration):
    dependencies = [("mailing", "0011_find_who_left_lately")]

    operations = [migrations.RunPython(pause, migrations.RunPython.noop)]
