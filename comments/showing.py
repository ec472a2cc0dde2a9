"""What pages show of discussions: whole ones, and how many have commented on each thing in a list."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest

from accounts.templatetags.accounts import visitor
from comments.forms import fresh_form
from comments.models import TALKS, Discussion, policy_of
from comments.structured_data import discussion_nodes
from comments.threads import Sort, Viewer, page_of
from core.page_cache import shows
from newsletter.models import Article, Issue, Publishable
from newsletter.talks import Talk

type Discussions = dict[Publishable, Discussion]


def shown(request: HttpRequest, discussion: Discussion) -> dict[str, Any]:
    """What every part of a conversation's page needs to know. No query, unless the address asks to answer a one."""
    shows(discussion.topic, TALKS)
    viewer = viewer_of(request)
    return {
        "discussion": discussion,
        "is_open": discussion.is_open,
        "address": discussion.get_absolute_url(),
        "viewer": viewer,
        "is_moderator": viewer.is_authenticated and viewer.has_perm("comments.moderate_comment"),
        "form": fresh_form(request, discussion),
    }


def shown_page(
    request: HttpRequest, discussion: Discussion, sort: str = Sort.NEWEST, after: str = ""
) -> dict[str, Any]:
    """The same, and a page of its threads."""
    page = page_of(discussion, sort, viewer_of(request), after=after)
    facts = {"page": page, "sort": sort, "sorts": Sort, "nodes": discussion_nodes(discussion, page.threads)}
    return shown(request, discussion) | facts


def viewer_of(request: HttpRequest) -> Viewer:
    """Who reads, without asking for a session where there is none."""
    return visitor({"request": request}) or AnonymousUser()


def commented(things: Iterable[Publishable]) -> Discussions:
    """The public discussions of what a list shows, those that have comments."""
    listed = list(things)
    if not listed:
        return {}
    found = bound(Discussion.objects.public().filter(belonging_to(listed)), listed)
    shows(TALKS, *(discussion.count_topic for discussion in found.values()))
    return {thing: discussion for thing, discussion in found.items() if discussion.comment_count}


def discussions_in(issue: Issue, articles: Collection[Article], viewer: Viewer) -> Discussions:
    """The discussions of an issue and of everything in it, also those in which nobody wrote yet."""
    things: list[Publishable] = [issue, *articles]
    found = list(Discussion.objects.with_places().with_pace_of(viewer).filter(belonging_to(things)))
    issue.newsletter.policy = policy_of(found[0].newsletter if found else issue.newsletter)
    for article in articles:
        article.newsletter = issue.newsletter  # the same, with its policy loaded
    stored = bound(found, things)
    shows(TALKS, *(discussion.count_topic for discussion in found))
    return {thing: stored.get(thing) or Discussion(**{name_of(thing): thing}) for thing in things}


def talks_in(issue: Issue, articles: Collection[Article]) -> dict[Publishable, Talk]:
    """What the discussions of an issue and its articles offer to readers. Queries as `discussions_in`."""
    found = discussions_in(issue, articles, AnonymousUser())
    return {thing: talk for thing, discussion in found.items() if (talk := discussion.talk)}


def belonging_to(things: Iterable[Publishable]) -> Q:
    ids: dict[str, list[int]] = {"article": [], "issue": []}
    for thing in things:
        ids[name_of(thing)].append(thing.pk)
    return Q(article__in=ids["article"]) | Q(issue__in=ids["issue"])


def bound(discussions: Iterable[Discussion], things: Iterable[Publishable]) -> Discussions:
    """Discussions by what they belong to, which is loaded already."""
    loaded = {(name_of(thing), thing.pk): thing for thing in things}
    found: Discussions = {}
    for discussion in discussions:
        name, pk = ("article", discussion.article_id) if discussion.article_id else ("issue", discussion.issue_id)
        thing = loaded[name, pk]
        setattr(discussion, name, thing)
        found[thing] = discussion
    return found


def name_of(thing: Publishable) -> str:
    return str(thing._meta.model_name)
