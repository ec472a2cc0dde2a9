"""Taking everything out: chosen at the desk, made by the worker, fetched by who asked for it. What was taken by whom
stays on the list."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, PagedAdmin, ReadOnlyAdmin, page_at
from core.worker import pulse
from interchange import exporting
from interchange.keeping import site
from interchange.models import Export
from interchange.taking.declared import Part

State = Export.State
PARTS: dict[str, Promise] = {
    Part.TEXTS: gettext_lazy("Newsletters, issues, articles and all that belongs to them"),
    Part.PICTURES: gettext_lazy("Pictures"),
    Part.TALK: gettext_lazy("Discussions and comments"),
    Part.PEOPLE: gettext_lazy(
        "People: readers with votes and tips, subscribers with their consents, mailings, decisions"
    ),
    Part.FIGURES: gettext_lazy("Figures: how often what was read"),
    Part.HISTORY: gettext_lazy("Earlier texts of issues and articles"),
}


class PartsForm(forms.Form):
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("What to take"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("No password and no other secret is ever taken."),
    )

    def __init__(self, *args: Any, parts: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"parts": parts}
        self.fields["parts"].choices = [(part, PARTS[part]) for part in parts]  # type: ignore[attr-defined]


@admin.register(Export)
class ExportAdmin(PagedAdmin, ReadOnlyAdmin, DeskAdmin):
    change_list_template = "admin/interchange/exports.html"
    list_display = ("asked_at", "by", "what", "state_word", "how_large", "fetched_at")
    list_filter = ("state",)
    list_select_related = ("by",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The owner sees who took what; others what they took themselves."""
        exports = super().get_queryset(request)
        return exports if request.user.is_superuser else exports.filter(by=request.user.pk)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(exporting.may_take(request.user))

    has_module_permission = has_add_permission = has_view_permission

    def found(self, request: HttpRequest, pk: str | int) -> Export:
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = pk if str(pk).isdecimal() and len(str(pk)) < 19 else None
        return get_object_or_404(self.get_queryset(request).select_related("by"), pk=number)

    @admin.display(description=gettext_lazy("parts"))
    def what(self, export: Export) -> str:
        return ", ".join(export.parts)

    @admin.display(description=gettext_lazy("size"))
    def how_large(self, export: Export) -> str:
        return filesizeformat(export.size) if export.size else ""

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, export: Export) -> SafeString:
        return format_html('<span class="state">{}</span>', export.get_state_display())

    def add_view(self, request: Any, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        parts = exporting.may_take(request.user)
        if not parts:
            raise PermissionDenied
        form = PartsForm(request.POST or None, parts=parts)
        if form.is_valid():
            export = exporting.ask(request.user, form.cleaned_data["parts"])
            messages.success(request, _("It is being made. You can leave this page and come back."))
            return redirect("admin:interchange_export_change", export.pk)
        return self.show(request, "interchange/take", _("Take everything out"), form=form)

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        export = self.found(request, object_id)
        return self.show(request, "interchange/export", _("Export"), **watched(export, request))

    @page_at("<int:pk>/progress/")
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for the script that asks for it every two seconds."""
        return self.show(request, "interchange/_export", "", **watched(self.found(request, pk), request))

    @page_at("<int:pk>/export.zip", "file")
    def file_view(self, request: SignedInRequest, pk: int) -> FileResponse:
        """The file, to who asked for it alone, as long as they may take what is in it."""
        export = self.found(request, pk)
        may_have = export.by_id == request.user.pk and set(export.parts) <= set(exporting.may_take(request.user))
        if not may_have or export.state != State.READY:
            raise Http404
        try:
            file = default_storage.open(export.file)
        except FileNotFoundError as error:
            raise Http404 from error
        Export.objects.filter(pk=export.pk, fetched_at=None).update(fetched_at=timezone.now())
        name = f"{site()}-{export.asked_at:%Y-%m-%d}.zip"
        response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
        add_never_cache_headers(response)
        return response


def watched(export: Export, request: HttpRequest) -> dict[str, Any]:
    """What a page tells of an export."""
    is_live = export.state in {State.ASKED, State.UNDER_WAY}
    facts: dict[str, Any] = {"export": export, "is_live": is_live, "is_mine": export.by_id == request.user.pk}
    facts |= {"parts": [PARTS.get(part, part) for part in export.parts], "goes": exporting.KEPT.days}
    return facts | {"missing_worker": pulse.missing() if is_live else ""}
