from django.db import migrations

from core.operations import add_grams


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("newsletter", "0011_revisions_and_working_copies"),
    ]

    operations = [
        add_grams("newsletter_article", "title", "summary", "body", "source_name"),
    ]
