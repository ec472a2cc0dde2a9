"""Pictures in the admin: seen everywhere, and never taken from a text that shows them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
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
            path("<int:pk>/thumbnail/", view(self.thumbnail_view), name="newsletter_picture_thumbnail"),
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

    def thumbnail_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Lead to a small size of one picture: what `<img>` beside the choice of a picture asks for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(small_size(get_object_or_404(Picture, pk=pk)))

    def name_as_choice(self, picture: Picture) -> str:
        return f"{picture.name}: {picture.alt}"

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString:
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}" loading="lazy">', small_size(picture), picture.alt
        )

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> SafeString:
        shown = picture.file.url, picture.alt, picture.width, picture.height
        return format_html(
            '<a href="{0}"><img class="picture-preview" src="{0}" alt="{1}" width="{2}" height="{3}"></a>', *shown
        )

    @admin.display(description=_("to show it in a text"))
    def snippet(self, picture: Picture) -> SafeString:
        return format_html('<code class="snippet">![{}](picture:{})</code>', picture.alt, picture.name)

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


def small_size(picture: Picture) -> str:
    """The address of the smallest file of a picture."""
    sizes = picture.file.aspect_ratios[None]["WEBP"] if picture.is_processed else {}
    return sizes[min(sizes)].url if sizes else picture.file.url
