"""Pictures in the admin: seen everywhere, and never taken from a text that shows them."""

import re
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any
from unicodedata import normalize

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin import counted
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture
from newsletter.picture_forms import PictureForm
from newsletter.rendering import render_texts_naming, render_texts_with
from newsletter.views import writing

#: Where each kind of thing can show a picture.
SHOWN_IN: dict[type[Model], tuple[str, ...]] = {
    Issue: ("pictures", "lead_picture"),
    Article: ("pictures", "lead_picture"),
    Newsletter: ("pictures", "logo"),
    Contributor: ("pictures",),
}
#: How many pictures the dialog shows at once.
CHOICES = 48


class WantingFilter(admin.SimpleListFilter):
    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("caption", _("a caption")), ("credit", _("a credit")), ("use", _("a text that shows it"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        missing = {"caption": Q(caption=""), "credit": Q(credit=""), "use": Q(use_count=0)}
        return queryset.filter(missing.get(self.value() or "", Q()))


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ("thumbnail", "name", "alt", "credit", "use_count", "created_at")
    use_count = counted("use_count", _("uses"))
    list_display_links = ("thumbnail", "name")
    list_filter = (WantingFilter,)
    date_hierarchy = "created_at"
    search_fields = ("name", "alt", "caption", "credit")
    fields = ("preview", "file", "alt", "caption", "credit", "credit_url", "name", "snippet", "places")

    def get_urls(self) -> list[URLPattern]:
        """Also the addresses that the text editor and the choice of a lead picture call."""
        view = self.admin_site.admin_view
        return [
            path("upload/", view(writing.upload), name="newsletter_picture_upload"),
            path("choose/", view(self.choose_view), name="newsletter_picture_choose"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        uses = sum((uses_in(model) for model in SHOWN_IN), start=Value(0))
        return super().get_queryset(request).annotate(use_count=uses)

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[Any, ...] | list[Any]:
        return self.fields if obj else PictureForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        """Texts know a picture by its name, so that stays."""
        return ("preview", "name", "snippet", "places") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        """A picture that is shown somewhere is first taken out there."""
        return super().has_delete_permission(request, obj) and not (obj and any(places_of(obj)))

    def save_model(self, request: HttpRequest, obj: Picture, form: PictureForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            render_texts_with(obj)
        else:
            render_texts_naming(obj)
        if warning := form.duplicate_warning():
            messages.warning(request, warning)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Picture], search_term: str
    ) -> tuple[QuerySet[Picture], bool]:
        """Each word somewhere, in any script; small and capital letters count as one, on SQLite too. A checksum finds
        what was made of that file."""
        for word in normalize("NFC", search_term.replace("\0", "")).split():
            found = (Q(**{f"{field}__iregex": re.escape(word)}) for field in self.search_fields)
            queryset = queryset.filter(reduce(or_, found, Q(checksum=word)))
        return queryset, False

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """A part of the dialog: pictures to choose from, the newest first, found by `q`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        pictures = self.get_search_results(request, Picture.objects.all(), request.GET.get("q", ""))[0]
        context = {"page": Paginator(pictures, CHOICES).get_page(request.GET.get("page"))}
        return TemplateResponse(request, "admin/newsletter/_picture_choices.html", context)

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString:
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}" loading="lazy">', picture.thumbnail_url, picture.alt
        )

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> SafeString:
        shown = picture.file.url, picture.alt, picture.width, picture.height
        return format_html(
            '<a href="{0}"><img class="picture-preview" src="{0}" alt="{1}" width="{2}" height="{3}"></a>', *shown
        )

    @admin.display(description=_("to show it in a text"))
    def snippet(self, picture: Picture) -> SafeString:
        return format_html('<code class="snippet">{}</code>', picture.markdown)

    @admin.display(description=_("where it is shown"))
    def places(self, picture: Picture) -> str:
        links = ((reverse(admin_address(place), args=[place.pk]), place) for place in places_of(picture))
        items = format_html_join("", '<li><a href="{}">{}</a></li>', links)
        return format_html('<ul class="places">{}</ul>', items) if items else str(_("Nowhere yet."))


def uses_in(model: type[Model]) -> Coalesce:
    """How many of these show the picture of the outer query."""
    shown = Q(*((field, OuterRef("pk")) for field in SHOWN_IN[model]), _connector=Q.OR)
    counted = (
        model._default_manager.filter(shown).order_by().values(one=Value(1)).annotate(uses=Count("pk", distinct=True))
    )
    return Coalesce(Subquery(counted.values("uses")), 0)


def places_of(picture: Picture) -> Iterator[Model]:
    """Everything that shows a picture."""
    for model, fields in SHOWN_IN.items():
        shown = Q(*((field, picture) for field in fields), _connector=Q.OR)
        yield from model._default_manager.filter(shown).distinct()


def admin_address(thing: Model) -> str:
    return f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change"
