"""Closing and opening discussions by hand, whatever their newsletter's policy says; and when the clock closes one."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q, Subquery
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from comments.models import TALKS, Comment, Discussion, Mode, ModerationEvent
from core import locking
from core.changes import content_changed
from core.page_cache import shows
from newsletter.models import Article, Issue, Newsletter, Publishable
from newsletter.publishing import Change

#: How long a discussion stays open that is opened again after its time.
OPEN_AGAIN_FOR = timedelta(days=14)

Action = ModerationEvent.Action


@transaction.atomic
def close(ids: Iterable[int], by: User) -> list[Discussion]:
    """Let nobody write in these discussions any more; returns those that were open. A constant number of queries."""
    discussions = [each for each in locked(ids) if each.current_mode not in {Mode.OFF, Mode.CLOSED}]
    for discussion in discussions:
        discussion.mode = Mode.CLOSED
    return store(discussions, by, Action.DISCUSSION_CLOSED)


@transaction.atomic
def reopen(ids: Iterable[int], by: User) -> list[Discussion]:
    """Let closed discussions take comments again, as the policy says; those whose time is over for two weeks.

    Returns those that were closed. A constant number of queries.
    """
    discussions = [each for each in locked(ids) if each.current_mode == Mode.CLOSED]
    for discussion in discussions:
        discussion.mode = "" if discussion.policy.mode != Mode.CLOSED else Mode.FIRST_HELD
        if discussion.current_mode == Mode.CLOSED:
            discussion.closes_at = timezone.now() + OPEN_AGAIN_FOR
    return store(discussions, by, Action.DISCUSSION_OPENED)


def locked(ids: Iterable[int]) -> list[Discussion]:
    """Discussions, locked until the transaction ends."""
    rows = Discussion.objects.filter(pk__in=list(ids))
    locking.lock(rows)
    return list(rows.with_places())


def store(discussions: list[Discussion], by: User, action: ModerationEvent.Action) -> list[Discussion]:
    Discussion.objects.bulk_update(discussions, ["mode", "closes_at"])
    record(discussions, by, action)
    content_changed(TALKS)
    return discussions


def record(discussions: Iterable[Discussion], by: User, action: ModerationEvent.Action) -> None:
    """Write one decision for each discussion."""
    ModerationEvent.objects.bulk_create(
        ModerationEvent(action=action, actor=by, note=str(discussion)) for discussion in discussions
    )


def next_closing() -> datetime | None:
    """When the next discussion closes by the clock, at the earliest."""
    shows(TALKS)
    now = timezone.now()
    by_hand = Discussion.objects.filter(closes_at__gt=now).order_by("closes_at").values("closes_at")[:1]
    rows = list(Newsletter.objects.order_by().values_list("pk", "policy__days_open", Subquery(by_hand)))
    spans = {pk: timedelta(days=days) for pk, days, _closing in rows if days is not None}
    still_open = Q(*(Q(newsletter=pk, published_at__gt=now - span) for pk, span in spans.items()), _connector=Q.OR)
    issues, articles = (
        model.objects.order_by().values_list("newsletter").filter(still_open).annotate(Min("published_at"))
        for model in (Issue, Article)
    )
    found: Iterable[tuple[int, datetime]] = issues.union(articles).order_by() if spans else []
    closings = [*(closing for *_policy, closing in rows[:1]), *(first + spans[pk] for pk, first in found)]
    return min(filter(None, closings), default=None)


def foresee(thing: Publishable, change: Change) -> Iterator[str]:
    """What a change does to what readers have written."""
    count = Comment.objects.written_here().under(thing).count()
    if count and change == Change.WITHDRAWN:
        yield ngettext("%d comment goes with it.", "%d comments go with it.", count) % count
    if count and change == Change.DELETED:
        yield (
            ngettext("%d comment keeps it from being deleted.", "%d comments keep it from being deleted.", count)
            % count
        )
