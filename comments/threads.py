"""Reading a discussion: always a page of it, always at the same cost.

A page is ten top-level comments, each with its first and its newest replies, at the same cost whatever the size
and shape of the discussion: the first replies are read by ranges of paths that end where enough have been seen, and
the newest found in an index, so a thread of ten thousand replies costs as much as one of ten.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments import cursors, paths
from comments.models import Comment, Discussion, Like
from comments.models.comments import IN_TURN, CommentQuerySet

THREADS_ON_A_PAGE = 10
FIRST_REPLIES = 2
NEWEST_REPLIES = 2
#: As many replies are shown without a gap.
SHORT = FIRST_REPLIES + NEWEST_REPLIES + 1
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
    that cannot be seen from where it stands. Behind a gap others stand before it that are not shown."""

    comment: Comment
    level: int
    is_apart: bool
    is_behind_gap: bool = False


@dataclass(slots=True)
class Thread:
    """A top-level comment with some of its replies. Those from the place `gap` in the list on stand behind a gap."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)
    gap: int | None = None
    #: How many are left out, and the cursor where they begin.
    left_out: int = 0
    more: str = ""

    @property
    def rows(self) -> list[Row]:
        """The comments as they are shown: in reading order, and the newest behind the gap by time."""
        here = {self.comment.pk}
        rows = [Row(self.comment, 0, is_apart=False)]
        for place, reply in enumerate(self.replies):
            is_apart = reply.depth > DEEPEST_SHOWN or reply.parent_id not in here
            rows.append(Row(reply, min(reply.depth, DEEPEST_SHOWN), is_apart, place == self.gap))
            here.add(reply.pk)
        return rows

    @property
    def end(self) -> str:
        """The cursor behind its last reply, to be read backwards."""
        return cursors.write(f"thread {self.comment.pk}", paths.AFTER_ALL)

    def leave_gap(self) -> None:
        """Set the newest replies apart from the first ones, and say how many are left out between them."""
        first = [reply for reply in self.replies if reply.path < (self.comment.cut or "")]
        newest = sorted(self.replies[len(first) :], key=lambda reply: (reply.created_at, reply.pk))
        self.replies, self.gap = [*first, *newest], len(first)
        self.left_out = (self.comment.reply_count or 0) - sum(reply.shown for reply in self.replies)
        self.more = cursors.write(f"thread {self.comment.pk}", first[-1].path)


@dataclass(slots=True)
class Page:
    """A page of threads, or of the replies in one, and the cursors of the pages beside it."""

    threads: list[Thread]
    next: str = ""
    previous: str = ""
    #: Of replies: how many the thread has, how many stand before those on the page, and how many up to its last one.
    total: int = 0
    earlier: int = 0
    up_to_last: int = 0

    @property
    def first(self) -> int:
        """The number that the first of the replies has in its thread."""
        return self.earlier + 1

    @property
    def later(self) -> int:
        return self.total - self.up_to_last


def page_of(discussion: Discussion, sort: str, viewer: Viewer, *, after: str = "") -> Page:
    """A page of a discussion, the first one unless `after` is the cursor of another. The first page opens with the
    featured comments.
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


def page_from(root: Comment) -> str:
    """The cursor of the page of its discussion, newest first, that begins with a thread."""
    key = [root.created_at.isoformat(), root.pk + 1]
    return "" if root.is_featured else cursors.write(f"{Sort.NEWEST} of {root.discussion_id}", *key)


