"""Subscribers: found, looked at, added by hand, and given out as lists."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from core.admin import drawn, page_at
from core.csv_files import download
from core.mail.messages import normal
from mailing.admin.forms import PersonForm
from mailing.admin.lists import LanguageFilter, LongListAdmin, suppressed_filter
from mailing.lists.enrolling import Entrant, Outcome, Source, add
from mailing.lists.exporting import SUBSCRIBERS, subscribers_of
from mailing.models import Consent, Subscriber
from mailing.models.subscribers import Domain
from newsletter.models import Newsletter

STANDS = drawn("mailing/columns/_stands", _("subscriptions"))
SUPPRESSED = drawn("mailing/columns/_suppressed", _("must not be written to"))


@admin.register(Subscriber)
class SubscriberAdmin(LongListAdmin):
    """People. By newsletter and state they are found among the subscriptions, which have an index for it."""

    list_display: Any = ("email", "name", "language", STANDS, SUPPRESSED, "created_at")
    list_filter = (suppressed_filter("suppression"), LanguageFilter)
    list_select_related = ("suppression",)
    actions = None
    search_fields = ("email",)
    search_help_text = _("The beginning of an address, or @ and a whole domain")
    fixed = ("email", "paused_until", "user", "created_at", SUPPRESSED, STANDS, "history")
    fields = ("email", "name", "language", *fixed[1:])
    readonly_fields = fixed

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("subscriptions__newsletter")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        words = normal(search_term)
        if words.startswith("@"):
            return queryset.alias(domain=Domain("email")).filter(domain=words[1:]), False
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"newsletters": Newsletter.objects.only("title", "slug"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One person by hand, with what they said; nobody who left or is suppressed."""
        self.require_add(request)
        form = PersonForm(request.POST or None)
        if form.is_valid() and self.added(request, form):
            return redirect("admin:mailing_subscriber_changelist")
        return self.show(request, "mailing/person", str(_("Add a subscriber")), form=form)

    def added(self, request: SignedInRequest, form: forms.Form) -> bool:
        given = form.cleaned_data
        person = Entrant(given["email"], given["name"], given["language"])
        source = Source(_("by hand · %(editor)s") % {"editor": request.user}, given["evidence"])
        try:
            outcomes = add(given["newsletters"], person, source)
        except ValidationError as error:
            form.add_error("email", error)
            return False
        for newsletter, outcome in outcomes:
            level = messages.SUCCESS if outcome == Outcome.NEW else messages.WARNING
            self.message_user(request, f"{person.email}, {newsletter}: {outcome.label}.", level)
        return True

    @page_at("import/")
    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Where lists were brought in once."""
        return redirect("admin:interchange_listimport_add")

    @page_at("export/<slug:slug>/")
    def export_view(self, request: HttpRequest, slug: str) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        newsletter = get_object_or_404(Newsletter, slug=slug)
        return download(f"{slug}-subscribers", list(SUBSCRIBERS), subscribers_of(newsletter))

    def require_add(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    @admin.display(description=_("what they said"))
    def history(self, subscriber: Subscriber) -> SafeString:
        said = Consent.objects.filter(subscription__subscriber=subscriber).order_by("-pk")
        shown = {"said": said.select_related("subscription__newsletter"), "subscriber": subscriber}
        return render_to_string("admin/mailing/_history.html", shown)
