"""Three migrations were worded otherwise on the first days, and databases of then still show it."""

from django.db import migrations

#: By table, what had room for 120 characters on PostgreSQL.
HEADLINES = {"accounts_user": "headline", "comments_comment": "headline", "comments_standing": "known_headline"}
NARROW = """
    SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema()
    AND table_name = %s AND column_name = %s AND character_maximum_length < 160
"""


def mend(apps, editor):
    with editor.connection.cursor() as cursor:
        pictures = editor.connection.introspection.get_table_description(cursor, "newsletter_picture")
        narrow = []
        if editor.connection.vendor == "postgresql":
            for table, column in HEADLINES.items():
                cursor.execute(NARROW, [table, column])
                narrow += [(table, column)] if cursor.fetchone() else []
    for table, column in narrow:
        editor.execute(f"ALTER TABLE {table} ALTER {column} TYPE varchar(160)")
    if any(column.name == "card" for column in pictures):
        editor.execute("ALTER TABLE newsletter_picture DROP COLUMN card")
    apps.get_model("core", "ContentVersion").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_find_parts_of_words"),
        ("comments", "0012_find_parts_of_words"),
        ("core", "0005_changes"),
        ("newsletter", "0012_find_parts_of_words"),
    ]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
