"""The next issue begins as an earlier one was: its sections, opening, closing, mail, and what comes again in each."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from core import locking
from core.markup.named import without_named
from newsletter.arranging import arrange
from newsletter.models import Article, Contribution, Issue, Newsletter, Section, TaggedArticle
from newsletter.models.slugs import free_slug, next_slug
from newsletter.rendering import render_articles, render_texts

#: What a recurring article takes along.
KEPT = (
    *("title", "summary", "body", "lead_picture_id", "kind", "kicker", "position"),
    *("source_url", "source_name", "source_language"),
)


@transaction.atomic
def begin(earlier: Issue, number: int, title: str, recurring: Collection[Article] = ()) -> tuple[Issue, bool]:
    """A draft with the sections, opening, closing and mail of an earlier issue, in which its number becomes the new
    one, and with drafts of the articles that come again. What a text names alone on a line, as readers' voices, is not
    taken along. Whether it was made: where there is an issue of this number, as after a second click, that one is
    given and nothing changes."""
    locking.lock(Newsletter.objects.filter(pk=earlier.newsletter_id))
    issues = Issue.objects.filter(newsletter=earlier.newsletter_id)
    if there := issues.filter(number=number).first():
        return there, False
    issue = Issue(newsletter=earlier.newsletter, number=number, title=title)
    issue.slug = free_slug(title, issues, otherwise=f"no-{number}")
    issue.body, issue.closing = without_named(earlier.body), without_named(earlier.closing)
    issue.subject = renumbered(earlier.subject, earlier.number, number)
    issue.preheader = renumbered(earlier.preheader, earlier.number, number)
    issue.save()
    sections = {
        old.pk: Section(issue=issue, title=old.title, intro=without_named(old.intro), position=old.position)
        for old in earlier.sections.all()
    }
    Section.objects.bulk_create(sections.values())
    copy_articles(issue, recurring, sections)
    render_texts(issue)
    return issue, True


def copy_articles(issue: Issue, articles: Iterable[Article], sections: dict[int, Section]) -> None:
    """Drafts of articles, with their pictures, tags and contributors, in the places where they were."""
    taken: set[str] = set()
    copies = {}
    for old in articles:
        made = Article(newsletter=issue.newsletter, issue=issue, **{name: getattr(old, name) for name in KEPT})
        made.section, made.slug = sections.get(old.section_id or 0), next_slug(old.title, taken, Article)
        copies[old.pk] = made
    Article.objects.bulk_create(copies.values())
    joining: list[tuple[Any, str]] = [(Contribution, "article_id"), (TaggedArticle, "content_object_id")]
    for model, whole in joining:
        rows = list(model.objects.filter(**{f"{whole}__in": copies}))
        for row in rows:
            row.pk = None
            setattr(row, whole, copies[getattr(row, whole)].pk)
        model.objects.bulk_create(rows)
    render_articles([*copies.values()], are_new=True)
    arrange(issue)


def renumbered(words: str, old: int, new: int) -> str:
    """Words in which a number, where it stands by itself, is another."""
    return re.sub(rf"(?<!\d){old}(?!\d)", str(new), words)
