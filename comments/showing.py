"""What pages show of discussions: whole ones, and how many have commented on each thing in a list."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.templatetags.accounts import visitor
from comments.drawing import Scene
from comments.models import TALKS, Discussion
from comments.models.discussions import DiscussionQuerySet
from comments.structured_data import discussion_nodes
from comments.threads import Sort, Viewer, page_of
from core.page_cache import shows
from core.prepared import prepared
from newsletter.further import MOST, for_newsletter
from newsletter.models import Article, Issue, Newsletter, Publishable
from newsletter.talks import Talk

#: What came out so long ago can be among what is most discussed.
OF_LATE = timedelta(days=90)

type Discussions = dict[Publishable, Discussion]


def shown(request: HttpRequest, discussion: Discussion) -> dict[str, Any]:
    """What every part of a conversation's page needs to know. No query, unless the address asks to answer a one."""
    shows(discussion.topic, TALKS)
    viewer = viewer_of(request)
    is_moderator = viewer.is_authenticated and viewer.has_perm("comments.moderate_comment")
    is_open, address, here = discussion.is_open, discussion.get_absolute_url(), request.get_full_path()
    return {
        "discussion": discussion,
        "is_open": is_open,
        "address": address,
        "viewer": viewer,
        "scene": Scene(is_open, address, here, viewer.is_authenticated, is_moderator),
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
    listed = {f"{name_of(thing)}_{thing.pk}": thing for thing in things}
    if not listed:
        return {}
    ids = {f"{name_of(thing)}_{number}": thing.pk for number, thing in enumerate(listed.values())}
    found = bound(public_among(now=timezone.now(), **ids), listed.values())
    shows(TALKS, *(discussion.count_topic for discussion in found.values()))
    return {thing: discussion for thing, discussion in found.items() if discussion.comment_count}


def most_discussed(place: Issue | Article | Newsletter) -> list[Any]:
    """For an article and a newsletter: what came out of late and has most comments. Only the order shows how many,
    so it may be as old as the page."""
    return [] if isinstance(place, Issue) else for_newsletter("discussed", place, discussed_of_late)


def discussed_of_late(newsletter: Newsletter) -> list[Any]:
    shows(TALKS)
    came_out = {"newsletter": newsletter, "published_at__gte": timezone.now() - OF_LATE}
    recent = (Q(**{f"{owner}__{name}": value for name, value in came_out.items()}) for owner in ("article", "issue"))
    found = Discussion.objects.public().with_places().filter(Q(*recent, _connector=Q.OR), comment_count__gt=0)
    return [discussion.place for discussion in found.order_by("-comment_count", "-last_comment_at")[: 2 * MOST]]


@prepared
def public_among(*, now: Any, **ids: Any) -> DiscussionQuerySet:
    articles, issues = ([ids[key] for key in ids if key.startswith(name)] for name in ("article", "issue"))
    found = Discussion.objects.public(now).with_policy()
    return found.filter(Q(article__pk__in=articles) | Q(issue__pk__in=issues))


def discussions_in(issue: Issue, articles: Collection[Article]) -> Discussions:
    """The discussions of an issue and of everything in it, also those in which nobody wrote yet."""
    things: list[Publishable] = [issue, *articles]
    for article in articles:
        article.newsletter = issue.newsletter  # the same, and gets its policy
    stored = bound(below(issue=issue.pk), things)
    shows(TALKS, *(discussion.count_topic for discussion in stored.values()))
    return {thing: stored.get(thing) or Discussion(**{name_of(thing): thing}) for thing in things}


@prepared
def below(*, issue: Any) -> DiscussionQuerySet:
    return Discussion.objects.with_policy().filter(Q(issue=issue) | Q(article__issue=issue))


def talks_in(issue: Issue, articles: Collection[Article]) -> dict[Publishable, Talk]:
    """What the discussions of an issue and its articles offer to readers. Queries as `discussions_in`."""
    found = discussions_in(issue, articles)
    return {thing: talk for thing, discussion in found.items() if (talk := discussion.talk)}


def bound(discussions: Iterable[Discussion], things: Iterable[Publishable]) -> Discussions:
    """Discussions by those things, loaded already, that they belong to."""
    loaded = {(name_of(thing), thing.pk): thing for thing in things}
    places = [
        (each, loaded.get(("article", each.article_id)) or loaded.get(("issue", each.issue_id)))
        for each in discussions
    ]
    return {place: discussion.under(place) for discussion, place in places if place}


def name_of(thing: Publishable) -> str:
    return str(thing._meta.model_name)
