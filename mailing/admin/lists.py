"""What the lists share, also those that may hold a million rows: no count that reads them all, addresses found by an
index; and what they can be narrowed to."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin import ChoiceFilter, DeskAdmin, PagedAdmin, by_choice
from core.mail.messages import normal
from mailing.models import Bounce, Suppression
from mailing.models.subscribers import ByteOrder
from newsletter.models import Newsletter

#: No address holds a character behind this one.
LAST = "\U0010ffff"


class ListAdmin(PagedAdmin, DeskAdmin):
    class Media:
        css: ClassVar = {"all": ["admin/mailing.css"]}

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


def suppressed_filter(suppression: str) -> type[ChoiceFilter]:
    """For a list in whose rows the suppression of a subscriber stands there."""

    def narrow(**facts: Any) -> Callable[[Any], QuerySet]:
        return lambda rows: rows.filter(**{f"{suppression}__{name}": value for name, value in facts.items()})

    reasons = {value: (label, narrow(reason=value)) for value, label in Suppression.Reason.choices}
    anything = (_("for any reason"), narrow(isnull=False))
    return by_choice("suppressed", _("must not be written to"), any=anything, **reasons)


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


def came_back(kind: str) -> Callable[[Any], QuerySet]:
    return lambda rows: rows.filter(pk__in=Bounce.objects.filter(kind=kind).values("delivery"))


#: Copies of which something was reported later, by kind.
KINDS = {kind: (word, came_back(kind)) for kind, word in Bounce.Kind.choices}
BounceFilter = by_choice("bounce", _("came back"), **KINDS)
