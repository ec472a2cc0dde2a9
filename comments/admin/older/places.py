"""Issues and articles as a choice: each by one short key, such as `issue-3`."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from newsletter.models import Article, Issue, Publishable

#: Of the newest; from all others their own pages lead here.
MOST = 100
#: As large as a database knows them.
NUMBER = re.compile("[0-9]{1,18}")
MODELS: dict[str, Any] = {"issue": Issue, "article": Article}


def key_of(place: Publishable) -> str:
    return f"{place._meta.model_name}-{place.pk}"


def place_of(key: str) -> Publishable | None:
    """The piece that a key stands for, with what a discussion needs of it."""
    kind, _dash, number = key.partition("-")
    if kind not in MODELS or not NUMBER.fullmatch(number):
        return None
    loaded = ["newsletter"] if kind == "issue" else ["newsletter", "issue"]
    return MODELS[kind].objects.without_texts().select_related(*loaded).filter(pk=number).first()


def is_deleting(request: HttpRequest) -> bool:
    """Whether somebody is on a page where pieces are deleted, and what is below them goes along."""
    return str(request.resolver_match and request.resolver_match.url_name).startswith("newsletter_")


def choices(chosen: Publishable | None) -> list[tuple[str, Any]]:
    """The one that is chosen, the newest issues, each with what is in it, and articles outside any."""
    issues = list(Issue.objects.for_lists().order_by("-published_at", "-pk")[:MOST])
    inside = Article.objects.without_texts().filter(issue__in=issues).order_by("issue")
    articles = {pk: list(group) for pk, group in groupby(inside, lambda article: article.issue_id)}
    alone = Article.objects.without_texts().filter(issue=None).order_by("-published_at", "-pk")[:MOST]
    found: list[tuple[str, Any]] = [("", _("Choose one")), *named([chosen] if chosen else [])]
    for issue in issues:
        whole = (key_of(issue), _("The whole issue"))
        found.append((f"{issue.newsletter}: {issue.title}", [whole, *named(articles.get(issue.pk, ()))]))
    return [*found, (_("Articles outside any issue"), named(alone))]


def named(pieces: Iterable[Publishable]) -> list[tuple[str, str]]:
    return [(key_of(piece), piece.title) for piece in pieces]
