import django.db.models.deletion
from django.db import migrations, models

POSTGRESQL = [
    # English stems, but no stop words: "The Who" is found as well as "the tide".
    "CREATE TEXT SEARCH DICTIONARY courant_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION courant (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION courant ALTER MAPPING FOR asciiword, word WITH courant_stem",
    """
    ALTER TABLE newsletter_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('courant', title), 'A')
        || setweight(to_tsvector('courant', keywords), 'B')
        || to_tsvector('courant', text)
    ) STORED
    """,
    "CREATE INDEX newsletter_searchentry_vector ON newsletter_searchentry USING gin (vector)",
]
POSTGRESQL_BACK = [
    "ALTER TABLE newsletter_searchentry DROP COLUMN vector",
    "DROP TEXT SEARCH CONFIGURATION courant",
    "DROP TEXT SEARCH DICTIONARY courant_stem",
]

ADD = "INSERT INTO newsletter_searchindex (rowid, title, keywords, text) VALUES (new.id, new.title, new.keywords, new.text);"
REMOVE = (
    "INSERT INTO newsletter_searchindex (newsletter_searchindex, rowid, title, keywords, text) "
    "VALUES ('delete', old.id, old.title, old.keywords, old.text);"
)
SQLITE = [
    # The words come folded already (`newsletter.searching.words`), so nothing is left to do about accents.
    """
    CREATE VIRTUAL TABLE newsletter_searchindex USING fts5 (
        title, keywords, text, content='newsletter_searchentry', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 0'
    )
    """,
    "INSERT INTO newsletter_searchindex (newsletter_searchindex, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0)')",
    f"CREATE TRIGGER newsletter_searchentry_added AFTER INSERT ON newsletter_searchentry BEGIN {ADD} END",
    f"CREATE TRIGGER newsletter_searchentry_changed AFTER UPDATE ON newsletter_searchentry BEGIN {REMOVE} {ADD} END",
    f"CREATE TRIGGER newsletter_searchentry_removed AFTER DELETE ON newsletter_searchentry BEGIN {REMOVE} END",
]
SQLITE_BACK = [
    "DROP TRIGGER newsletter_searchentry_removed",
    "DROP TRIGGER newsletter_searchentry_changed",
    "DROP TRIGGER newsletter_searchentry_added",
    "DROP TABLE newsletter_searchindex",
]


def make_index(apps, schema_editor):
    run(schema_editor, {"postgresql": POSTGRESQL, "sqlite": SQLITE})


def drop_index(apps, schema_editor):
    run(schema_editor, {"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})


def run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "article",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="newsletter.article",
                    ),
                ),
                (
                    "issue",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="newsletter.issue",
                    ),
                ),
                # After the keys, so that SQLite need not read past the texts to find them.
                ("title", models.TextField()),
                ("keywords", models.TextField()),
                ("text", models.TextField()),
                ("plain", models.TextField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("article", None), ("issue__isnull", False)),
                            models.Q(("article__isnull", False), ("issue", None)),
                            _connector="OR",
                        ),
                        name="entry_of_one_article_or_issue",
                    )
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
