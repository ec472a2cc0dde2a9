"""What a reader has written, with what became of it."""

from dataclasses import dataclass

from accounts.models import User
from comments.models import Comment, ModerationEvent, State

PAGE = 30


@dataclass(frozen=True, slots=True)
class Own:
    """A comment as its author sees it in the list of all."""

    comment: Comment
    reason: str
    has_appealed: bool

    @property
    def can_change(self) -> bool:
        return self.comment.state in {State.APPROVED, State.PENDING}

    @property
    def can_delete(self) -> bool:
        return self.comment.state != State.SPAM

    @property
    def can_appeal(self) -> bool:
        return self.comment.is_refused and not self.has_appealed


def own_comments(reader: User, *, before: int | None = None) -> tuple[list[Own], int | None]:
    """A page of them, newest first, and the `before` of the next page if there is one."""
    rows = Comment.objects.filter(author=reader).exclude(state=State.DELETED).with_places().order_by("-pk")
    page = with_decisions(list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1]))
    return page[:PAGE], page[PAGE - 1].comment.pk if len(page) > PAGE else None


def with_decisions(comments: list[Comment]) -> list[Own]:
    """Each with the reason of the last decision that brought it into its state, and whether it was appealed for."""
    decisions = ModerationEvent.objects.filter(comment__in=[each.pk for each in comments])
    reasons: dict[tuple[int | None, str], str] = {}
    appealed: set[int | None] = set()
    for decision in decisions.order_by("pk"):
        reasons[decision.comment_id, decision.to_state] = decision.reason
        if decision.action == ModerationEvent.Action.APPEALED:
            appealed.add(decision.comment_id)
    return [Own(comment, reasons.get((comment.pk, comment.state), ""), comment.pk in appealed) for comment in comments]
