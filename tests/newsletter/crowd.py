"""Many articles at once, to see whether a page's cost grows with them."""

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import page_cache
from newsletter.models import Article, Contribution, TaggedArticle

SERIES = "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < %s)"
COPIES = "(SELECT id AS copy FROM newsletter_article WHERE slug LIKE %s) AS copies"


def multiply(article: Article, times: int) -> None:
    """Copy an article with its tags and byline, inside the database: ten thousand in a second or two.

    The database then counts them, as it does by itself some time after rows were committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{SERIES} {insert(Article, slug="slug || '-' || n")} CROSS JOIN series WHERE id = %s", [times, article.pk]
        )
        for model, link in ((TaggedArticle, "content_object_id"), (Contribution, "article_id")):
            copying = f"{insert(model, **{link: 'copy'})} CROSS JOIN {COPIES} WHERE {link} = %s"
            cursor.execute(copying, [f"{article.slug}-%", article.pk])
        for table in ("newsletter_article", "newsletter_taggedarticle", "newsletter_contribution"):
            cursor.execute(f"ANALYZE {table}")


def insert(model: type[Model], **changed: str) -> str:
    """The beginning of a statement that copies rows of a table, with some columns changed."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = [changed.get(column, column) for column in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table}"  # noqa: S608


def queries_for(client: Client, address: str) -> int:
    """How many queries a page costs that is in no cache yet."""
    page_cache.forget()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(captured)
