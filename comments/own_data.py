"""What the conversation keeps of a person: given to them whole, and forgotten when they leave.

The decision log stays, with people and comments by their ids alone.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.own_data import log_of, told
from comments import counting, moderating
from comments.models import (
    TALKS,
    Comment,
    Discussion,
    Like,
    ModerationEvent,
    Report,
    Revision,
    Standing,
    State,
    choices_of,
    standing_of,
)
from comments.models.comments import CommentQuerySet
from core import locking
from core.addresses import absolute
from core.changes import content_changed

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
#: Comments that are taken back in one transaction.
PIECE = 250
FORGOTTEN = dict.fromkeys(["name", "headline", "held_by", "held_detail", "proposed_body"], "")
WORDLESS = FORGOTTEN | dict.fromkeys(["body", "body_html"], "")


class Conversation:
    """See `accounts.own_data.Source`."""

    name = "conversation"

    def export(self, user: User) -> dict[str, Any]:
        written = leaving(user, keep_words=False).with_places().prefetch_related("revisions").order_by("pk")
        decisions = ModerationEvent.objects.filter(reader=user)
        return {
            "comments": [described(comment) for comment in written],
            "decisions about me": [told(each, WORDS["decision"]) for each in decisions],
            "likes": [absolute(each.comment.get_absolute_url()) for each in user.likes.select_related("comment")],
            "reports": [told(each, WORDS["report"]) for each in user.reports.select_related("comment")],
            "follows": [told(each, WORDS["follow"]) for each in user.follows.with_places()],
            "mail": told(choices_of(user), WORDS["mail"]),
            "standing": told(standing_of(user), WORDS["standing"]),
        }

    @transaction.atomic
    def erase(self, user: User, *, keep_words: bool) -> None:
        """Forget a person; what they published stays without their name, or goes.

        What hangs on their account alone (what they follow, notices, choices, standing) goes with it.
        """
        counting.lock([user.pk], Discussion.objects.filter(where_active(user)))
        forget_log(user, Comment.objects.filter(author=user))
        take_back(list(leaving(user, keep_words).values_list("pk", flat=True)), user)
        forget_reactions(user)
        forget_names(user)


def described(comment: Comment) -> dict[str, Any]:
    earlier = [told(each, WORDS["revision"]) for each in comment.revisions.all()]
    return told(comment, WORDS["comment"]) | {"earlier texts": earlier}


def where_active(user: User) -> Q:
    """The discussions in which somebody wrote, liked or reported."""
    own = Comment.objects.filter(author=user).order_by().values("discussion")
    reacted = [model.objects.filter(reader=user).order_by().values("comment__discussion") for model in (Like, Report)]
    return Q(pk__in=own) | Q(pk__in=reacted[0]) | Q(pk__in=reacted[1])


def leaving(user: User, keep_words: bool) -> CommentQuerySet:
    """What somebody wrote and takes along: all, or what nobody sees."""
    own = Comment.objects.filter(author=user).exclude(state=State.DELETED)
    return own.exclude(state=State.APPROVED) if keep_words else own


def take_back_in_pieces(user: User, keep_words: bool) -> None:
    """The same as `erase` does of it, in short transactions: somebody may have written ten thousand comments."""
    while ids := list(leaving(user, keep_words).order_by("pk").values_list("pk", flat=True)[:PIECE]):
        with locking.turn():
            counting.lock_comments(ids)
            take_back(ids, user)


def take_back(ids: Collection[int], user: User | None) -> None:
    """Delete what a person wrote, with its history; what was answered leaves its place in the thread."""
    moderating.transition(ids, State.DELETED, user)
    Comment.objects.filter(pk__in=ids).update(**WORDLESS, state=State.DELETED)
    Revision.objects.filter(comment__in=ids).delete()


def forget_reactions(user: User) -> None:
    """Take back likes and reports, and what others noted about this person's comments."""
    liked = list(user.likes.values_list("comment", flat=True))
    reported_ids = list(user.reports.values_list("comment", flat=True))
    Like.objects.filter(reader=user).delete()
    Report.objects.filter(reader=user).delete()
    counting.tally(Comment.objects.filter(pk__in=liked), "score")
    counting.tally(Comment.objects.filter(pk__in=reported_ids), "report_count")
    Report.objects.filter(comment__author=user).update(note="")


def forget_names(user: User) -> None:
    """Let no comment and no decision tell who it was."""
    Comment.objects.filter(author=user).update(**FORGOTTEN)
    decisions = ModerationEvent.objects.filter(reader=user)
    decisions.update(matched="", note="")
    telling = [text for text in (user.email, user.display_name, user.headline) if text]
    for text in telling:
        decisions.filter(reason__icontains=text).update(reason="")
    content_changed(TALKS)


def forget_log(user: User, comments: QuerySet[Comment]) -> None:
    """Empty what the admin's own log says about a person and what they wrote."""
    log_of(User, [user.pk]).delete()
    log_of(Standing, Standing.objects.filter(reader=user).values_list("pk", flat=True)).delete()
    forget_log_of(comments)


def forget_log_of(comments: QuerySet[Comment]) -> None:
    """Empty what the admin's own log says about comments."""
    log_of(Comment, comments.values_list("pk", flat=True)).update(object_repr="", change_message="")
