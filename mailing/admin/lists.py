"""What lists need that may hold a million rows: no count that reads them all, and addresses found by an index."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailing.models.subscribers import ByteOrder, normal

#: How far a list can be leafed through; who looks for more, searches.
MOST_ROWS = 1000
#: No address holds a character behind this one.
LAST = "\U0010ffff"


class ShortPaginator(Paginator):
    """Counts up to a thousand rows, and shows no more of them."""

    @cached_property
    def found(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[: MOST_ROWS + 1].count()

    @property
    def count(self) -> int:
        return min(self.found, MOST_ROWS)

    @property
    def is_cut(self) -> bool:
        return self.found > MOST_ROWS


class LongListAdmin(admin.ModelAdmin):
    """A list that is read, page by page, in the order of its keys."""

    ordering: ClassVar = ["-pk"]
    paginator = ShortPaginator
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: ClassVar[Any] = ()
    #: Where the address stands.
    search_fields: ClassVar[Any] = ("subscriber__email",)
    search_help_text: ClassVar[Any] = _("The beginning of an address")

    class Media:
        css: ClassVar = {"all": ["admin/mailing.css"]}

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        words = normal(search_term)
        return (beginning_with(queryset, words, self.search_fields[0]) if words else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def beginning_with(rows: QuerySet, words: str, email: str) -> QuerySet:
    """In the order of their addresses, so that the index finds the first ones without looking at the others."""
    found = rows.alias(address=ByteOrder(email)).filter(address__gte=words, address__lt=f"{words}{LAST}")
    return found.order_by("address", "pk")
