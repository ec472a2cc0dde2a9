"""What was brought in under a name: handed out to whoever it belongs to, and erased when they ask for that."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.models import User
from comments import counting, moderating, own_data
from comments.models import Comment, ModerationEvent, Report, Revision, State
from comments.models.comments import CommentQuerySet


def under_name(name: str) -> CommentQuerySet:
    """What was brought in under a name, in whatever state, and is not erased."""
    named = Comment.objects.brought_in().exclude(state=State.DELETED)
    return named.filter(name__iexact=" ".join(name.split())).with_places().order_by("created_at", "pk")


def exported(name: str) -> list[dict[str, Any]]:
    """All that is kept of it."""
    comments = under_name(name).prefetch_related("revisions")
    return [
        own_data.described(comment) | {"said at": comment.said_at, "date known": comment.exactness}
        for comment in comments
    ]


@transaction.atomic
def erase(ids: Collection[int], by: User | None) -> list[Comment]:
    """Forget words, names, headlines and places of comments that were brought in; returns those it was done for. What
    was answered leaves its place in the thread. The fingerprint stays, so that bringing the same in again does not
    restore it. The decision is recorded; what the log and earlier decisions said of it is forgotten."""
    comments = moderating.locked(ids, lambda comment: comment.is_brought_in and comment.state != State.DELETED)
    erased = Comment.objects.filter(pk__in=[comment.pk for comment in comments])
    ModerationEvent.objects.filter(comment__in=erased).update(matched="", reason="", note="")
    own_data.forget_log_of(erased)
    for comment in comments:
        comment.held_by = comment.held_detail = ""
    moderating.record(comments, ModerationEvent.Action.ERASED, by, to=State.DELETED)
    moderating.settle(comments)
    Revision.objects.filter(comment__in=erased).delete()
    Report.objects.filter(comment__in=erased).update(note="")
    erased.update(**own_data.WORDLESS, said_at="", state=State.DELETED, is_featured=False)
    counting.refresh(comments)
    return comments
