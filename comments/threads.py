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
from core.prepared import prepared

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


def before(created_at: Any, pk: Any) -> Q:
    """What was written before a place in time. The first condition lets the index begin there."""
    return Q(created_at__lte=created_at) & (Q(created_at__lt=created_at) | Q(pk__lt=pk))


def behind(created_at: Any, pk: Any) -> Q:
    return Q(created_at__gte=created_at) & (Q(created_at__gt=created_at) | Q(pk__gt=pk))


def liked_less(score: Any, **place: Any) -> Q:
    return Q(score__lte=score) & (Q(score__lt=score) | before(**place))


#: By what each order sorts, and what comes behind a place in it. When something was written counts, not when it came
#: in: an editor may bring in older comments.
ORDERS: dict[str, tuple[tuple[str, ...], Callable[..., Q]]] = {
    Sort.NEWEST: (("-created_at", "-pk"), before),
    Sort.OLDEST: (("created_at", "pk"), behind),
    Sort.LIKED: (("-score", "-created_at", "-pk"), liked_less),
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
    scope, shown = f"{sort} of {discussion.pk}", {"discussion": discussion.pk, "reader": viewer.pk}
    key = cursors.verified(after, scope) if after else None
    roots = in_turn(sort, **shown, **place_of(key or [], sort))
    is_first = not key and (not roots or roots[0].has_featured)
    is_last = len(roots) <= THREADS_ON_A_PAGE
    threads = with_replies([*(featured(**shown) if is_first else []), *roots[:THREADS_ON_A_PAGE]], viewer)
    return Page(threads, "" if is_last else cursors.write(scope, *key_of(roots[THREADS_ON_A_PAGE - 1], sort)))


@prepared
def in_turn(sort: str, *, discussion: Any, reader: Any, **place: Any) -> CommentQuerySet:
    """The top-level comments that are not featured, from a place on: one more than a page has."""
    columns, following = ORDERS[sort]
    roots = top_level(discussion, reader).filter(IN_TURN).order_by(*columns)
    roots = roots.annotate(has_featured=Exists(Comment.objects.filter(discussion=discussion, is_featured=True)))
    return (roots.filter(following(**place)) if place else roots)[: THREADS_ON_A_PAGE + 1]


@prepared
def featured(*, discussion: Any, reader: Any) -> CommentQuerySet:
    return top_level(discussion, reader).filter(is_featured=True).order_by("created_at", "pk")


def page_from(root: Comment) -> str:
    """The cursor of the page of its discussion, newest first, that begins with a thread."""
    key = [root.created_at.isoformat(), root.pk + 1]
    return "" if root.is_featured else cursors.write(f"{Sort.NEWEST} of {root.discussion_id}", *key)


def top_level(discussion: Any, reader: Any) -> CommentQuerySet:
    """Top-level comments, each with the number of its replies, the path where the first ones end, and the newest."""
    replies = Comment.objects.shown().filter(root=OuterRef("pk"))
    by_time = replies.order_by("-created_at", "-pk").values("pk")
    newest = {f"newest_{at}": Subquery(by_time[at : at + 1]) for at in range(NEWEST_REPLIES)}
    return seen_by(reader, Comment.objects.filter(discussion=discussion).top_level()).annotate(
        reply_count=Subquery(replies.order_by().values("root").annotate(number=Count("pk")).values("number")),
        cut=Subquery(replies.order_by("path").values("path")[FIRST_REPLIES : FIRST_REPLIES + 1]),
        **newest,
    )


def seen_by(reader: Any, comments: CommentQuerySet) -> CommentQuerySet:
    """What a reader, given by id, sees of comments; None is anybody."""
    return dressed(reader, comments.shown_to(reader)).for_threads()


def dressed(reader: Any, comments: CommentQuerySet) -> CommentQuerySet:
    """Comments with all that is shown of them: their people, and whether the reader likes them."""
    comments = comments.with_people()
    if reader is None:
        return comments
    return comments.annotate(is_liked=Exists(Like.objects.filter(comment=OuterRef("pk"), reader=reader)))


def place_of(key: list[Any], sort: str) -> dict[str, Any]:
    """The columns of a cursor by name."""
    columns, _following = ORDERS[sort]
    found = dict(zip((column.removeprefix("-") for column in columns), key, strict=False))
    return found | {name: datetime.fromisoformat(value) for name, value in found.items() if name == "created_at"}


def key_of(comment: Comment, sort: str) -> list[Any]:
    """Where a comment stands in an order, in what JSON can hold."""
    columns, _following = ORDERS[sort]
    values = [getattr(comment, column.removeprefix("-")) for column in columns]
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


def with_replies(roots: Iterable[Comment], viewer: Viewer) -> list[Thread]:
    """Threads with their first and their newest replies."""
    threads = {root.pk: Thread(root) for root in roots}
    wanted: dict[str, Any] = {}
    for number, thread in enumerate(threads.values()):
        wanted |= {f"{name}_{number}": value for name, value in replies_wanted(thread.comment).items()}
    for reply in replies_of(len(threads), reader=viewer.pk, **wanted) if threads else []:
        threads[reply.root_id].replies.append(reply)
    for thread in threads.values():
        if is_long(thread.comment):
            thread.leave_gap()
    return list(threads.values())


@prepared
def replies_of(roots: int, *, reader: Any, **wanted: Any) -> CommentQuerySet:
    """The replies of that many top-level comments, each as `replies_wanted` says."""
    first = [Q(root=wanted[f"root_{each}"], path__lt=wanted[f"cut_{each}"]) for each in range(roots)]
    newest = [wanted[f"newest_{at}_{each}"] for each in range(roots) for at in range(NEWEST_REPLIES)]
    replies = Comment.objects.filter(Q(*first, Q(pk__in=newest), _connector=Q.OR))
    return seen_by(reader, replies).order_by("root", "path")


def is_long(root: Comment) -> bool:
    return (root.reply_count or 0) > SHORT


def replies_wanted(root: Comment) -> dict[str, Any]:
    """Up to which path, and which others; of a short thread all."""
    newest = [f"newest_{at}" for at in range(NEWEST_REPLIES)]
    if not is_long(root):
        return {"root": root.pk, "cut": paths.AFTER_ALL} | dict.fromkeys(newest, 0)
    return {"root": root.pk, "cut": root.cut} | {name: getattr(root, name) for name in newest}


def replies_after(root: Comment, viewer: Viewer, after: str = "") -> Page:
    """The next replies of a thread, in reading order."""
    key = cursors.verified(after, f"thread {root.pk}") or [""]
    replies = seen_by(viewer.pk, Comment.objects.filter(root=root, path__gt=key[0])).order_by("path")
    return numbered(root, viewer, list(replies[:REPLIES_ON_A_PAGE]))


def replies_before(root: Comment, viewer: Viewer, before: str) -> Page:
    """The replies of a thread that stand before a place in it."""
    key = cursors.verified(before, f"thread {root.pk}") or [paths.AFTER_ALL]
    replies = seen_by(viewer.pk, Comment.objects.filter(root=root, path__lt=key[0])).order_by("-path")
    return numbered(root, viewer, list(replies[:REPLIES_ON_A_PAGE])[::-1])


def numbered(root: Comment, viewer: Viewer, shown: list[Comment], above: Sequence[Comment] = ()) -> Page:
    """A page of replies that stand in a row, with how many there are before and behind."""
    thread = Thread(root, [*above, *shown], gap=len(above))
    if not shown:
        return Page([thread])
    first, last = shown[0].path, shown[-1].path
    counted = (
        Comment.objects.shown_to(viewer.pk)
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
    before = list(seen_by(viewer.pk, thread.filter(path__lt=comment.path)).order_by("-path")[:BEFORE_PERMALINK])[::-1]
    above = dressed(viewer.pk, Comment.objects.filter(pk__in=[comment.root_id, *paths.ancestors(comment.path)]))
    following = seen_by(viewer.pk, thread.filter(path__gte=comment.path)).order_by("path")
    root, *ancestors = sorted(above, key=lambda each: each.path)
    near = {each.pk for each in before}
    shown = [*before, *following[:AFTER_PERMALINK]]
    return numbered(root, viewer, shown, [each for each in ancestors if each.pk not in near])
