"""What the front page of the desk says of content: the next issue and what it lacks, drafts, what is planned."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core import desk
from core.admin import change_page
from core.desk import Panel, Planned
from newsletter.admin.states import state_word
from newsletter.checking import findings
from newsletter.models import Article, Issue, Newsletter

#: So many findings, and drafts, are shown; their lists show all.
SHOWN = 6


def may_write(request: HttpRequest) -> bool:
    return request.user.has_perm("newsletter.change_issue")


def next_issue(newsletter: Newsletter) -> Issue | None:
    """The issue that is worked at: the draft that was begun first, else what is scheduled next."""
    issues = Issue.objects.filter(newsletter=newsletter)
    return (issues.drafts() | issues.scheduled()).order_by("status", "number").first()


def coming(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Panel]:
    if not may_write(request):
        return
    issue = next_issue(newsletter) if newsletter else None
    facts: dict[str, Any] = {"newsletter": newsletter, "issue": issue}
    if issue:
        found = findings(issue, thorough=False)
        flawed = {finding.thing for finding in found}
        articles: Any = issue.articles.without_texts().select_related("issue").in_reading_order()
        facts |= {"state": state_word(issue), "findings": found[:SHOWN], "more": len(found[SHOWN:])}
        facts["articles"] = [(article, state_word(article), article in flawed) for article in articles]
    yield Panel("admin/newsletter/_next_issue.html", facts)
    if newsletter and (drafts := unfinished(newsletter, issue)):
        yield Panel("admin/newsletter/_drafts.html", [(draft, change_page(draft)) for draft in drafts])


def unfinished(newsletter: Newsletter, issue: Issue | None) -> list[Issue | Article]:
    """The drafts outside of the next issue, those touched last first."""
    issues = Issue.objects.filter(newsletter=newsletter).drafts().exclude(pk=issue.pk if issue else 0).without_texts()
    articles = Article.objects.filter(newsletter=newsletter).drafts().select_related("issue").without_texts()
    if issue:
        articles = articles.exclude(issue=issue)
    latest: Iterator[Any] = chain(*(things.order_by("-updated_at")[:SHOWN] for things in (issues, articles)))
    return sorted(latest, key=lambda thing: thing.updated_at, reverse=True)[:SHOWN]


def scheduled(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Planned]:
    if not newsletter or not may_write(request):
        return
    issues: Any = newsletter.issues.scheduled()
    articles: Any = newsletter.articles.scheduled().exclude(issue__in=issues)
    for thing in chain(*(things.without_texts().order_by("published_at")[:SHOWN] for things in (issues, articles))):
        yield Planned(thing.published_at, _("“%(title)s” is published") % {"title": thing}, change_page(thing))


desk.work_panels.append(coming)
desk.plans.append(scheduled)
