"""Uncertain copies and the mail server's log: give it, see what it says of how many, have it so."""

import json
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, page_at
from deliverability import uncertain
from deliverability.server_logs import BOUNCED, TAKEN, Reading, Unreadable
from mailing.admin import steering
from mailing.admin.progress import forget_counts
from mailing.delivery import dispatching
from mailing.models import Delivery, Dispatch
from newsletter.composing import stashing
from newsletter.composing.plan import Unreadable as Gone

#: Of an unpacked log, in bytes: some million lines, which take some seconds.
MOST = 120_000_000
SHOWN = 5


class LogForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("The log as it is, also packed (.gz), or what a mail service exports as CSV."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or its lines"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "vLargeTextField"}),
        help_text=gettext_lazy("Paste them here. Lines about other mail do no harm."),
    )
    #: What was read; see `clean`.
    reading: Reading

    def __init__(self, *args: Any, dispatch: Dispatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dispatch = dispatch

    def clean(self) -> dict[str, Any]:
        file: UploadedFile | None = self.cleaned_data.get("file")
        text = self.cleaned_data.get("text", "")
        if not file and not text.strip():
            raise forms.ValidationError(_("Choose a file, or paste some lines."))
        try:
            source: Any = file.file if file else BytesIO(text.encode())
            self.reading = uncertain.read(self.dispatch, source, most=MOST)
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        if not self.reading.understood:
            raise forms.ValidationError(
                _(
                    "No line of it was understood. The logs of Postfix, Exim and sendmail are read, and tables with a"
                    " column for the Message-ID and one for what became of it."
                )
            )
        return self.cleaned_data


class ChoiceForm(forms.Form):
    send_rest = forms.BooleanField(
        label=gettext_lazy("Send the others again: the log holds everything of the time in which this was sent"),
        required=False,
        help_text=gettext_lazy(
            "That a log does not name a copy shows nothing where lines are missing. Without this they stay uncertain."
        ),
    )


class LogPages(DeskAdmin):
    """The two pages, for the admin that holds them."""

    @page_at("log/<int:pk>/", "log")
    def log_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        dispatch, given = fetch(request, pk), request.POST if request.method == "POST" else None
        form = LogForm(given, request.FILES or None, dispatch=dispatch)
        if form.is_valid():
            held = {"dispatch": pk, **findings(form.reading)}
            ticket = stashing.stash(json.dumps(held).encode(), dispatch.issue.newsletter, request.user)
            return redirect(self.address("decide", pk, ticket))
        number = dispatch.deliveries.uncertain().count()
        return self.show(request, "deliverability/log", str(TITLE), form=form, dispatch=dispatch, number=number)

    @page_at("log/<int:pk>/<str:ticket>/", "decide")
    def decide_view(self, request: SignedInRequest, pk: int, ticket: str) -> HttpResponse:
        """GET says what would become of how many, POST does it. A second one finds nothing left to do."""
        dispatch = fetch(request, pk)
        try:
            held = json.loads(stashing.fetch(ticket, request.user).content)
        except Gone:
            held = {}
        if held.get("dispatch") != pk:
            messages.error(request, _("What was read is no longer there: it is kept for a day. Give the log again."))
            return redirect(self.address("log", pk))
        form = ChoiceForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self.decide(request, dispatch, held, send_rest=form.cleaned_data["send_rest"])
            return redirect("admin:mailing_dispatch_change", pk)
        context = {"form": form, "dispatch": dispatch, "held": held, "samples": samples(request, held)}
        context |= {"numbers": {name: len(held[name]) for name in (TAKEN, BOUNCED, "silent")}}
        return self.show(request, "deliverability/decide", str(TITLE), **context)

    def decide(self, request: SignedInRequest, dispatch: Dispatch, held: dict[str, Any], *, send_rest: bool) -> None:
        bounced = {int(copy): answer for copy, answer in held[BOUNCED].items()}
        try:
            done = uncertain.decide(dispatch, held[TAKEN], bounced, held["silent"] if send_rest else [])
        except dispatching.NotAllowed as refusal:
            messages.error(request, str(refusal))
            return
        finally:
            forget_counts(dispatch)
        words = [steering.counted_as_arrived(done["taken"])]
        words += [_("%(number)d failed.") % {"number": done["bounced"]}] if done["bounced"] else []
        words += [steering.queued(done["again"])] if done["again"] else []
        self.log_change(request, dispatch, " ".join(words))
        messages.success(request, " ".join(words))


TITLE = gettext_lazy("What the mail server's log says")


def fetch(request: HttpRequest, pk: int) -> Dispatch:
    if not request.user.has_perms(["mailing.view_dispatch", "mailing.send_dispatch"]):
        raise PermissionDenied
    return get_object_or_404(Dispatch.objects.select_related("issue__newsletter", "correction__article__issue"), pk=pk)


def findings(reading: Reading) -> dict[str, Any]:
    """What the next page needs."""
    bounced = {copy: reading.verdicts[copy][1] for copy in reading.of(BOUNCED)}
    facts: dict[str, Any] = {TAKEN: reading.of(TAKEN), BOUNCED: bounced, "silent": reading.silent}
    facts |= {"lines": reading.lines, "first": reading.first, "last": reading.last}
    return facts | {"unknown_words": dict(reading.unknown_words.most_common(SHOWN))}


def samples(request: HttpRequest, held: dict[str, Any]) -> dict[str, list[Delivery]]:
    """Some copies of each, with their people, for those who may see them."""
    if not request.user.has_perm("mailing.view_subscriber"):
        return {}
    chosen = {name: [int(copy) for copy in list(held[name])[:SHOWN]] for name in (TAKEN, BOUNCED, "silent")}
    found = Delivery.objects.select_related("subscriber").in_bulk([copy for ids in chosen.values() for copy in ids])
    return {name: [found[copy] for copy in ids if copy in found] for name, ids in chosen.items()}
