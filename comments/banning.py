"""What moderators decide about readers: bans, which always end, and trust set by hand.

All functions work on sets at a constant number of queries and record one decision for each reader. Who calls has
checked that `by` may do this.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from comments.models import ModerationEvent, Standing, Trust
from core import locking

Action = ModerationEvent.Action


@transaction.atomic
def ban(reader_ids: Collection[int], by: User, until: datetime, reason: str = "") -> None:
    """Let readers write nothing until then; they see the reason. A new ban replaces an older one."""
    store(reader_ids, banned_until=until, ban_reason=reason)
    record(reader_ids, Action.BANNED, by, reason, note=date_format(timezone.localtime(until), "DATETIME_FORMAT"))


@transaction.atomic
def unban(reader_ids: Collection[int], by: User) -> None:
    """Lift bans before their end."""
    store(reader_ids, banned_until=None, ban_reason="")
    record(reader_ids, Action.UNBANNED, by)


@transaction.atomic
def set_trust(reader_ids: Collection[int], by: User, trust: Trust) -> None:
    """Say by hand how readers stand; what they write from now on weighs again."""
    store(reader_ids, trust=trust)
    record(reader_ids, Action.TRUST_CHANGED, by, note=str(trust.label))


def store(reader_ids: Collection[int], **fields: object) -> None:
    locking.lock(User.objects.filter(pk__in=reader_ids))
    standings = [Standing(reader_id=reader_id, **fields) for reader_id in reader_ids]
    Standing.objects.bulk_create(standings, update_conflicts=True, unique_fields=["reader"], update_fields=[*fields])


def record(
    reader_ids: Collection[int], action: ModerationEvent.Action, by: User, reason: str = "", *, note: str = ""
) -> None:
    ModerationEvent.objects.bulk_create(
        ModerationEvent(action=action, reader_id=reader_id, actor=by, reason=reason, note=note)
        for reader_id in reader_ids
    )
