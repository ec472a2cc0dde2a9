"""Subscribers: found, looked at, added by hand, taken in and given out as lists."""

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from core.csv_files import download
from mailing import tasks
from mailing.admin.forms import EvidenceForm, ListForm, PersonForm
from mailing.admin.lists import LanguageFilter, LongListAdmin, SuppressedFilter
from mailing.delivery.dispatching import in_words
from mailing.lists.columns import Line, Unreadable, read
from mailing.lists.exporting import SUBSCRIBERS, subscribers_of
from mailing.lists.importing import ImportReport, Outcome, Source, add, take_in
from mailing.models import Consent, Subscriber
from mailing.models.subscribers import Domain, normal
from newsletter.composing import Unreadable as Gone
from newsletter.composing.stashing import Stashed, fetch, stash
from newsletter.models import Newsletter

#: A list that changes more is for the worker: a page takes no longer than a few seconds.
MOST_AT_ONCE = 5000


@admin.register(Subscriber)
class SubscriberAdmin(LongListAdmin):
    """People. By newsletter and state they are found among the subscriptions, which have an index for it."""

    list_display: Any = ("email", "name", "language", "stands", "suppressed", "created_at")
    list_filter = (SuppressedFilter, LanguageFilter)
    list_select_related = ("suppression",)
    actions = None
    search_fields = ("email",)
    search_help_text = _("The beginning of an address, or @ and a whole domain")
    fields = ("email", "name", "language", "paused_until", "user", "created_at", "suppressed", "stands", "history")
    readonly_fields = ("email", "paused_until", "user", "created_at", "suppressed", "stands", "history")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("subscriptions__newsletter")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        words = normal(search_term)
        if words.startswith("@"):
            return queryset.alias(domain=Domain("email")).filter(domain=words[1:]), False
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "import/": (self.import_view, "import"),
            "import/<str:ticket>/": (self.preview_view, "preview"),
            "export/<slug:slug>/": (self.export_view, "export"),
        }
        return self.own_urls(pages) + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"newsletters": Newsletter.objects.only("title", "slug"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One person by hand, with what they said; nobody who left or is suppressed."""
        self.require_add(request)
        form = PersonForm(request.POST or None)
        if form.is_valid() and self.added(request, form):
            return redirect("admin:mailing_subscriber_changelist")
        return self.page(request, "person", title=_("Add a subscriber"), form=form)

    def added(self, request: SignedInRequest, form: forms.Form) -> bool:
        given = form.cleaned_data
        line = Line(given["email"], given["name"], given["language"])
        source = Source(_("by hand · %(editor)s") % {"editor": request.user}, given["evidence"])
        try:
            outcomes = add(given["newsletters"], line, source)
        except ValidationError as error:
            form.add_error("email", error)
            return False
        for newsletter, outcome in outcomes:
            level = messages.SUCCESS if outcome == Outcome.NEW else messages.WARNING
            self.message_user(request, f"{line.email}, {newsletter}: {outcome.label}.", level)
        return True

    def import_view(self, request: SignedInRequest) -> HttpResponse:
        """Choose a file; it is looked at on the next page before anything is stored."""
        self.require_add(request)
        form = ListForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            ticket = stash(form.cleaned_data["file"], form.cleaned_data["newsletter"], request.user)
            return redirect("admin:mailing_subscriber_preview", ticket)
        return self.page(request, "import", title=_("Import a list"), form=form)

    def preview_view(self, request: SignedInRequest, ticket: str) -> HttpResponse:
        """GET shows what would become of each row, POST does it. A second one finds everybody there."""
        self.require_add(request)
        try:
            held = fetch(ticket, request.user)
            report = take_in(read(BytesIO(held.content)), held.newsletter, Source("", ""), dry_run=True)
        except (Gone, Unreadable) as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect("admin:mailing_subscriber_import")
        form = EvidenceForm(request.POST or None)
        if form.is_valid():
            if not report.invalid or form.cleaned_data["leave_out_invalid"]:
                return self.taken_in(request, held, ticket, report, form.cleaned_data)
            self.message_user(request, _("Nothing was imported."), messages.ERROR)
        title = _("Import into %(newsletter)s?") % {"newsletter": held.newsletter}
        return self.page(request, "preview", title=title, form=form, report=report)

    def taken_in(
        self, request: SignedInRequest, held: Stashed, ticket: str, report: ImportReport, given: dict[str, Any]
    ) -> HttpResponse:
        """At once, or by the worker: then the page that showed what there is to do shows what is left."""
        source = Source(_("imported by %(editor)s") % {"editor": request.user}, given["evidence"])
        if report.changes > MOST_AT_ONCE:
            tasks.import_list.enqueue(ticket, request.user.pk, list(source))
            self.message_user(
                request, _("The import goes on in the background. Reload this page to see what is left.")
            )
            return redirect(request.path)
        lines = read(BytesIO(held.content))
        done = take_in(lines, held.newsletter, source, dry_run=False, leave_out_invalid=True)
        self.message_user(request, summary(done))
        return redirect("admin:mailing_subscriber_changelist")

    def export_view(self, request: HttpRequest, slug: str) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        newsletter = get_object_or_404(Newsletter, slug=slug)
        return download(f"{slug}-subscribers", list(SUBSCRIBERS), subscribers_of(newsletter))

    def require_add(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/mailing/{name}.html", context)

    @admin.display(description=_("subscriptions"))
    def stands(self, subscriber: Subscriber) -> SafeString:
        """Each newsletter with the state, without a query."""
        return format_html_join(
            ", ",
            '{} <span class="state subscription-{}">{}</span>',
            ((each.newsletter, each.state, each.get_state_display()) for each in subscriber.subscriptions.all()),
        )

    @admin.display(description=_("must not be written to"))
    def suppressed(self, subscriber: Subscriber) -> SafeString | str:
        suppression = getattr(subscriber, "suppression", None)
        word = suppression and suppression.get_reason_display()
        return format_html('<span class="state suppressed">{}</span>', word) if word else ""

    @admin.display(description=_("what they said"))
    def history(self, subscriber: Subscriber) -> SafeString:
        """Every yes and no, the last one first."""
        said = Consent.objects.filter(subscription__subscriber=subscriber).order_by("-pk")
        rows = map(cells, said.select_related("subscription__newsletter"))
        lines = format_html_join("", "<tr>" + "<td>{}</td>" * 6 + "</tr>", rows)
        return format_html('<table class="consents">{}</table>', lines)


def cells(consent: Consent) -> tuple[Any, ...]:
    told = consent.form, consent.wording, consent.network
    return in_words(consent.at), consent.subscription.newsletter, consent.get_event_display(), *told


def summary(report: ImportReport) -> str:
    return "; ".join(f"{outcome.label}: {number}" for outcome, number in report.counts.items())
