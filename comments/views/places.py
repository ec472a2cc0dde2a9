"""From the address of a conversation to its discussion."""

from typing import Any

from django.http import Http404, HttpRequest

from comments.models import Discussion, discussion_of
from newsletter.models import Article, Issue, Publishable
from newsletter.models.articles import ArticleQuerySet
from newsletter.models.issues import IssueQuerySet
from newsletter.views.pages import open_or_gone


def open_discussion(request: HttpRequest, **place: str) -> Discussion:
    """The discussion at an address. Raises Http404 where there is nothing that this visitor may see or the discussion
    is switched off, Gone where the piece was withdrawn."""
    discussion = discussion_of(open_place(request, **place), request.user)
    if discussion.is_off:
        raise Http404
    return discussion


def open_place(request: HttpRequest, newsletter: str = "", issue: str = "", article: str = "") -> Publishable:
    """The issue or article at an address."""
    in_issue: dict[str, Any] = {"newsletter__slug": newsletter, "slug": issue}
    if not article:
        return open_or_gone(issues, request, **in_issue)
    lookup = {f"issue__{name}": value for name, value in in_issue.items()} if issue else {"issue": None}
    return open_or_gone(articles, request, slug=article, **lookup)


def issues() -> IssueQuerySet:
    return Issue.objects.for_lists().select_related("newsletter__logo")


def articles() -> ArticleQuerySet:
    return Article.objects.for_lists().select_related("newsletter__logo")
