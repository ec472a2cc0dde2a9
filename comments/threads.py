"""Reading a discussion: always a page of it, always at the same cost.

A page is ten top-level comments, each with its first replies. Three queries, whatever the size and shape of the
discussion: the replies are read by ranges of paths that end where enough have been seen, so a thread of ten thousand
replies costs as much as one of ten.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments import cursors, paths
from comments.models import Comment, Discussion, Like
from comments.models.comments import IN_TURN, CommentQuerySet

THREADS_ON_A_PAGE = 10
FIRST_REPLIES = 2
#: Replies step in up to here; what goes deeper says whom it answers.
DEEPEST_SHOWN = 3
REPLIES_ON_A_PAGE = 50
BEFORE_PERMALINK = 5
AFTER_PERMALINK = 20

type Viewer = User | AnonymousUser


class Sort(models.TextChoices):
    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    LIKED = "liked", _("Most liked")


def before(at: str, pk: int) -> Q:
    """What was written before a place in time. The first condition lets the index begin there."""
    return Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(pk__lt=pk))


def behind(at: str, pk: int) -> Q:
    return Q(created_at__gte=at) & (Q(created_at__gt=at) | Q(pk__gt=pk))


def liked_less(score: int, at: str, pk: int) -> Q:
    return Q(score__lte=score) & (Q(score__lt=score) | before(at, pk))


#: By what each order sorts, and what comes behind a place in it. When something was written counts, not when it came
#: in: an editor may bring in older comments.
ORDERS: dict[str, tuple[tuple[str, ...], Callable[..., Q]]] = {
    Sort.NEWEST: (("-created_at", "-id"), before),
    Sort.OLDEST: (("created_at", "id"), behind),
    Sort.LIKED: (("-score", "-created_at", "-id"), liked_less),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A comment as it stands in its thread: how far it steps in, and whether it has to say whom it answers, because
    that cannot be seen from where it stands."""

    comment: Comment
    level: int
    is_apart: bool


