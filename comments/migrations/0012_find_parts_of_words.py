from django.db import migrations

from core.operations import add_grams


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("comments", "0011_words_that_editors_know"),
    ]

    operations = [
        add_grams("comments_comment", "body", "name"),
    ]
