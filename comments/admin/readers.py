"""Readers: how they stand, what they wrote, and what was decided about them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from comments import banning
from comments.admin import filters
from comments.admin.forms import BanForm, TrustForm
from comments.admin.lists import DecidingAdmin, with_record
from comments.models import Comment, ModerationEvent, Trust
from comments.models.moderation import Reader, name_of
from core.admin import drawn, page

#: How many comments and decisions the page of a reader shows.
SHOWN = 20


@admin.register(Reader)
class ReaderAdmin(DecidingAdmin):
    """People who have written something. Their addresses are for those who may see them."""

    list_display: Any = (
        drawn("comments/columns/_name", gettext_lazy("reader")),
        drawn("comments/columns/_record", gettext_lazy("trust")),
        drawn("comments/columns/_last_written", gettext_lazy("last comment")),
        drawn("comments/columns/_joined", gettext_lazy("joined")),
    )
    list_filter = (filters.StandingFilter,)
    list_title = gettext_lazy("Readers who have written")
    actions = None
    search_help_text = gettext_lazy("Name or headline")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        own = Comment.objects.filter(author=OuterRef("pk"))
        last = Subquery(own.order_by("-pk").values("created_at")[:1])
        readers = super().get_queryset(request).filter(Exists(own)).select_related("standing")
        return with_record(readers).annotate(last=last)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return (*self.list_display, "email") if may_see_addresses(request) else self.list_display

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        fields = ("display_name", "headline")
        return (*fields, "email") if may_see_addresses(request) else fields

    def show(self, request: HttpRequest, reader: Any, **forms_: forms.Form) -> TemplateResponse:
        standing = getattr(reader, "standing", None)
        trust = standing.trust if standing else Trust.NEW
        context: dict[str, Any] = {"reader": reader, "standing": standing, "title": str(reader)}
        context |= {"address": reader.email * may_see_addresses(request)}
        context |= {"trust_form": TrustForm(initial={"trust": trust}), "ban_form": BanForm(), **forms_}
        context["comments"] = Comment.objects.filter(author=reader.pk).order_by("-pk")[:SHOWN]
        context["decisions"] = ModerationEvent.objects.filter(reader=reader.pk).select_related("actor")[:SHOWN]
        context["may_moderate"] = self.has_moderate_permission(request)
        context["may_ban"] = context["may_moderate"] and not reader.is_staff
        return page(self, request, "comments/reader", **context)

    def decide(self, request: SignedInRequest, reader: Reader) -> HttpResponse:
        """Do one of the three things on the page; nothing to people who work here but setting their trust."""
        decisions: dict[str, Callable[[Any, Reader], HttpResponse]] = {"trust": self.set_trust}
        if not reader.is_staff:
            decisions |= {"ban": self.ban, "unban": self.unban}
        decision = decisions.get(request.POST.get("decision", ""))
        if decision is None:
            raise PermissionDenied
        return decision(request, reader)

    def set_trust(self, request: SignedInRequest, reader: Reader) -> HttpResponse:
        form = TrustForm(request.POST)
        if not form.is_valid():
            return self.show(request, reader, trust_form=form)
        trust = form.cleaned_data["trust"]
        banning.set_trust([reader.pk], request.user, trust)
        return self.say(request, reader, _("Trust is now: %(trust)s.") % {"trust": trust.label})

    def ban(self, request: SignedInRequest, reader: Reader) -> HttpResponse:
        form = BanForm(request.POST)
        if not form.is_valid():
            return self.show(request, reader, ban_form=form)
        banning.ban([reader.pk], request.user, form.until, form.cleaned_data["reason"])
        return self.say(request, reader, _("%(name)s is banned.") % {"name": name_of(reader)})

    def unban(self, request: SignedInRequest, reader: Reader) -> HttpResponse:
        banning.unban([reader.pk], request.user)
        return self.say(request, reader, _("%(name)s can write again.") % {"name": name_of(reader)})

    def say(self, request: HttpRequest, reader: Reader, words: str) -> HttpResponse:
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:comments_reader_change", reader.pk)


def may_see_addresses(request: HttpRequest) -> bool:
    return request.user.has_perm("comments.view_email")
