"""A tag without a letter, such as an emoji, was stored with an empty address, and every page that names it failed."""

from itertools import chain, count

from django.db import migrations


def name_them(apps, schema_editor):
    tags = apps.get_model("taggit", "Tag").objects.using(schema_editor.connection.alias)
    taken = set(tags.filter(slug__startswith="tag").values_list("slug", flat=True))
    free = (slug for slug in chain(["tag"], (f"tag-{number}" for number in count(2))) if slug not in taken)
    for tag in tags.filter(slug=""):
        tags.filter(pk=tag.pk).update(slug=next(free))


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0004_corrections"), ("taggit", "0001_initial")]

    # An address that the tag has got does no harm to the older program.
    operations = [migrations.RunPython(name_them, migrations.RunPython.noop)]
