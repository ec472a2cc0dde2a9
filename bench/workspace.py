"""The page of an issue with 50 articles: opened, saved as it is, with one line moved, and with 50 new articles."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.test import Client

from accounts.models import User
from bench import milliseconds
from newsletter.models import Article, Issue, Newsletter
from newsletter.rendering import render_articles

TEXT = "Some *text* with [a link](https://example.org/). " * 10


def figures() -> dict[str, float]:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("bench@example.org", "correct horse"))
    newsletter = Newsletter.objects.all()[0]
    issue = Issue.objects.create(newsletter=newsletter, number=90_000, title="Bench", slug="bench")
    articles = Article.objects.bulk_create(
        Article(newsletter=newsletter, issue=issue, title=f"Item {n}", slug=f"item-{n}", kind="item", body=TEXT)
        for n in range(50)
    )
    render_articles(articles, are_new=True)
    page, contents = (f"/admin/newsletter/issue/{issue.pk}/{step}/" for step in ("change", "contents"))
    management = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    whole: dict[str, Any] = {"newsletter": newsletter.pk, "number": 90_000, "title": "Bench", "slug": "bench"}
    whole |= {f"{part}-{name}": value for part in ("sections", "articles") for name, value in management.items()}
    measured = {
        "workspace_page_ms": milliseconds(partial(ask, client.get, page)),
        "workspace_save_ms": milliseconds(partial(ask, client.post, page, whole)),
        "workspace_move_ms": milliseconds(
            partial(ask, client.post, contents, {"_move": articles[49].pk, "section": "", "place": 1})
        ),
    }
    lines: dict[str, Any] = {"articles-TOTAL_FORMS": 50, "articles-INITIAL_FORMS": 0, "_add": 1}
    for n in range(50):
        lines |= {f"articles-{n}-title": f"New {n}", f"articles-{n}-kind": "item", f"articles-{n}-body": TEXT}
    return measured | {"workspace_50_new_ms": milliseconds(partial(ask, client.post, contents, lines), rounds=1)}


def ask(method: Callable[..., Any], *arguments: Any) -> None:
    assert method(*arguments).status_code in {200, 302}
