"""From an issue to a dispatch: what to send and to whom, then a page that states both, then the button.

Everything chosen is in the address of the second page, so that it can be reloaded and gone back from.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from accounts.models import User
from accounts.requests import SignedInRequest
from mailing import dispatching
from mailing.admin.forms import ONLY, ProofForm, SendForm
from mailing.cutting import cut_at
from mailing.letters import PREFERENCES_URL, UNSUBSCRIBE_URL, letter_for, letter_preview
from mailing.models import Dispatch
from mailing.proofing import send_proofs
from newsletter.models import Issue
from newsletter.preflight import Finding, findings

FRAMING: Any = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
#: A letter brings its styles along at each element. In its frame it may show pictures and do nothing else.
FRAMED: Any = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, settings.SITE_URL, "data:"],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": True,
}


def fetch_issue(request: HttpRequest, pk: int) -> Issue:
    if not request.user.has_perm("mailing.send_dispatch"):
        raise PermissionDenied
    issue = Issue.objects.select_related("newsletter").filter(pk=pk).first()
    if issue is None:
        raise Http404
    return issue


def send_view(request: SignedInRequest, pk: int, context: dict[str, Any]) -> HttpResponse:
    """GET asks; POST goes on to the confirmation, or sends a test and stays."""
    issue = fetch_issue(request, pk)
    is_test = "_test" in request.POST
    form = SendForm(request.POST or request.GET or None, issue=issue)
    proof_form = ProofForm(request.POST if is_test else None, initial={"addresses": request.user.email})
    if request.method == "POST" and form.is_valid():
        if not is_test:
            return redirect(reverse("admin:mailing_dispatch_confirm", args=[pk], query=chosen(form)))
        if proof_form.is_valid():
            report_proofs(request, form.dispatch, proof_form.cleaned_data["addresses"])
    context |= {"title": _("Send “%(issue)s”") % {"issue": issue}, "issue": issue, "form": form}
    context |= {"proof_form": proof_form, "findings": placed(findings(issue)), "cut": cut_at(issue)}
    context["earlier"] = Dispatch.objects.filter(issue=issue)[:5]
    return TemplateResponse(request, "admin/mailing/send.html", context)


def chosen(form: SendForm) -> dict[str, str]:
    """What was filled in, for the address of the next page."""
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def placed(found: list[Finding]) -> list[tuple[Finding, str]]:
    """Findings with the pages where they are mended."""
    return [
        (one, reverse(f"admin:newsletter_{one.thing._meta.model_name}_change", args=[one.thing.pk])) for one in found
    ]


def report_proofs(request: HttpRequest, dispatch: Dispatch, emails: list[str]) -> None:
    for email, is_sent, answer in send_proofs(dispatch, emails):
        words = _("A test went to %(email)s.") if is_sent else _("No test went to %(email)s: %(answer)s")
        level = messages.SUCCESS if is_sent else messages.ERROR
        messages.add_message(request, level, words % {"email": email, "answer": answer})


@csp_override(FRAMING)
def confirm_view(request: SignedInRequest, pk: int, context: dict[str, Any]) -> HttpResponse:
    """GET states the number of people and shows the mail; POST sends it, once however often it comes."""
    issue = fetch_issue(request, pk)
    form = SendForm(request.GET, issue=issue)
    if not form.is_valid():
        return redirect(reverse("admin:mailing_dispatch_send", args=[pk], query=request.GET.dict()))
    if request.method == "POST":
        dispatch = order(issue, request.user, form, request.POST.get("seen", ""))
        return redirect("admin:mailing_dispatch_change", dispatch.pk)
    letter = letter_for(form.dispatch)
    context |= {"title": _("Send “%(subject)s”?") % {"subject": letter.subject}, "issue": issue, "form": form}
    context |= {"size": dispatching.audience_size(issue, form.audience), "letter": letter, "seen": newest(issue)}
    context |= {"text": letter.text.replace(UNSUBSCRIBE_URL, "…").replace(PREFERENCES_URL, "…")}
    context |= {"cut": cut_at(issue), "only": ONLY[form.cleaned_data["only"]]}
    context["frame_url"] = reverse("admin:mailing_dispatch_letter", args=[pk], query=request.GET.dict())
    return TemplateResponse(request, "admin/mailing/confirm.html", context)


def newest(issue: Issue) -> int:
    """The latest dispatch of an issue, 0 for none. One query."""
    return Dispatch.objects.filter(issue=issue).values_list("pk", flat=True).first() or 0


@transaction.atomic
def order(issue: Issue, by: User, form: SendForm, seen: str) -> Dispatch:
    """Prepare a dispatch, unless there is one that was not there when the page was made: then it is that one.

    So a second click, and a second editor, send nothing twice. Three queries.
    """
    Issue.objects.select_for_update().get(pk=issue.pk)
    latest = Dispatch.objects.filter(issue=issue).first()
    if latest and str(latest.pk) != seen:
        return latest
    given = form.cleaned_data
    return dispatching.prepare(
        issue,
        by,
        audience=form.audience,
        subject=given["subject"],
        preheader=given["preheader"],
        start_at=given["at"],
        rate=given["rate"] or 0,
    )


@xframe_options_sameorigin
@csp_override(FRAMED)
def letter_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """The mail alone, for a frame."""
    issue = fetch_issue(request, pk)
    form = SendForm(request.GET, issue=issue)
    if not form.is_valid():
        raise Http404
    return HttpResponse(letter_preview(form.dispatch))
