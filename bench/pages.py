"""Public pages: what one costs, from the cache and afresh, and what an archive of 10,000 articles adds."""

import gzip
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone
from taggit.models import Tag

from bench import milliseconds, sized
from core import changes, page_cache
from newsletter.models import Article, Issue, Newsletter, Status, TaggedArticle

ISSUES = sized(1_000, small=10)


def figures() -> dict[str, float]:
    client = Client(headers={"host": "localhost"})
    issue = Issue.objects.published().newest_first().select_related("newsletter").first()
    assert issue is not None
    article = issue.articles.published().with_addresses().first()
    assert article is not None
    pages = {
        "issue": issue.get_absolute_url(),
        "article": article.get_absolute_url(),
        "newsletter": issue.newsletter.get_absolute_url(),
        "home": "/",
    }
    measured = {"up_ms": milliseconds(lambda: client.get("/up/"))}
    for name, path in pages.items():
        measured[f"{name}_cached_ms"] = milliseconds(partial(client.get, path))
        measured[f"{name}_fresh_ms"] = milliseconds(partial(afresh, client, path))
    measured["issue_cached_over_up"] = measured["issue_cached_ms"] / measured["up_ms"]
    measured |= {f"{name}_kilobytes_gzip": weight(client, pages[name]) for name in ("issue", "article")}
    fill(issue.newsletter)
    for name, path in pages.items():
        large = milliseconds(partial(afresh, client, path))
        measured[f"{name}_10000_over_demo"] = large / measured[f"{name}_fresh_ms"]
    return measured


def afresh(client: Client, path: str) -> None:
    page_cache.forget()
    assert client.get(path).status_code == 200


def weight(client: Client, path: str) -> float:
    """A page with its style sheet, compressed, in kilobytes of 1,000 bytes."""
    sheets = b"".join(sheet.read_bytes() for sheet in sorted(Path(settings.BASE_DIR, "static").glob("*.css")))
    return (len(gzip.compress(client.get(path).content)) + len(gzip.compress(sheets))) / 1000


def fill(newsletter: Newsletter) -> None:
    """Add 1,000 issues with ten articles each."""
    start = timezone.now() - timedelta(days=20_000)
    issues = Issue.objects.bulk_create(
        Issue(
            newsletter=newsletter,
            number=100_000 + n,
            slug=f"bench-{n}",
            title=f"Bench {n}",
            status=Status.PUBLISHED,
            published_at=start + timedelta(days=n),
        )
        for n in range(ISSUES)
    )
    articles = Article.objects.bulk_create(
        Article(
            newsletter=newsletter,
            issue=issue,
            slug=f"article-{n}",
            title=f"Article {n} of {issue.title}",
            status=Status.PUBLISHED,
            published_at=issue.published_at,
        )
        for issue in issues
        for n in range(10)
    )
    tag = Tag.objects.filter(tagged_articles__isnull=False)[0]
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for article in articles)
    changes.content_changed()
