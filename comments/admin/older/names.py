"""What was brought in under one name: listed, handed out as a file, erased after a question."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import SignedInRequest
from comments.admin.older.pages import require
from comments.admin.older.places import NUMBER
from comments.bringing_in.erasing import erase, exported, under_name


class ByNameMixin(admin.ModelAdmin):
    """Adds the page to the admin of discussions."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("brought-in/", view(self.by_name_view), name="comments_brought_in"), *super().get_urls()]

    def by_name_view(self, request: SignedInRequest) -> HttpResponse:
        """GET lists, or hands out with `?as=json`; POST asks, and with `confirmed` erases."""
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
        context: dict[str, Any] = {**self.admin_site.each_context(request), "opts": self.opts}
        context |= {"title": _("Comments brought in, by name"), "name": name, "comments": comments}
        context["is_asking"] = request.method == "POST" and bool(comments)
        return TemplateResponse(request, "admin/comments/brought_in.html", context)

    def erase(self, request: SignedInRequest, chosen: list[int]) -> HttpResponse:
        count = len(erase(chosen, request.user))
        words = ngettext("%(count)d comment is erased.", "%(count)d comments are erased.", count) % {"count": count}
        self.message_user(request, words, messages.SUCCESS if count else messages.WARNING)
        return redirect(reverse("admin:comments_brought_in"))


def as_file(name: str) -> HttpResponse:
    return JsonResponse(
        {"name": name, "comments": exported(name)},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": 'attachment; filename="comments-brought-in.json"'},
    )
