"""What waits for moderators, in one sentence at the top of the admin's front page."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment
from core.desk import Line
from core.zones import age


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