def top_level(discussion: Discussion, viewer: Viewer) -> CommentQuerySet:
    """Top-level comments, each with the number of its replies, the path where the first ones end, and the newest."""
    replies = Comment.objects.shown().filter(root=OuterRef("pk"))
    by_time = replies.order_by("-created_at", "-pk").values("pk")
    newest = {f"newest_{at}": Subquery(by_time[at : at + 1]) for at in range(NEWEST_REPLIES)}
    return seen_by(viewer, discussion.comments.top_level()).annotate(
        reply_count=Subquery(replies.order_by().values("root").annotate(number=Count("pk")).values("number")),
        cut=Subquery(replies.order_by("path").values("path")[FIRST_REPLIES : FIRST_REPLIES + 1]),
        **newest,
    )


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
    """Threads with their first and their newest replies."""
    threads = {root.pk: Thread(root) for root in roots}
    wanted = [replies_wanted(thread.comment) for thread in threads.values()]
    replies = Comment.objects.filter(Q(*wanted, _connector=Q.OR)) if wanted else Comment.objects.none()
    for reply in seen_by(viewer, replies).order_by("root", "path"):
        threads[reply.root_id].replies.append(reply)
    for thread in threads.values():
        if is_long(thread.comment):
            thread.leave_gap()
    return list(threads.values())


def is_long(root: Comment) -> bool:
    return (root.reply_count or 0) > SHORT


def replies_wanted(root: Comment) -> Q:
    if not is_long(root):
        return Q(root=root)
    newest = [getattr(root, f"newest_{at}") for at in range(NEWEST_REPLIES)]
    return Q(root=root, path__lt=root.cut) | Q(pk__in=newest)


def replies_after(root: Comment, viewer: Viewer, after: str = "") -> Page:
    """The next replies of a thread, in reading order."""
    key = cursors.verified(after, f"thread {root.pk}") or [""]
    replies = seen_by(viewer, Comment.objects.filter(root=root, path__gt=key[0])).order_by("path")
    return numbered(root, viewer, list(replies[:REPLIES_ON_A_PAGE]))


def replies_before(root: Comment, viewer: Viewer, before: str) -> Page:
    """The replies of a thread that stand before a place in it."""
    key = cursors.verified(before, f"thread {root.pk}") or [paths.AFTER_ALL]
    replies = seen_by(viewer, Comment.objects.filter(root=root, path__lt=key[0])).order_by("-path")
    return numbered(root, viewer, list(replies[:REPLIES_ON_A_PAGE])[::-1])


def numbered(root: Comment, viewer: Viewer, shown: list[Comment], above: Sequence[Comment] = ()) -> Page:
    """A page of replies that stand in a row, with how many there are before and behind."""
    thread = Thread(root, [*above, *shown], gap=len(above))
    if not shown:
        return Page([thread])
    first, last = shown[0].path, shown[-1].path
    counted = (
        Comment.objects.shown_to(viewer)
        .filter(root=root)
        .aggregate(
            earlier=Count("pk", filter=Q(path__lt=first)),
            up_to_last=Count("pk", filter=Q(path__lte=last)),
            total=Count("pk"),
        )
    )
    page = Page([thread], **counted)
    page.previous = cursors.write(f"thread {root.pk}", first) if page.earlier else ""
    page.next = cursors.write(f"thread {root.pk}", last) if page.later else ""
    return page


def around(comment: Comment, viewer: Viewer) -> Page:
    """The thread of a comment from what it answers on: its ancestors, the replies just before it, and those that
    follow; `comment` must be one that the viewer sees.
    """
    if comment.root_id is None:
        return replies_after(comment, viewer)
    thread = Comment.objects.filter(root=comment.root_id)
    before = list(seen_by(viewer, thread.filter(path__lt=comment.path)).order_by("-path")[:BEFORE_PERMALINK])[::-1]
    above = dressed(viewer, Comment.objects.filter(pk__in=[comment.root_id, *paths.ancestors(comment.path)]))
    following = seen_by(viewer, thread.filter(path__gte=comment.path)).order_by("path")
    root, *ancestors = sorted(above, key=lambda each: each.path)
    near = {each.pk for each in before}
    shown = [*before, *following[:AFTER_PERMALINK]]
    return numbered(root, viewer, shown, [each for each in ancestors if each.pk not in near])
