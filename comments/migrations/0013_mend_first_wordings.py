"""Three migrations were worded otherwise on the first days, and databases of then still show it.

It can be run again after it was killed.
"""

from django.db import migrations

from core.operations import add_grams

#: By table, what had room for 120 characters on PostgreSQL.
HEADLINES = {"accounts_user": "headline", "comments_comment": "headline", "comments_standing": "known_headline"}
NARROW = """
    SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema()
    AND table_name = %s AND column_name = %s AND character_maximum_length < 160
"""
#: Whoever alters a column builds anew, while nobody can write, each index with an expression of it.
GRAMS = add_grams("accounts_user", "email", "display_name", "headline")
WHOLE = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('accounts_user_grams') AND indisvalid"


def widen(apps, editor):
    if editor.connection.vendor != "postgresql":
        return
    narrow = [each for each in HEADLINES.items() if is_so(editor, NARROW, each)]
    if "accounts_user" in dict(narrow):
        GRAMS.reverse_code(apps, editor)
    for table, column in narrow:
        editor.execute(f"ALTER TABLE {table} ALTER {column} TYPE varchar(160)")
    if not is_so(editor, WHOLE):
        GRAMS.code(apps, editor)


def is_so(editor, question, about=()):
    with editor.connection.cursor() as cursor:
        cursor.execute(question, about)
        return cursor.fetchone() is not None


def mend(apps, editor):
    with editor.connection.cursor() as cursor:
        pictures = editor.connection.introspection.get_table_description(cursor, "newsletter_picture")
    if any(column.name == "card" for column in pictures):
        editor.execute("ALTER TABLE newsletter_picture DROP COLUMN card")
    apps.get_model("core", "ContentVersion").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0004_find_parts_of_words"),
        ("comments", "0012_find_parts_of_words"),
        ("core", "0005_changes"),
        ("newsletter", "0012_find_parts_of_words"),
    ]

    operations = [
        migrations.RunPython(widen, migrations.RunPython.noop),
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]
