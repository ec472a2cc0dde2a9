from django.db import migrations

from core.operations import add_grams


class Migration(migrations.Migration):
    """SQLite made the table of articles anew, and so lost what keeps its index."""

    atomic = False

    dependencies = [
        ("newsletter", "0016_thank_for_tips"),
    ]

    operations = [
        add_grams("newsletter_article", "title", "summary", "body", "source_name"),
    ]
