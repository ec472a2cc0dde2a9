"""Writing: post, revise, take back. What the author of a comment may do, and nobody else."""

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from comments import counting, moderating, paths
from comments.models import (
    Badge,
    Comment,
    Discussion,
    ModerationEvent,
    Revision,
    State,
    Trust,
    standing_of,
    stored_discussion_of,
)
from comments.notices import notifying
from comments.rendering import render_bodies
from comments.screening import Submission, Verdict, screen
from core import locking
from core.markup.comments import COMMENT_LENGTH, says_nothing
from newsletter.models import Article

EDITING_TIME = timedelta(minutes=15)
#: A text sent twice within this time was sent by mistake.
DOUBLE_CLICK = timedelta(minutes=5)
#: The share of words whose spelling an untrusted author mends without being looked at again; one word always.
SMALL_CHANGE = 0.2
#: A shorter word with another letter is another word: now, not.
SHORTEST_MENDED = 4
ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+", re.IGNORECASE)

Action = ModerationEvent.Action


class Refused(Exception):
    """This cannot be written; the message tells the author why. Nothing was stored."""


@transaction.atomic
def post(
    discussion: Discussion, author: User, body: str, *, parent: Comment | None = None, by_mail: bool | None = None
) -> Comment:
    """Store a comment, approved or waiting as the rules say. The same text sent twice gives the same comment.

    Raises Refused.
    """
    counting.lock([author.pk], Discussion.objects.filter(pk=discussion.pk))
    if not discussion.pk:
        discussion = stored_discussion_of(discussion.place)
        locking.lock(Discussion.objects.filter(pk=discussion.pk))
    discussion = Discussion.objects.with_places().get(pk=discussion.pk)
    refuse(discussion, author, body)
    parent = answerable(discussion, parent)
    recent = discussion.comments.filter(author=author, parent=parent, created_at__gt=timezone.now() - DOUBLE_CLICK)
    if twin := recent.filter(body=body).exclude(state=State.DELETED).last():
        return twin
    comment = Comment(
        discussion=discussion,
        author=author,
        name=author.display_name,
        headline=author.headline,
        badge=badge_of(author, discussion),
        parent=parent,
        body=body,
        by_mail=by_mail,
    )
    render_bodies([comment])
    apply(comment, judge(comment))
    plant([comment])
    moderating.record([comment], Action.POSTED, None, to=State(comment.state))
    counting.refresh([comment])
    if comment.is_approved:
        notifying.announce([comment])
    return comment


@transaction.atomic
def revise(comment: Comment, by: User, body: str) -> Comment:
    """Replace the text of one's own comment. After 15 minutes the old text becomes history.

    The rules look at each edit: what they hold waits beside the old text, which stays shown. Raises Refused.
    """
    counting.lock([by.pk], Discussion.objects.filter(pk=comment.discussion_id))
    comment = Comment.objects.with_places().select_related("author").get(pk=comment.pk)
    refuse(comment.discussion, by, body)
    if comment.author_id != by.pk or comment.state not in {State.APPROVED, State.PENDING}:
        raise Refused(_("This comment can no longer be changed."))
    if body == comment.body:
        return drop_proposal(comment)
    edited = Comment(discussion=comment.discussion, author=by, body=body)
    render_bodies([edited])
    verdict = judge(edited, replacing=comment)
    if comment.is_pending or verdict.state == State.APPROVED:
        replace(comment, edited, verdict)
    else:
        comment.proposed_body, comment.held_by, comment.held_detail = body, verdict.rule, verdict.matched
        moderating.record([comment], Action.EDIT_HELD, None)
    comment.save()
    counting.refresh([comment])
    return comment


def drop_proposal(comment: Comment) -> Comment:
    """Let the text shown stand: an edit that waited beside it is gone."""
    if comment.proposed_body:
        moderating.record([comment], Action.EDITED, None)
        comment.proposed_body = comment.held_by = comment.held_detail = ""
        comment.save(update_fields=["proposed_body", "held_by", "held_detail"])
    return comment


@transaction.atomic
def take_back(comment: Comment, by: User) -> None:
    """Delete one's own comment: its text and history are gone, what answers it stays. Raises Refused."""
    if comment.author_id != by.pk or not moderating.transition([comment.pk], State.DELETED, by):
        raise Refused(_("This comment can no longer be deleted."))
    empty = dict.fromkeys(["body", "body_html", "proposed_body", "held_by", "held_detail"], "")
    Comment.objects.filter(pk=comment.pk).update(**empty)
    Revision.objects.filter(comment=comment.pk).delete()


@transaction.atomic
def appeal(comment: Comment, by: User, words: str) -> None:
    """Ask, once, that another moderator look at one's refused comment. Raises Refused."""
    counting.lock_comments([comment.pk])
    comment = Comment.objects.get(pk=comment.pk)
    has_appealed = comment.decisions.filter(action=Action.APPEALED).exists()
    if comment.author_id != by.pk or not comment.is_refused or has_appealed:
        raise Refused(_("A decision can be appealed against once."))
    moderating.transition([comment.pk], State.PENDING, by, note=words, action=Action.APPEALED)
    Comment.objects.filter(pk=comment.pk).update(held_by=_("Appeal"), held_detail=words[:200])