@dataclass(slots=True)
class Thread:
    """A top-level comment with some of its replies, and where the others begin."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)
    more: str = ""

    @property
    def rows(self) -> list[Row]:
        """The comments in reading order, as they are shown."""
        here = {self.comment.pk}
        rows = [Row(self.comment, 0, is_apart=False)]
        for reply in self.replies:
            is_apart = reply.depth > DEEPEST_SHOWN or reply.parent_id not in here
            rows.append(Row(reply, min(reply.depth, DEEPEST_SHOWN), is_apart))
            here.add(reply.pk)
        return rows


@dataclass(slots=True)
class Page:
    """A page of threads, or of replies, and the cursor of the next page."""

    threads: list[Thread]
    next: str = ""


def page_of(discussion: Discussion, sort: str, viewer: Viewer, *, after: str = "") -> Page:
    """A page of a discussion, the first one unless `after` is the cursor of another. The first page opens with the
    featured comments. Three queries at most, two behind the first page.
    """
    if discussion.pk is None:
        return Page([])
    scope = f"{sort} of {discussion.pk}"
    key = cursors.verified(after, scope) if after else None
    featured = [] if key else list(top_level(discussion, viewer).filter(is_featured=True).order_by("created_at", "pk"))
    roots = list(in_turn(discussion, sort, viewer, key)[: THREADS_ON_A_PAGE + 1])
    is_last = len(roots) <= THREADS_ON_A_PAGE
    threads = with_replies([*featured, *roots[:THREADS_ON_A_PAGE]], viewer)
    return Page(threads, "" if is_last else cursors.write(scope, *key_of(roots[THREADS_ON_A_PAGE - 1], sort)))


def in_turn(discussion: Discussion, sort: str, viewer: Viewer, key: list[Any] | None) -> CommentQuerySet:
    """The top-level comments that are not featured, from a place on."""
    columns, following = ORDERS[sort]
    roots = top_level(discussion, viewer).filter(IN_TURN).order_by(*columns)
    return roots.filter(following(*key)) if key else roots


def top_level(discussion: Discussion, viewer: Viewer) -> CommentQuerySet:
    """Top-level comments, each with the path at which its first replies end."""
    replies = Comment.objects.shown().filter(root=OuterRef("pk")).order_by("path").values("path")
    cut = Subquery(replies[FIRST_REPLIES : FIRST_REPLIES + 1])
    return seen_by(viewer, discussion.comments.top_level()).annotate(cut=cut)


def seen_by(viewer: Viewer, comments: CommentQuerySet) -> CommentQuerySet:
    """What this viewer sees of comments."""
    return dressed(viewer, comments.shown_to(viewer))


def dressed(viewer: Viewer, comments: CommentQuerySet) -> CommentQuerySet:
    """Comments with all that is shown of them: their people, and whether the viewer likes them."""
    comments = comments.with_people()
    if not viewer.is_authenticated:
        return comments
    return comments.annotate(is_liked=Exists(Like.objects.filter(comment=OuterRef("pk"), reader=viewer)))


def key_of(comment: Comment, sort: str) -> list[Any]:
    """Where a comment stands in an order, in what JSON can hold."""
    columns, _following = ORDERS[sort]
    values = [getattr(comment, column.removeprefix("-")) for column in columns]
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


def with_replies(roots: Iterable[Comment], viewer: Viewer) -> list[Thread]:
    """Threads with their first replies. One query."""
    threads = {root.pk: Thread(root) for root in roots}
    ranges = [first_replies(thread.comment) for thread in threads.values()]
    replies = Comment.objects.filter(Q(*ranges, _connector=Q.OR)) if ranges else Comment.objects.none()
    for reply in seen_by(viewer, replies).order_by("root", "path"):
        threads[reply.root_id].replies.append(reply)
    for thread in threads.values():
        if thread.comment.cut and thread.replies:
            thread.more = cursors.write(f"thread {thread.comment.pk}", thread.replies[-1].path)
    return list(threads.values())


def first_replies(root: Comment) -> Q:
    return Q(root=root, path__lt=root.cut) if root.cut else Q(root=root)


def replies_after(root: Comment, viewer: Viewer, after: str) -> Page:
    """The next replies of a thread, in reading order. One query."""
    scope = f"thread {root.pk}"
    key = cursors.verified(after, scope) or [""]
    replies = seen_by(viewer, Comment.objects.filter(root=root, path__gt=key[0])).order_by("path")
    found = list(replies[: REPLIES_ON_A_PAGE + 1])
    rest = len(found) > REPLIES_ON_A_PAGE
    thread = Thread(root, found[:REPLIES_ON_A_PAGE])
    return Page([thread], cursors.write(scope, thread.replies[-1].path) if rest else "")


def around(comment: Comment, viewer: Viewer) -> Page:
    """The thread of a comment from what it answers on: its ancestors, the replies just before it, and those that
    follow. Three queries at most; `comment` must be one that the viewer sees.
    """
    if comment.root_id is None:
        return replies_after(comment, viewer, "")
    thread = Comment.objects.filter(root=comment.root_id)
    before = seen_by(viewer, thread.filter(path__lt=comment.path)).order_by("-path")[:BEFORE_PERMALINK]
    above = dressed(viewer, Comment.objects.filter(pk__in=[comment.root_id, *paths.ancestors(comment.path)]))
    known = {each.pk: each for each in [*above, *before]}
    following = seen_by(viewer, thread.filter(path__gte=comment.path)).order_by("path")
    after = list(following[: AFTER_PERMALINK + 1])
    root = known.pop(comment.root_id)
    earlier = sorted(known.values(), key=lambda each: each.path)
    rest = len(after) > AFTER_PERMALINK
    shown = [*earlier, *after[:AFTER_PERMALINK]]
    return Page([Thread(root, shown)], cursors.write(f"thread {root.pk}", shown[-1].path) if rest else "")
