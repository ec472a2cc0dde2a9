from django.db import migrations

from core.operations import add_grams


class Migration(migrations.Migration):
    """SQLite made the table of articles anew, and so lost what keeps its index."""

    atomic = False

    dependencies = [
        ("newsletter", "0020_know_what_is_no_news"),
    ]

    operations = [
        add_grams("newsletter_article", "title", "summary", "body", "source_name"),
    ]
