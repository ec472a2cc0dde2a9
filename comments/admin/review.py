"""Everything that bears on the decision about one comment, and the verbs that can follow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments import moderating, paths
from comments.admin.filters import AUTHORS_ACTIONS
from comments.models import Comment, ModerationEvent, Rule, Standing, State, Trust
from comments.threads import before, behind
from comments.words import marked
from core.differing import Piece, difference

#: How much of each kind of context is shown.
SHOWN = 5
NEIGHBOURS = 2
#: How many waiting comments of a trusted reader are offered at once, and how long a decision is offered for undoing.
MOST_OFFERED = 20
UNDOING_TIME = timedelta(hours=1)

#: Takes the ids, who decides, and the reason that the author is told, if they are told one.
type Act = Callable[..., list[Comment]]


@dataclass(frozen=True, slots=True)
class Verb:
    """A button below a comment, and what it says when it has been pressed."""

    label: Any
    outcome_: Any
    act: Act

    def outcome(self, comment: Comment) -> str:
        return f"{self.outcome_}: “{comment.excerpt}”"


def bring(to: State) -> Act:
    return lambda ids, by, reason="": moderating.transition(ids, to, by)


def decide_edit(*, accept: bool) -> Act:
    return lambda ids, by, reason="": moderating.decide_edits(ids, by, accept=accept, reason="" if accept else reason)


VERBS = {
    "approve": Verb(_("Approve"), _("Approved"), bring(State.APPROVED)),
    "keep": Verb(_("Keep"), _("Kept"), lambda ids, by, reason="": moderating.keep(ids, by)),
    "accept": Verb(_("Accept edit"), _("Edit accepted"), decide_edit(accept=True)),
    "refuse": Verb(_("Refuse edit"), _("Edit refused"), decide_edit(accept=False)),
    "reject": Verb(_("Reject"), _("Rejected"), lambda ids, by, reason="": moderating.reject(ids, by, reason=reason)),
    "spam": Verb(_("Spam"), _("Marked as spam"), bring(State.SPAM)),
    "send_back": Verb(_("Send back to the queue"), _("Sent back"), bring(State.PENDING)),
}


def review(comment: Any) -> SimpleNamespace:
    """All that a moderator wants to know of a comment, for its page: also the other comments that wait of a reader who
    is trusted, and each verb that can be used from here, with its name."""
    decisions = list(comment.decisions.select_related("actor"))
    is_words = Rule.objects.filter(name=comment.held_by, kind=Rule.Kind.WORDS).exists()
    before, after = neighbours(comment)
    return SimpleNamespace(
        comment=comment,
        text=marked(comment.body, comment.held_detail if is_words else ""),
        proposed=difference(comment.body, comment.proposed_body) if comment.proposed_body else [],
        ancestors=ancestors(comment),
        before=before,
        after=after,
        answers=Comment.objects.below(comment).count(),
        reports=list(comment.reports.select_related("reader")),
        revisions=history(comment),
        decisions=decisions,
        by_reader=by_reader(comment),
        about_reader=about_reader(comment),
        seen=decisions[0].pk if decisions else 0,
        waiting=list(others_waiting(comment)[:MOST_OFFERED]),
        verbs=[(name, VERBS[name]) for name in possible(comment)],
    )


def possible(comment: Comment) -> Iterable[str]:
    """The names of the verbs that would change something, in the order of their buttons."""
    able = {
        "approve": comment.state in moderating.ALLOWED[State.APPROVED],
        "keep": comment.is_approved and comment.report_count > 0,
        "accept": comment.is_approved and comment.proposed_body,
        "refuse": comment.is_approved and comment.proposed_body,
        "reject": comment.state in {State.PENDING, State.APPROVED},
        "spam": comment.state in moderating.ALLOWED[State.SPAM],
        "send_back": comment.state in moderating.ALLOWED[State.PENDING] and not comment.is_approved,
    }
    return [name for name in VERBS if able[name]]


def others_waiting(comment: Any) -> QuerySet[Comment]:
    """The other comments that wait of the same reader, if they are trusted."""
    is_trusted = comment.author_id and Standing.objects.filter(reader=comment.author_id, trust=Trust.TRUSTED).exists()
    theirs = Comment.objects.filter(author=comment.author_id, state=State.PENDING).exclude(pk=comment.pk)
    return theirs.order_by("pk") if is_trusted else theirs.none()


def undoable(by: User) -> ModerationEvent | None:
    """The last decision of a moderator, as long as it can be undone."""
    lately = ModerationEvent.objects.filter(actor=by, created_at__gt=timezone.now() - UNDOING_TIME)
    last = (
        lately.exclude(action__in=[*AUTHORS_ACTIONS, ModerationEvent.Action.UNDONE])
        .select_related("comment")
        .order_by("-pk")
        .first()
    )
    return last if last and moderating.can_undo(last) else None


def ancestors(comment: Comment) -> list[Comment]:
    """What it answers, from the outermost."""
    above = {pk for pk in (comment.root_id, comment.parent_id, *paths.ancestors(comment.path)) if pk}
    return list(Comment.objects.filter(pk__in=above).order_by("pk")) if above else []


def neighbours(comment: Comment) -> tuple[list[Comment], list[Comment]]:
    """What was written in the same discussion right before and after."""
    near = Comment.objects.filter(discussion=comment.discussion_id).exclude(state=State.DELETED)
    at, newest_first = comment.created_at.isoformat(), ("-created_at", "-pk")
    earlier = near.filter(before(at, comment.pk)).order_by(*newest_first)[:NEIGHBOURS]
    later = near.filter(behind(at, comment.pk)).order_by("created_at", "pk")[:NEIGHBOURS]
    return list(earlier)[::-1], list(later)


def history(comment: Comment) -> list[tuple[Any, list[Piece]]]:
    """The last texts that it had, each with what the next one changed, newest first."""
    revisions = list(comment.revisions.order_by("-pk")[:SHOWN])
    texts = [comment.body, *(revision.body for revision in revisions)]
    changes = [difference(old, new) for new, old in pairwise(texts)]
    return list(zip(revisions, changes, strict=True))


def by_reader(comment: Comment) -> list[Comment]:
    others = Comment.objects.filter(author=comment.author_id).exclude(pk=comment.pk).order_by("-pk")
    return list(others.select_related("discussion__article", "discussion__issue")[:SHOWN]) if comment.author_id else []


def about_reader(comment: Comment) -> list[ModerationEvent]:
    """The last decisions about the reader's other comments and about themselves."""
    if comment.author_id is None:
        return []
    others = ModerationEvent.objects.filter(reader=comment.author_id).exclude(comment=comment.pk)
    decided = others.exclude(action__in=[ModerationEvent.Action.POSTED, ModerationEvent.Action.EDITED])
    return list(decided.select_related("actor")[:SHOWN])