def refuse(discussion: Discussion, author: User, body: str) -> None:
    """Raise Refused where this author cannot write this here and now."""
    standing = standing_of(author)
    if standing.is_banned:
        until = date_format(timezone.localtime(standing.banned_until), "DATE_FORMAT")
        because = f" {standing.ban_reason}" if standing.ban_reason else ""
        raise Refused(_("You cannot write here until %(date)s.") % {"date": until} + because)
    if not author.is_active:
        raise Refused(_("Your account has been closed."))
    if not discussion.is_open:
        raise Refused(_("This discussion is closed."))
    if says_nothing(body):
        raise Refused(_("Write something first."))
    if len(body) > COMMENT_LENGTH:
        raise Refused(_("Please stay within %(count)s characters.") % {"count": COMMENT_LENGTH})


def answerable(discussion: Discussion, parent: Comment | None) -> Comment | None:
    """The comment to be answered as it is now. Raises Refused where it is gone or stands elsewhere."""
    if parent is None:
        return None
    found = discussion.comments.approved().select_related("root").filter(pk=parent.pk).first()
    if found is None:
        raise Refused(_("The comment that you answer is no longer there."))
    return found


def badge_of(author: User, discussion: Discussion) -> Badge:
    """What the author is to the piece."""
    if author.is_staff and author.has_perm("newsletter.change_article"):
        return Badge.EDITOR
    own = Article.objects.filter(contributors__user=author)
    of_place = {"issue": discussion.issue} if discussion.issue else {"pk": discussion.article_id}
    return Badge.CONTRIBUTOR if own.filter(**of_place).exists() else Badge.NONE


def judge(comment: Comment, *, replacing: Comment | None = None) -> Verdict:
    """What the rules say of a new text, or of one that replaces another."""
    author: User = comment.author  # type: ignore[assignment]
    standing = standing_of(author)
    submission = Submission(comment.discussion, author, standing, comment.body, comment.body_html, replacing)
    verdict = screen(submission)
    untrusted = standing.trust != Trust.TRUSTED and not author.has_perm("comments.moderate_comment")
    if replacing and verdict.state == State.APPROVED and untrusted and is_large_change(replacing.body, comment.body):
        return Verdict(State.PENDING, _("Edited after approval"))
    return verdict


def is_large_change(old: str, new: str) -> bool:
    """Whether more than the spelling changed. The same words stand in the same order, with the same numbers, signs and
    links: any other word, or a moved one, can turn what a text says."""
    before, after = (re.findall(r"\w+|[^\w\s]", text) for text in (old.casefold(), new.casefold()))
    if len(before) != len(after) or ADDRESS.findall(old) != ADDRESS.findall(new):
        return True
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    return len(changed) > max(1, SMALL_CHANGE * len(before)) or not all(is_mended(*pair) for pair in changed)


def is_mended(old: str, new: str) -> bool:
    """Whether a word is the same but for a letter too many, too few or wrong, or two that were swapped.

    Only in scripts with capitals: in others a letter may be a word. Another beginning is another word: unkind.
    """
    if not (old + new).isalpha() or old.upper() == old or old[0] != new[0]:
        return False
    start = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest, other_rest = old[start:], new[start:]
    is_swapped = rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:]
    is_one_off = any(rest[cut:] == other_rest[other:] for cut, other in ((1, 1), (1, 0), (0, 1)))
    return is_swapped or (is_one_off and min(len(old), len(new)) >= SHORTEST_MENDED)


def apply(comment: Comment, verdict: Verdict) -> None:
    comment.state, comment.held_by, comment.held_detail = verdict.state, verdict.rule, verdict.matched


def plant(comments: Sequence[Comment]) -> None:
    """Store new comments of one level, each at its place in the tree, which is made of its own id; until that is known
    they hold others. Nobody else inserts into this discussion meanwhile."""
    replies = [comment for comment in comments if comment.parent]
    for number, reply in enumerate(replies):
        reply.root = reply.parent.root or reply.parent  # type: ignore[union-attr]
        reply.path, reply.depth = f"new{number}", 1
    Comment.objects.bulk_create(comments)
    for reply in replies:
        reply.path = paths.child(reply.parent.path, reply.pk)  # type: ignore[union-attr]
        reply.depth = paths.depth(reply.path)
    Comment.objects.bulk_update(replies, ["path", "depth"])


def replace(comment: Comment, edited: Comment, verdict: Verdict) -> None:
    """Let an edit take effect. Nobody needs a history of the first minutes, nor of what nobody saw."""
    moderating.record([comment], Action.EDITED, None)
    if comment.is_approved and timezone.now() > comment.created_at + EDITING_TIME:
        Revision.objects.create(comment=comment, body=comment.body)
        comment.edited_at = timezone.now()
    if comment.is_pending and verdict.state != State.APPROVED:
        apply(comment, verdict)
    comment.body, comment.body_html = edited.body, edited.body_html
    comment.renderer_version, comment.proposed_body = edited.renderer_version, ""
    if comment.is_approved:
        comment.held_by = comment.held_detail = ""
