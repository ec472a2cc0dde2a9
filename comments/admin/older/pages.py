"""The pages on which an editor brings older comments in: choose them, look at each, store them; or has them listed,
handed out and erased by name."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import SignedInRequest
from comments.admin.older.forms import ConversationForm
from comments.admin.older.places import NUMBER
from comments.admin.older.preview import Preview, keep, kept, preview_of
from comments.bringing_in.erasing import erase, exported, under_name
from comments.models import discussion_of
from core.admin import DeskAdmin, page_at
from newsletter.composing import Unreadable


class BringInMixin(DeskAdmin):
    """Adds the pages to the admin of discussions."""

    @page_at("bring-in/")
    def bring_in_view(self, request: SignedInRequest) -> HttpResponse:
        """Choose a conversation and where it belongs: `?place=issue-3` chose that, `?again=` brings a preview back."""
        require(request)
        form = ConversationForm(request.POST or None, request.FILES or None, initial=earlier(request))
        if form.is_valid():
            return redirect(self.address("bring_in_preview", keep(form.cleaned_data, request.user)))
        return self.show(request, "comments/bring_in", _("Bring in older comments"), form=form)

    @page_at("bring-in/<str:ticket>/", "bring_in_preview")
    def preview_view(self, request: SignedInRequest, ticket: str) -> HttpResponse:
        """Show what would be brought in; a POST brings it in, or shows it anew where that was asked for."""
        require(request)
        try:
            preview = preview_of(kept(ticket, request.user), request.POST or None)
        except Unreadable as error:
            messages.error(request, str(error))
            return redirect(self.address("bring_in"))
        if request.method == "POST" and preview.is_valid and "again" not in request.POST:
            return self.store(request, preview)
        facts = {"preview": preview, "ticket": ticket}
        return self.show(request, "comments/bring_in_preview", _("What would be brought in"), **facts)

    def store(self, request: SignedInRequest, preview: Preview) -> HttpResponse:
        told = preview.store(request.user) or [_("Nothing was brought in.")]
        discussion = discussion_of(preview.place)
        if discussion.pk:
            self.log_change(request, discussion, " ".join(told))
        address = preview.place.get_absolute_url() + "#discussion"  # type: ignore[attr-defined]
        link = format_html('<a href="{}">{}</a>', address, preview.place)
        messages.success(request, format_html("{} {}", told[0], link))
        for remark in told[1:]:
            messages.warning(request, remark)
        if not discussion.pk:
            return redirect("admin:comments_discussion_changelist")
        return redirect(reverse("admin:comments_comment_changelist", query={"discussion__id__exact": discussion.pk}))

    @page_at("brought-in/", "brought_in")
    def by_name_view(self, request: SignedInRequest) -> HttpResponse:
        """What came in by a name: GET lists it, or hands it out (`?as=json`); POST asks, then erases (`confirmed`)."""
        require(request)
        name = request.GET.get("name", "").strip()
        if request.GET.get("as") == "json":
            return as_file(name)
        chosen = [int(pk) for pk in request.POST.getlist("comment") if NUMBER.fullmatch(pk)]
        if "confirmed" in request.POST:
            return self.erase(request, chosen)
        comments = under_name(name) if name else []
        if request.method == "POST":
            comments = [comment for comment in comments if comment.pk in chosen]
        facts = {"name": name, "comments": comments, "is_asking": request.method == "POST" and bool(comments)}
        return self.show(request, "comments/brought_in", _("Comments brought in, by name"), **facts)

    def erase(self, request: SignedInRequest, chosen: list[int]) -> HttpResponse:
        count = len(erase(chosen, request.user))
        words = ngettext("%(count)d comment is erased.", "%(count)d comments are erased.", count) % {"count": count}
        self.message_user(request, words, messages.SUCCESS if count else messages.WARNING)
        return redirect(self.address("brought_in"))


def earlier(request: SignedInRequest) -> dict[str, Any]:
    """What the form begins with."""
    try:
        return kept(request.GET["again"], request.user)
    except (KeyError, Unreadable):
        return {"place": request.GET.get("place")}


def require(request: HttpRequest) -> None:
    """Only for those who write issues or moderate, and may change discussions."""
    writes = request.user.has_perm("newsletter.change_issue") or request.user.has_perm("comments.moderate_comment")
    if not writes or not request.user.has_perm("comments.change_discussion"):
        raise PermissionDenied


def as_file(name: str) -> HttpResponse:
    return JsonResponse(
        {"name": name, "comments": exported(name)},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": 'attachment; filename="comments-brought-in.json"'},
    )
