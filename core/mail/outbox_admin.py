"""What became of mail to single people: a list for the site's owner, and a line for whoever works in the admin."""

import re
from collections.abc import Iterator

from django.contrib import admin
from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.admin import ReadOnlyAdmin
from core.desk import Line
from core.models import OutgoingMail

ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """What became of mail to one person, for the site's owner; never what it says, as that may be a code."""

    list_display = ("email", "state", "answer", "kind", "created_at")
    list_filter = ("state", "kind")
    search_fields = ("email__startswith",)
    search_help_text = gettext_lazy("The beginning of an address")
    fields = ("email", "kind", "state", "message_id", "created_at", "attempts", "due_at", "ended_at", "answer")


def stuck_line(request: HttpRequest) -> Iterator[Line]:
    """How much mail to single people waits for longer than usual, since when, and why; nobody's address."""
    stuck = OutgoingMail.objects.stuck()
    found = stuck.aggregate(count=Count("pk"), oldest=Min("created_at"))
    if not found["count"]:
        return
    answer = stuck.exclude(answer="").values_list("answer", flat=True).first() or _("nobody is there to send it")
    words = ngettext(
        "%(count)d mail to one person waits, for %(since)s: %(answer)s",
        "%(count)d mails to single people wait, the oldest for %(since)s: %(answer)s",
        found["count"],
    ) % {"count": found["count"], "since": timesince(found["oldest"], depth=1), "answer": ADDRESS.sub("…", answer)}
    may_look = request.user.has_perm("core.view_outgoingmail")
    yield Line(words, reverse("admin:core_outgoingmail_changelist" if may_look else "admin:index"))
