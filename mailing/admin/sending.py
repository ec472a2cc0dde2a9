"""The mail of an issue: its part of the page that publishes, a test of it, and what stands in frames. And corrections:
what was filled in is in the address of their page, so that it can be reloaded and gone back from."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override

from accounts.models import User
from accounts.requests import SignedInRequest
from core import locking
from mailing.admin.forms import CorrectionForm, ProofForm, SendForm
from mailing.delivery import dispatching
from mailing.delivery.proofing import proofs_of, write_proofs
from mailing.letter.letters import letter_preview
from mailing.models import Dispatch
from newsletter import publishing, revising
from newsletter.admin.written import FRAMING, framed, scheme_of
from newsletter.models import Correction, Issue
from newsletter.sharing import proof

CORRECTING = ("mailing.send_dispatch", "newsletter.add_correction")

type Desk = Callable[..., dict[str, Any]]


class IssueMailForm(SendForm):
    """Whether, when and to whom an issue is mailed, on the page that publishes it: see `publishing.step_forms`."""

    prefix = "mail"
    templates = "admin/mailing/_publish"
    when = forms.ChoiceField(label=gettext_lazy("By mail"), required=False, widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ("when", "at", "only", "language")

    def __init__(self, *args: Any, issue: Issue, way: str, at: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, issue=issue, **kwargs)
        self.way, self.seen_from = way, at
        at_once = _("At once") if way == "seen" else _("As soon as readers see it")
        self.fields["when"].choices = [("with", at_once), ("later", _("Later, at this time:")), ("", _("Not now"))]
        earlier = Dispatch.objects.filter(issue=issue, correction=None)
        is_new = not earlier.exclude(state=Dispatch.State.CANCELLED).exists()
        when = "with" if way == "seen" or (is_new and self.people) else ""
        self.initial.update(when=when, seen=newest(issue), only="not_had")
        self.fields["subject"].required = self.fields["only"].required = False
        if is_new:
            del self.fields["only"]

    @staticmethod
    def is_for(request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.send_dispatch")

    def clean(self) -> None:
        super().clean()
        when, at = self.cleaned_data.get("when"), self.cleaned_data.get("at")
        earliest = self.seen_from or timezone.now()
        if when == "later" and not at and "at" not in self.errors:
            self.add_error("at", _("Say when it is to go out."))
        elif when == "with" and at:
            self.add_error("at", _("For this time to count choose “Later”; or else empty it."))
        elif at and at < earliest:
            words = _("Readers see the issue from %(date)s on: mail it then or later.")
            self.add_error("at", words % {"date": dispatching.in_words(earliest)})

    @cached_property
    def audience_now(self) -> dict[str, int]:
        """How many get it, by the language they read."""
        return dispatching.audience_by_language(self.dispatch)

    @property
    def number(self) -> int:
        return sum(self.audience_now.values())

    @property
    def stated(self) -> str:
        """Nothing, too, where nobody is or will be there to get it."""
        when = self.cleaned_data["when"]
        is_meant = when and (self.number or "later" in {when, self.way})
        return f"{self.way} {when} {self.cleaned_data['at']} {self.audience}" if is_meant else ""

    @property
    def is_done(self) -> bool:
        return self.data.get("mail-seen") not in {None, newest(self.issue)}

    def act(self, by: User) -> None:
        if self.stated:
            order(self.issue, by, self, self.cleaned_data["seen"])


def newest(issue: Issue) -> str:
    """The number of the latest dispatch of an issue, 0 for none."""
    return str(Dispatch.objects.filter(issue=issue).values_list("pk", flat=True).first() or 0)


@transaction.atomic
def order(issue: Issue, by: User, form: SendForm, seen: str) -> Dispatch:
    """Prepare a dispatch, unless there is one that was not there when the page was made: then it is that one. So a
    second click, and a second editor, send nothing twice."""
    locking.lock(Issue.objects.filter(pk=issue.pk))
    issue = Issue.objects.get(pk=issue.pk)
    latest = Dispatch.objects.filter(issue=issue).first()
    if latest and str(latest.pk) != seen:
        return latest
    given = form.facts | {"correction": form.correction and publishing.correct(form.correction)}
    start_at, rate = form.cleaned_data["at"], form.cleaned_data["rate"] or 0
    return dispatching.prepare(issue, by, start_at=start_at, rate=rate, **given)


def asked(request: HttpRequest, pk: int, permission: str) -> Dispatch:
    """What a page is about, not stored: an issue or, where its address holds one, a correction to it."""
    issue = fetch_issue(request, pk, permission)
    if "text" not in request.GET:
        return Dispatch(issue=issue)
    form = CorrectionForm(request.GET, issue=fetch_issue(request, pk, *CORRECTING))
    if not form.is_valid():
        raise Http404
    return form.dispatch


def fetch_issue(request: HttpRequest, pk: int, *needed: str) -> Issue:
    if not request.user.has_perms(needed):
        raise PermissionDenied
    return get_object_or_404(Issue.objects.select_related("newsletter"), pk=pk)


def about(issue: Issue) -> dict[str, Any]:
    """What a page says that belongs to an issue, with the way back to it."""
    return {"issue": issue, "thing": issue, "change_url": reverse("admin:newsletter_issue_change", args=[issue.pk])}


@framed
def proof_view(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail as it will be, in whatever state its issue is; for a frame."""
    dispatch = asked(request, pk, "newsletter.change_issue")
    with revising.as_it_would_be(dispatch.issue) as issue:
        dispatch.issue = proof(issue)
        return HttpResponse(letter_preview(dispatch, scheme_of(request)))


