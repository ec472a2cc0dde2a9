"""“Café” composed and decomposed, and “ÉTÉ” and “été” on SQLite, were two tags, each with a page and articles of its own."""

from collections import defaultdict
from unicodedata import normalize

from django.db import migrations
from django.db.models import Count

UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))


def name_of(tag):
    return " ".join(normalize("NFC", tag.name).translate(UNSEEN).split()) or tag.name


def merge(apps, schema_editor):
    alias = schema_editor.connection.alias
    tags, tagged, redirects = (
        apps.get_model(*name).objects.using(alias)
        for name in [("taggit", "Tag"), ("newsletter", "TaggedArticle"), ("newsletter", "Redirect")]
    )
    alike = defaultdict(list)
    for tag in tags.order_by("pk"):
        alike[normalize("NFC", name_of(tag).casefold())].append(tag)
    counts = dict(tagged.values_list("tag").annotate(Count("pk")))
    for twins in alike.values():
        kept = max(twins, key=lambda tag: counts.get(tag.pk, 0))
        for twin in twins:
            if twin is not kept:
                taken = tagged.filter(tag_id=kept.pk).values("content_object")
                tagged.filter(tag_id=twin.pk).exclude(content_object__in=taken).update(tag_id=kept.pk)
                tags.filter(pk=twin.pk).delete()
                for place in ("/tags/", "/feeds/tags/"):
                    lead_on(redirects, f"{place}{twin.slug}/", f"{place}{kept.slug}/")
        if kept.name != name_of(kept):
            tags.filter(pk=kept.pk).update(name=name_of(kept))


def lead_on(redirects, old, new):
    redirects.filter(old_path=normalize("NFC", new).lower()).delete()
    redirects.filter(new_path=old).update(new_path=new)
    redirects.update_or_create(old_path=normalize("NFC", old).lower(), defaults={"new_path": new})


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0017_find_parts_of_words_again"), ("taggit", "0001_initial")]

    # One tag does no harm to the older program.
    operations = [migrations.RunPython(merge, migrations.RunPython.noop)]
