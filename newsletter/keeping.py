"""A form that is filled in is kept for the window in which it was opened: who else is at it, who saved since, and how
what was sent too late comes back."""

from collections.abc import Iterable
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from newsletter.models import KeptForm

#: The field that names it.
WINDOW = "_window"
#: How many saves of others are named.
SHOWN = 3


def new_row(request: Any) -> KeptForm:
    return KeptForm(user=request.user, path=request.path, window=token_urlsafe(12))


def checksum_of(request: HttpRequest) -> str:
    """Of a form as it was sent. A file counts by its name and size."""
    words = request.POST.copy()
    words.pop("csrfmiddlewaretoken", None)
    sent: Any = request.FILES.items()
    files = [(name, file.name, file.size) for name, file in sent]
    return sha256(f"{words.urlencode()} {files}".encode()).hexdigest()


def others(row: KeptForm) -> list[KeptForm]:
    """Who else has the same form open, each since they opened it first."""
    rows = KeptForm.objects.at_work().filter(path=row.path).exclude(user=row.user_id)
    return list({each.user_id: each for each in rows.select_related("user").order_by("-opened_at")}.values())


def saves_since(row: KeptForm, things: Iterable[Any]) -> list[LogEntry]:
    """The last saves of any of these since a form was opened, newest first; the very last for one not kept."""
    wanted = Q()
    for thing in filter(None, [*things, *(getattr(thing, "issue", None) for thing in things)]):
        wanted |= Q(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)
    entries = LogEntry.objects.filter(wanted).select_related("user").order_by("-pk")
    return list(entries.filter(action_time__gte=row.opened_at)[:SHOWN] if row.pk else entries[:1])


def come_back(request: HttpRequest) -> HttpResponse | None:
    """Keep what cannot be taken as it was sent, and lead back to it; by way of signing in, where that is due."""
    row = KeptForm.objects.of_window(request.path, request.POST.get(WINDOW, ""))
    if row is None:
        return None
    row.keep(request.POST)
    messages.info(request, _("What you wrote is kept, and comes back as it was. Then save it."))
    return redirect(f"{row.path}?kept={row.pk}")


def token_is_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: of who signed in anew, in another window, since the page was made."""
    return come_back(request) or csrf_failure(request, reason)