@framed
def sent_view(request: HttpRequest, dispatch: Dispatch) -> HttpResponse:
    """What a dispatch says, or will say if it has not begun."""
    return HttpResponse(letter_preview(dispatch))


def test_view(request: SignedInRequest, pk: int, *, desk: Desk) -> HttpResponse:
    """GET asks for addresses, POST sends them a test. Nothing on this page reaches a reader."""
    dispatch = asked(request, pk, "mailing.send_dispatch")
    form = ProofForm(request.POST or None, initial={"addresses": request.user.email})
    if form.is_valid():
        write_proofs(dispatch, form.cleaned_data["addresses"], request.user)
        messages.success(request, _("The test is on its way. What became of it stands below."))
        return redirect(request.get_full_path())
    issue = dispatch.issue
    context = desk(request, title=_("Test “%(issue)s”") % {"issue": issue}, form=form, **about(issue))
    return TemplateResponse(request, "admin/mailing/test.html", context | {"proofs": proofs_of(issue)})


@csp_override(FRAMING)
def correct_view(request: SignedInRequest, pk: int, *, desk: Desk) -> HttpResponse:
    """GET asks, and states of what is filled in to how many people it goes; POST sends that, once however often it
    comes."""
    issue = fetch_issue(request, pk, *CORRECTING)
    form = CorrectionForm(request.GET or None, issue=issue)
    if request.method == "POST" and form.is_valid():
        try:
            dispatch = order(issue, request.user, form, request.POST.get("seen", ""))
            return redirect("admin:mailing_dispatch_change", dispatch.pk)
        except dispatching.NotAllowed as refusal:  # somebody has withdrawn it just now
            messages.error(request, str(refusal))
    of_issue_or_article = Q(issue=issue) | Q(article__issue=issue)
    known = Correction.objects.filter(of_issue_or_article).select_related("article")
    title = _("Send a correction to “%(issue)s”") % {"issue": issue}
    context = desk(request, title=title, form=form, query=request.GET.urlencode(), **about(issue))
    context["seen"] = newest(issue)
    context["corrections"] = [(correction, correct_url(issue, correction)) for correction in known]
    if form.is_valid():
        size = sum(dispatching.audience_by_language(form.dispatch).values())
        context |= {"size": size, "correction": form.correction, "is_filled_in": True}
    return TemplateResponse(request, "admin/mailing/correct.html", context)


def again_url(dispatch: Dispatch) -> str:
    """Where the same is sent to those who have not had it."""
    if dispatch.correction:
        return correct_url(dispatch.issue, dispatch.correction)
    return reverse("admin:newsletter_issue_publish", args=[dispatch.issue_id])


def correct_url(issue: Issue, correction: Correction) -> str:
    subject = CorrectionForm(issue=issue).initial["subject"]
    about = correction.article_id or "issue"
    query = {"about": about, "text": correction.text, "subject": subject, "only": "not_had"}
    return reverse("admin:mailing_dispatch_correct", args=[issue.pk], query=query)
