"""Every change of a comment's state goes through here: by moderators, by rules, by the author.

All functions work on sets at a constant number of queries, record one decision for each comment, count anew, and
tell those concerned. What is not possible from a comment's present state leaves that comment alone.
"""

from collections.abc import Callable, Collection, Iterable
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from comments import counting, naming, trusting
from comments.models import Comment, ModerationEvent, Notice, Report, Revision, State
from comments.notices import notifying
from comments.rendering import render_bodies

Action, Kind = ModerationEvent.Action, Notice.Kind

#: From which states a comment can come into another.
ALLOWED = {
    State.APPROVED: {State.PENDING, State.REJECTED, State.SPAM, State.REMOVED},
    State.REJECTED: {State.PENDING},
    State.SPAM: {State.PENDING, State.APPROVED, State.REJECTED, State.REMOVED},
    State.REMOVED: {State.APPROVED},
    State.PENDING: {State.APPROVED, State.REJECTED, State.SPAM, State.REMOVED},
    State.DELETED: {State.PENDING, State.APPROVED, State.REJECTED, State.REMOVED},
}


class Conflict(Exception):
    """Somebody else decided since the page was made; `decision` is theirs."""

    def __init__(self, decision: ModerationEvent) -> None:
        super().__init__(str(decision))
        self.decision = decision


@transaction.atomic
def transition(
    ids: Iterable[int],
    to: State,
    by: User | None,
    *,
    reason: str = "",
    note: str = "",
    action: ModerationEvent.Action | None = None,
) -> list[Comment]:
    """Bring comments into another state, those that can; returns them.

    The decision is recorded as `action` where the state alone does not tell it. `reason` reaches the author, `note`
    only other moderators. Who calls has checked that `by` may do this.
    A constant number of queries, about 17.
    """
    comments = locked(ids, lambda comment: comment.state in ALLOWED[to], with_names=to == State.APPROVED)
    if not comments:
        return []
    action = action or (Action.HELD if to == State.PENDING else getattr(Action, to.name))
    record(comments, action, by, to=to, reason=reason, note=note)
    Comment.objects.filter(pk__in=[comment.pk for comment in comments]).update(state=to, is_featured=False)
    if to != State.PENDING:
        settle(comments)
    for comment in comments:
        comment.state = to
    counting.refresh(comments)
    trusting.reconsider(comments)
    if to == State.APPROVED:
        naming.show_approved_names(comments)
    notifying.tell_of_decision(comments, to, by)
    return comments


@transaction.atomic
def reject(ids: Collection[int], by: User, *, reason: str = "", note: str = "") -> list[Comment]:
    """Refuse comments that wait, take back those that readers have seen."""
    ids = list(ids)
    rejected = transition(ids, State.REJECTED, by, reason=reason, note=note)
    return rejected + transition(ids, State.REMOVED, by, reason=reason, note=note)


@transaction.atomic
def keep(ids: Iterable[int], by: User) -> list[Comment]:
    """Settle the reports about approved comments: they stay. A constant number of queries."""
    comments = locked(ids, lambda comment: comment.is_approved and comment.report_count > 0)
    record(comments, Action.REPORTS_SETTLED, by)
    settle(comments)
    return comments


@transaction.atomic
def decide_edits(ids: Iterable[int], by: User, *, accept: bool, reason: str = "") -> list[Comment]:
    """Let edits that wait replace the texts shown, which become history; or drop them. Constant queries."""
    comments = locked(ids, lambda comment: comment.is_approved and comment.proposed_body != "")
    record(comments, Action.EDIT_APPROVED if accept else Action.EDIT_REJECTED, by, reason=reason)
    if accept:
        Revision.objects.bulk_create(Revision(comment=comment, body=comment.body) for comment in comments)
    for comment in comments:
        if accept:
            comment.body, comment.edited_at = comment.proposed_body, timezone.now()
        comment.proposed_body = comment.held_by = comment.held_detail = ""
    render_bodies(comments)
    fields = ["body", "body_html", "renderer_version", "edited_at", "proposed_body", "held_by", "held_detail"]
    Comment.objects.bulk_update(comments, fields)
    counting.refresh(comments)
    if not accept:
        notifying.tell_authors(comments, Kind.EDIT_REFUSED, by)
    return comments


