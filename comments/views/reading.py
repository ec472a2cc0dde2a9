"""Reading a conversation: the whole of it, one comment in its place, and what a comment said before."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from comments import cursors, showing, threads
from comments.models import TALKS, Comment, Discussion, State, discussion_of
from comments.own_comments import with_decisions
from comments.threads import Page, Sort, Viewer
from core.page_cache import public_page, shows
from newsletter.models import Article, Issue, Publishable
from newsletter.models.articles import ArticleQuerySet
from newsletter.models.issues import IssueQuerySet
from newsletter.views.pages import open_or_gone, show

NUMBER = re.compile("[1-9][0-9]{0,17}")
#: Of these the author is told; nobody else sees them.
REFUSED = {State.REJECTED, State.REMOVED, State.SPAM}


@public_page(sort=Sort.values.__contains__, after=cursors.is_ours, reply_to=NUMBER.fullmatch, quote="1".__eq__)
def conversation(request: HttpRequest, **place: str) -> HttpResponse:
    """A page of a whole conversation, or the form for an answer."""
    discussion = open_discussion(request, **place)
    if "reply_to" in request.GET:
        return show_conversation(request, **showing.shown(request, discussion))
    sort, after = request.GET.get("sort", Sort.NEWEST), request.GET.get("after", "")
    facts = showing.shown_page(request, discussion, sort, after)
    return show_conversation(request, **facts, is_first=not after and sort == Sort.NEWEST, is_later=bool(after))


def show_conversation(request: HttpRequest, discussion: Discussion, **facts: Any) -> HttpResponse:
    facts |= {"discussion": discussion, "place": discussion.place}
    return show(request, "comments/conversation.html", discussion.newsletter, **facts)


@public_page(after=cursors.is_ours, before=cursors.is_ours)
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment in its place, with what it answers and what follows; of a thread, with `?after=` and `?before=`, the
    replies behind and before a place in it.

    Its author is told here what became of it.
    """
    found = open_comment(request, pk)
    facts = showing.shown(request, found.discussion) | {"target": found}
    if is_own(found, request.user) and found.state in REFUSED:
        [own] = with_decisions([found])
        return show_comment(request, found, **facts, reason=own.reason, can_appeal=own.can_appeal)
    page = thread_of(found, request)
    is_public = found.is_approved and not {"after", "before"} & request.GET.keys()
    whole = threads.page_from(page.threads[0].comment)
    return show_comment(request, found, **facts, page=page, is_public=is_public, whole=whole)


@public_page
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What an edited comment said before, newest first."""
    found = open_comment(request, pk)
    if not (found.is_approved and found.edited_at):
        raise Http404
    shows(found.discussion.topic, TALKS)
    revisions = found.revisions.order_by("-pk")
    facts = {"comment": found, "discussion": found.discussion, "revisions": revisions}
    return show(request, "comments/history.html", found.discussion.newsletter, **facts)


def show_comment(request: HttpRequest, comment: Comment, **facts: Any) -> HttpResponse:
    place = comment.discussion.place
    return show(request, "comments/comment.html", comment.discussion.newsletter, place=place, comment=comment, **facts)


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


def open_comment(request: HttpRequest, pk: int) -> Comment:
    """The comment that this visitor may see. Raises Http404, or Gone where its piece was withdrawn."""
    comments = threads.dressed(request.user.pk, Comment.objects.with_places())
    found: Comment = get_object_or_404(comments, pk=pk)
    place = found.discussion.place
    if not place.is_public:
        open_or_gone(type(place).objects.all, request, pk=place.pk)  # type: ignore[attr-defined]
    is_told = is_own(found, request.user) and found.state != State.DELETED
    if found.discussion.is_off or not (found.shown or is_told):
        raise Http404
    return found


def is_own(comment: Comment, viewer: Viewer) -> bool:
    return viewer.is_authenticated and comment.author_id == viewer.pk


def thread_of(comment: Comment, request: HttpRequest) -> Page:
    """The part of the thread that is shown with a comment: what surrounds it, or stands before or behind a place."""
    if "before" in request.GET and comment.root_id is None:
        return threads.replies_before(comment, request.user, request.GET["before"])
    if "after" in request.GET and comment.root_id is None:
        return threads.replies_after(comment, request.user, request.GET["after"])
    return threads.around(comment, request.user)
