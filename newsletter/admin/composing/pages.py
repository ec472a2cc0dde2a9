"""The pages: choose a document, look at what would be made of it and decide, make it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, change_page, page_at
from newsletter.admin.composing.forms import Answered, DocumentForm
from newsletter.admin.composing.preview import Preview, plans
from newsletter.composing.matching import find_composed
from newsletter.composing.plan import Plan, Unreadable
from newsletter.composing.stashing import Stashed, fetch, stash
from newsletter.composing.storing import AlreadyComposed, Composed, compose, name_of
from newsletter.models import Issue


class ComposeAdmin(DeskAdmin):
    """Adds the two pages to the admin of issues, and a button to their list."""

    change_list_template = "admin/newsletter/compose_change_list.html"

    @page_at("compose/")
    def compose_view(self, request: SignedInRequest) -> HttpResponse:
        """Choose a document; `?again=` brings back the text of a preview, and the comments that came with it."""
        require(request, "newsletter.add_issue", "newsletter.add_article")
        earlier = self.earlier(request)
        form = DocumentForm(request.POST or None, request.FILES or None, initial=initial_document(request, earlier))
        if form.is_valid():
            content, newsletter = form.cleaned_data["content"], form.cleaned_data["newsletter"]
            comments = form.cleaned_data.get("comments") or (earlier.comments if earlier else None)
            ticket = stash(content, newsletter, request.user, comments=comments)
            return redirect(self.address("compose_preview", ticket))
        has_comments = earlier is not None and earlier.comments is not None
        title = _("Compose from a document")
        return self.show(request, "newsletter/compose", title, form=form, has_comments=has_comments)

    def earlier(self, request: SignedInRequest) -> Stashed | None:
        try:
            return fetch(request.GET["again"], request.user)
        except (KeyError, Unreadable):
            return None

    @page_at("compose/<str:ticket>/", "compose_preview")
    def preview_view(self, request: SignedInRequest, ticket: str) -> HttpResponse:
        """Show what would be made. A POST makes it, or shows it anew where that was asked for or something is
        wrong. A second one finds it made, and changes nothing."""
        require(request, "newsletter.add_issue", "newsletter.add_article")
        try:
            answered = Answered(fetch(ticket, request.user), request.POST, request.FILES)
        except Unreadable as error:
            messages.error(request, str(error))
            return redirect(self.address("compose"))
        try:
            if request.method == "POST" and "again" not in request.POST and not is_flawed(answered):
                return self.make(request, answered)
            return self.preview(request, answered, ticket)
        except Unreadable as error:
            return self.preview(request, answered, ticket, problem=str(error))
        except AlreadyComposed as error:
            messages.info(request, _("%s Nothing was changed.") % error)
            return redirect(change_page(error.thing))

    def make(self, request: SignedInRequest, answered: Answered) -> HttpResponse:
        replace, remove = "replace" in request.POST, "remove_missing" in request.POST
        require(request, *(["newsletter.change_issue", "newsletter.change_article"] if replace else []))
        require(request, *(["newsletter.delete_article"] if remove else []))
        plan, newsletter = answered.read(), answered.held.newsletter
        said = answered.conversations(plan)
        composed = compose(plan, newsletter, request.user, replace=replace, remove_missing=remove, conversations=said)
        self.report(request, plan, composed)
        return redirect(change_page(composed.thing))

    def report(self, request: SignedInRequest, plan: Plan, composed: Composed) -> None:
        thing = composed.thing
        if composed.is_new:
            self.log_addition(request, thing, [{"added": {}}])
            message = _("%(name)s is a draft now. Look it over, then publish it.")
        else:
            self.log_change(request, thing, _("Replaced from a document."))
            message = _("%(name)s has the texts of the document now.")
        messages.success(request, message % {"name": name_of(thing)})
        for remark in [*(_("Left out: “%s”.") % title for title in plan.left_out), *composed.remarks]:
            messages.warning(request, remark)

    def preview(self, request: SignedInRequest, answered: Answered, ticket: str, problem: str = "") -> HttpResponse:
        held, (plan, bare) = answered.held, plans(answered)
        existing = find_composed(plan, held.newsletter)
        number = plan.about.number or Issue.objects.next_number(held.newsletter)
        number = existing.number if isinstance(existing, Issue) else number
        facts: dict[str, Any] = {"newsletter": held.newsletter, "number": number, "plan": plan, "existing": existing}
        facts |= {"preview": Preview(plan, bare, answered), "ticket": ticket, "problem": problem}
        return self.show(request, "newsletter/compose_preview", _("What would be made of it"), **facts)


def require(request: HttpRequest, *permissions: str) -> None:
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def is_flawed(answered: Answered) -> bool:
    return bool(answered.flaws) and bool(Preview(*plans(answered), answered).flaws)


def initial_document(request: HttpRequest, earlier: Stashed | None) -> dict[str, Any]:
    if earlier is None:
        return {"newsletter": request.GET.get("newsletter")}
    try:
        return {"newsletter": earlier.newsletter, "text": earlier.content.decode()}
    except UnicodeDecodeError:
        return {"newsletter": earlier.newsletter}
