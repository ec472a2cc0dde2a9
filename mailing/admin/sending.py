"""From an issue to a dispatch: what to send and to whom, then a page that states both, then the button. From an issue
to a mailing of a correction it is the same way.

Everything chosen is in the address of the second page, so that it can be reloaded and gone back from.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override

from accounts.models import User
from accounts.requests import SignedInRequest
from core import locking
from mailing.admin.forms import CorrectionForm, ProofForm, SendForm
from mailing.delivery import dispatching
from mailing.delivery.proofing import proofs_of, write_proofs
from mailing.letter.letters import letter_for, letter_preview
from mailing.letter.printing import PREFERENCES_URL, UNSUBSCRIBE_URL, cut_at
from mailing.models import Dispatch
from newsletter import correcting
from newsletter.admin.previewing import FRAMING, framed, scheme_of
from newsletter.models import Correction, Issue
from newsletter.preflight import Finding, findings
from newsletter.sharing import proof

#: What is asked, by the first word of the address.
FORMS: dict[str, type[SendForm]] = {"send": SendForm, "correct": CorrectionForm}
TITLES = {"send": gettext_lazy("Send “%(issue)s”"), "correct": gettext_lazy("Send a correction to “%(issue)s”")}


def fetch_issue(request: HttpRequest, pk: int, kind: str) -> Issue:
    needed = ["mailing.send_dispatch", *(["newsletter.add_correction"] if kind == "correct" else [])]
    if not request.user.has_perms(needed):
        raise PermissionDenied
    return get_object_or_404(Issue.objects.select_related("newsletter"), pk=pk)


def send_view(request: SignedInRequest, pk: int, *, kind: str, desk: Callable[..., dict[str, Any]]) -> HttpResponse:
    """GET asks; POST goes on to the confirmation."""
    issue = fetch_issue(request, pk, kind)
    form = FORMS[kind](request.POST or request.GET or None, issue=issue)
    if request.method == "POST" and form.is_valid():
        return redirect(reverse(f"admin:mailing_dispatch_{kind}_confirm", args=[pk], query=chosen(form)))
    context = desk(request, title=TITLES[kind] % {"issue": issue}, issue=issue, form=form)
    if kind == "correct":
        context |= corrections_of(issue)
    else:  # what an editor should know before it goes out
        context |= {"findings": placed(findings(issue)), "cut": cut_at(issue)}
    context |= {"earlier": Dispatch.objects.filter(issue=issue)[:5]}
    return TemplateResponse(request, "admin/mailing/send.html", context)


def test_view(request: SignedInRequest, pk: int, *, desk: Callable[..., dict[str, Any]]) -> HttpResponse:
    """GET asks for addresses, POST sends them a test: of an issue in any state, or of the correction in the address.
    Nothing on this page reaches a reader."""
    kind = "correct" if request.GET else "send"
    issue = fetch_issue(request, pk, kind)
    asked = CorrectionForm(request.GET, issue=issue) if request.GET else None
    if asked and not asked.is_valid():
        raise Http404
    form = ProofForm(request.POST or None, initial={"addresses": request.user.email})
    if form.is_valid():
        dispatch = asked.dispatch if asked else Dispatch(issue=issue)
        write_proofs(dispatch, form.cleaned_data["addresses"], request.user)
        messages.success(request, _("The test is on its way. What became of it stands below."))
        return redirect(request.get_full_path())
    context = desk(request, title=_("Test “%(issue)s”") % {"issue": issue}, issue=issue, form=form)
    return TemplateResponse(request, "admin/mailing/test.html", context | {"proofs": proofs_of(issue)})


def corrections_of(issue: Issue) -> dict[str, Any]:
    """Those on the web already, each with the address at which its form is filled in."""
    of_issue_or_article = Q(issue=issue) | Q(article__issue=issue)
    found = Correction.objects.filter(of_issue_or_article).select_related("article")
    return {"corrections": [(correction, correct_url(issue, correction)) for correction in found]}


def again_url(dispatch: Dispatch) -> str:
    """Where the same is sent to those who have not had it."""
    if dispatch.correction:
        return correct_url(dispatch.issue, dispatch.correction)
    return reverse("admin:mailing_dispatch_send", args=[dispatch.issue_id])


def correct_url(issue: Issue, correction: Correction) -> str:
    subject = CorrectionForm(issue=issue).initial["subject"]
    about = correction.article_id or "issue"
    query = {"about": about, "text": correction.text, "subject": subject, "only": "not_had"}
    return reverse("admin:mailing_dispatch_correct", args=[issue.pk], query=query)


def chosen(form: SendForm) -> dict[str, str]:
    """What was filled in, for the address of the next page."""
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def placed(found: list[Finding]) -> list[tuple[Finding, str]]:
    """Findings with the pages where they are mended."""
    return [
        (one, reverse(f"admin:newsletter_{one.thing._meta.model_name}_change", args=[one.thing.pk])) for one in found
    ]


@csp_override(FRAMING)
def confirm_view(request: SignedInRequest, pk: int, *, kind: str, desk: Callable[..., dict[str, Any]]) -> HttpResponse:
    """GET states the number of people and shows the mail; POST sends it, once however often it comes."""
    issue = fetch_issue(request, pk, kind)
    form = FORMS[kind](request.GET, issue=issue)
    back = reverse(f"admin:mailing_dispatch_{kind}", args=[pk], query=request.GET.dict())
    if not form.is_valid():
        return redirect(back)
    if request.method == "POST":
        try:
            dispatch = order(issue, request.user, form, request.POST.get("seen", ""))
        except dispatching.NotAllowed as refusal:  # somebody has withdrawn it just now
            messages.error(request, str(refusal))
            return redirect(back)
        return redirect("admin:mailing_dispatch_change", dispatch.pk)
    letter = letter_for(form.dispatch)
    title = _("Send “%(subject)s”?") % {"subject": letter.subject}
    context = desk(request, title=title, issue=issue, form=form)
    context |= {"size": dispatching.audience_size(form.dispatch), "letter": letter, "seen": newest(issue)}
    context |= {"text": letter.text.replace(UNSUBSCRIBE_URL, "…").replace(PREFERENCES_URL, "…"), "back": back}
    context |= {"cut": None if form.correction else cut_at(issue), "correction": form.correction}
    context["test_url"] = reverse("admin:mailing_dispatch_test", args=[pk], query=request.GET.dict())
    context["frame_url"] = reverse(f"admin:mailing_dispatch_{kind}_letter", args=[pk], query=request.GET.dict())
    return TemplateResponse(request, "admin/mailing/confirm.html", context)


def newest(issue: Issue) -> int:
    """The latest dispatch of an issue, 0 for none."""
    return Dispatch.objects.filter(issue=issue).values_list("pk", flat=True).first() or 0


@transaction.atomic
def order(issue: Issue, by: User, form: SendForm, seen: str) -> Dispatch:
    """Prepare a dispatch, unless there is one that was not there when the page was made: then it is that one. So a
    second click, and a second editor, send nothing twice."""
    locking.lock(Issue.objects.filter(pk=issue.pk))
    issue = Issue.objects.get(pk=issue.pk)
    latest = Dispatch.objects.filter(issue=issue).first()
    if latest and str(latest.pk) != seen:
        return latest
    given = form.facts | {"correction": form.correction and correcting.publish(form.correction)}
    start_at, rate = form.cleaned_data["at"], form.cleaned_data["rate"] or 0
    return dispatching.prepare(issue, by, start_at=start_at, rate=rate, **given)


@framed
def proof_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail of an issue as it will be, in whatever state that is; for a frame."""
    if not request.user.has_perm("newsletter.change_issue"):
        raise PermissionDenied
    issue = proof(get_object_or_404(Issue, pk=pk))
    return HttpResponse(letter_preview(Dispatch(issue=issue), scheme_of(request)))


@framed
def letter_view(request: SignedInRequest, pk: int, *, kind: str) -> HttpResponse:
    """The mail alone, for a frame."""
    issue = fetch_issue(request, pk, kind)
    form = FORMS[kind](request.GET, issue=issue)
    if not form.is_valid():
        raise Http404
    return HttpResponse(letter_preview(form.dispatch))


@framed
def sent_view(request: HttpRequest, dispatch: Dispatch) -> HttpResponse:
    """What a dispatch says, or will say if it has not begun."""
    return HttpResponse(letter_preview(dispatch))
