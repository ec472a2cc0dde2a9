"""What the lists share, also those that may hold a million rows: no count that reads them all, addresses found by an
index; and what they can be narrowed to."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin import PagedAdmin
from mailing.models import Bounce, Suppression
from mailing.models.subscribers import ByteOrder, normal
from newsletter.models import Newsletter

#: No address holds a character behind this one.
LAST = "\U0010ffff"


class ListAdmin(PagedAdmin):
    class Media:
        css: ClassVar = {"all": ["admin/mailing.css"]}

    def own_urls(self, pages: Mapping[str, tuple[Any, str]]) -> list[URLPattern]:
        """Pages beside Django's: by address the view, and its name."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(address, self.admin_site.admin_view(view), name=f"{prefix}_{name}")
            for address, (view, name) in pages.items()
        ]

    @admin.display(description=_("state"))
    def state_word(self, row: Any) -> SafeString:
        kind, word = self.opts.model_name, row.get_state_display()
        return format_html('<span class="state {}-{}">{}</span>', kind, row.state, word)


class LongListAdmin(ListAdmin):
    ordering: ClassVar = ["-pk"]
    most_rows = 1000
    #: Where the address stands.
    search_fields: ClassVar[Any] = ("subscriber__email",)
    search_help_text: ClassVar[Any] = _("The beginning of an address")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        words = normal(search_term)
        return (beginning_with(queryset, words, self.search_fields[0]) if words else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def beginning_with(rows: QuerySet, words: str, email: str) -> QuerySet:
    """In the order of their addresses, so that the index finds the first ones without looking at the others."""
    found = rows.alias(address=ByteOrder(email)).filter(address__gte=words, address__lt=f"{words}{LAST}")
    return found.order_by("address", "pk")


class SuppressedFilter(admin.SimpleListFilter):
    title = _("must not be written to")
    parameter_name = "suppressed"
    #: Where the suppression of a subscriber stands.
    suppression = "suppression"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("any", _("for any reason")), *Suppression.Reason.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        if self.value() == "any":
            return queryset.filter(**{f"{self.suppression}__isnull": False})
        return queryset.filter(**{f"{self.suppression}__reason": self.value()})


class OfSubscriberFilter(SuppressedFilter):
    suppression = "subscriber__suppression"


class LanguageFilter(admin.SimpleListFilter):
    """The languages of the newsletters: of all that there are nobody would find one."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        used = set(Newsletter.objects.values_list("language", flat=True))
        return [*(each for each in settings.LANGUAGES if each[0] in used), ("none", _("not chosen"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(language="" if self.value() == "none" else self.value())


class BounceFilter(admin.SimpleListFilter):
    """Copies of which something was reported later, by kind."""

    title = _("came back")
    parameter_name = "bounce"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Bounce.Kind.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=Bounce.objects.filter(kind=self.value()).values("delivery"))