@transaction.atomic
def feature(ids: Iterable[int], by: User, *, featured: bool = True) -> list[Comment]:
    """Show approved top-level comments first, or no longer. A constant number of queries."""
    comments = locked(ids, lambda each: each.is_approved and each.parent_id is None and each.is_featured != featured)
    record(comments, Action.FEATURED if featured else Action.UNFEATURED, by)
    Comment.objects.filter(pk__in=[comment.pk for comment in comments]).update(is_featured=featured)
    counting.refresh(comments)
    if featured:
        notifying.tell_authors(comments, Kind.FEATURED, by)
    return comments


@transaction.atomic
def undo(decision_ids: Iterable[int], by: User) -> list[Comment]:
    """Bring comments back to where they were before decisions about them; returns those brought back.

    That is possible as long as nobody has decided about the comment since, where its state can be had again:
    what was featured or changed its state, not edits, reports and bans.
    """
    decisions = ModerationEvent.objects.filter(pk__in=list(decision_ids)).last_about_their_comments()
    counting.lock_comments(decisions.values_list("comment", flat=True), with_names=True)
    states: dict[str, list[int]] = {}
    features: dict[bool, list[int]] = {}
    for comment_id, action, before, after in decisions.values_list("comment", "action", "from_state", "to_state"):
        if action in {Action.FEATURED, Action.UNFEATURED}:
            features.setdefault(action == Action.UNFEATURED, []).append(comment_id)
        elif before != after:
            states.setdefault(before, []).append(comment_id)
    undone = [comment for was, ids in features.items() for comment in feature(ids, by, featured=was)]
    for state, ids in states.items():
        undone += transition(ids, State(state), by, action=Action.UNDONE)
    return undone


def can_undo(decision: ModerationEvent) -> bool:
    """Whether `undo` would bring its comment back."""
    if not ModerationEvent.objects.filter(pk=decision.pk).last_about_their_comments().exists():
        return False
    is_feature = decision.action in {Action.FEATURED, Action.UNFEATURED}
    return is_feature or State(decision.to_state) in ALLOWED[State(decision.from_state)]


def locked(ids: Iterable[int], is_wanted: Callable[[Comment], bool], *, with_names: bool = False) -> list[Comment]:
    """Those of the comments for which something can be done, locked until the transaction ends."""
    ids = list(ids)
    counting.lock_comments(ids, with_names=with_names)
    rows = Comment.objects.filter(pk__in=ids)
    return [comment for comment in rows.with_places().select_related("author").order_by("pk") if is_wanted(comment)]


def record(
    comments: Iterable[Comment],
    action: ModerationEvent.Action,
    by: User | None,
    *,
    to: State | None = None,
    reason: str = "",
    note: str = "",
) -> None:
    """Write one decision for each comment. Call it before the state changes."""
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            action=action,
            comment=comment,
            reader_id=comment.author_id,
            actor=by,
            from_state=comment.state,
            to_state=to or comment.state,
            rule=comment.held_by,
            matched=comment.held_detail,
            reason=reason,
            note=note,
            text_hash=sha256(comment.body.encode()).hexdigest(),
        )
        for comment in comments
    )


def settle(comments: Collection[Comment]) -> None:
    """Close the reports about comments."""
    ids = [comment.pk for comment in comments]
    Report.objects.filter(comment__in=ids, is_settled=False).update(is_settled=True)
    counting.tally(Comment.objects.filter(pk__in=ids), "report_count")


def last_decision(comment: Comment) -> ModerationEvent | None:
    return comment.decisions.select_related("actor").first()


def refuse_conflict(comment: Comment, seen: int) -> None:
    """Raise Conflict unless the decision `seen` (0: none) is still the last about a comment.

    Nobody else decides about it until the transaction ends.
    """
    counting.lock_comments([comment.pk], with_names=True)
    last = last_decision(comment)
    if last and last.pk != seen:
        raise Conflict(last)
