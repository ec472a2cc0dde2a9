"""Trust rises with comments that were approved and falls with those that were not."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from comments.models import Comment, Standing, State, Trust

RECENT = timedelta(days=7)
BAD = [State.REJECTED, State.SPAM, State.REMOVED]


def reconsider(comments: Iterable[Comment]) -> None:
    """Weigh the authors of comments anew, after a decision. The name and headline of approved ones become known."""
    latest = {comment.author_id: comment for comment in comments if comment.author_id}
    counts = weigh(latest)
    standings = {each.reader_id: each for each in Standing.objects.filter(reader__in=latest)}
    for reader_id, comment in latest.items():
        standing = standings.setdefault(reader_id, Standing(reader_id=reader_id))
        approved, good, bad = counts.get(reader_id, (0, 0, 0))
        needed = comment.discussion.policy.approvals_for_trust
        standing.trust = trust_after(Trust(standing.trust), approved, good, bad, needed)
        if comment.is_approved:
            standing.known_name, standing.known_headline = comment.name, comment.headline
    Standing.objects.bulk_create(
        standings.values(),
        update_conflicts=True,
        unique_fields=["reader"],
        update_fields=["trust", "known_name", "known_headline"],
    )


def weigh(reader_ids: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    """Of each reader: all approved comments, and those of the last week, approved and not."""
    recent = Q(created_at__gt=timezone.now() - RECENT)
    rows = (
        Comment.objects.filter(author__in=list(reader_ids))
        .order_by()
        .values("author")
        .annotate(
            approved=Count("pk", filter=Q(state=State.APPROVED)),
            good=Count("pk", filter=Q(state=State.APPROVED) & recent),
            bad=Count("pk", filter=Q(state__in=BAD) & recent),
        )
        .values_list("author", "approved", "good", "bad")
    )
    return {author: (approved, good, bad) for author, approved, good, bad in rows}


def trust_after(trust: Trust, approved: int, good: int, bad: int, needed: int) -> Trust:
    """The trust that follows from all approved comments and from the `good` and `bad` ones of the last week.

    Three bad ones that outnumber the good restrict; two that are more than a third take trust away. Otherwise
    `needed` approved comments make a new reader trusted, and three good ones a restricted reader new again.
    """
    if bad >= 3 and bad > good:
        return Trust.RESTRICTED
    if bad >= 2 and bad * 3 > good + bad:
        return Trust.NEW if trust == Trust.TRUSTED else trust
    if trust == Trust.RESTRICTED:
        return Trust.NEW if good >= 3 else trust
    return Trust.TRUSTED if approved >= needed else trust
