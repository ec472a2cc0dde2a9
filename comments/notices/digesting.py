"""Moderators are told what waits: in one sentence at the top of the admin's front page; and by mail, at once when
nothing had waited before, and then once a day at most."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from accounts.groups import MODERATORS
from accounts.models import User
from comments.models import Comment, MailChoices
from comments.models.comments import CommentQuerySet
from comments.notices.letters import cited, send
from comments.notices.muting import Purpose, Token
from core.addresses import absolute
from core.desk import Line
from core.zones import age

AGAIN_AFTER = timedelta(days=1)
MOST_IN_A_MAIL = 10


def tell_moderators() -> None:
    """Tell those who want it what readers wrote that waits now.

    Each is marked as told in the transaction that keeps the mail, so two workers never write two.
    """
    waiting = Comment.objects.awaiting_review().written_here()
    if not waiting.exists():
        MailChoices.objects.exclude(queue_told_at=None).update(queue_told_at=None)
        return
    for moderator in to_be_told():
        tell(moderator, waiting)


def to_be_told() -> QuerySet[User]:
    """Of those who may decide about comments who chose to be told, the group Moderators unless they chose not to; and
    has not been told for a day."""
    wanting = Q(mail_choices__queue=True) | Q(mail_choices__queue=None, groups__name=MODERATORS)
    moderators = ModelBackend().with_perm("comments.moderate_comment").filter(wanting).distinct()
    return moderators.exclude(mail_choices__queue_told_at__gt=timezone.now() - AGAIN_AFTER)


@transaction.atomic
def tell(moderator: User, waiting: CommentQuerySet) -> None:
    if not mark_as_told(moderator):
        return
    count = waiting.count()
    subject = ngettext_lazy("{count} comment waits for a moderator", "{count} comments wait for a moderator", count)
    send(
        moderator,
        Token(Purpose.QUEUE, moderator.pk),
        format_lazy(subject, count=count),
        "queue",
        facts(waiting, count),
        list_name="moderation",
        expires_at=timezone.now() + AGAIN_AFTER,
    )


def mark_as_told(moderator: User) -> bool:
    """False where another worker has done so."""
    MailChoices.objects.bulk_create([MailChoices(reader=moderator)], ignore_conflicts=True)
    is_long_ago = Q(queue_told_at=None) | Q(queue_told_at__lte=timezone.now() - AGAIN_AFTER)
    mine = MailChoices.objects.filter(is_long_ago, reader=moderator)
    return bool(mine.update(queue_told_at=timezone.now()))


def facts(waiting: CommentQuerySet, count: int) -> dict[str, Any]:
    """What a moderator wants to know before deciding whether to come now: the oldest first."""
    oldest = list(waiting.with_places().order_by("pk")[:MOST_IN_A_MAIL])
    return {
        "comments": [{"comment": comment, "citation": cited(comment)} for comment in oldest],
        "left": count - len(oldest),
        "queue_url": absolute(reverse("admin:comments_queue_changelist")),
    }


def waiting_line(request: HttpRequest) -> Iterator[Line]:
    """How many comments and edits wait, since when, and how many were reported."""
    if not request.user.has_perm("comments.moderate_comment"):
        return
    reported = Q(report_count__gt=0)
    found = Comment.objects.awaiting_review().aggregate(
        waiting=Count("pk"), oldest=Min("created_at", filter=Q(fingerprint="")), reported=Count("pk", filter=reported)
    )
    if not found["waiting"]:
        return
    words = in_words(found["waiting"], found["oldest"])
    if found["reported"]:
        words += "; " + _("%(count)d reported") % {"count": found["reported"]}
    yield Line(words, reverse("admin:comments_queue_changelist"))


def in_words(count: int, oldest: datetime | None) -> str:
    """How many wait and since when; of what was said elsewhere long ago alone nobody says since when."""
    if oldest is None:
        return ngettext("%(count)d comment waits", "%(count)d comments wait", count) % {"count": count}
    return ngettext(
        "%(count)d comment waits, written %(since)s ago", "%(count)d comments wait, the oldest for %(since)s", count
    ) % {"count": count, "since": age(oldest)}
