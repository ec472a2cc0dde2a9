"""What lists need that may hold a million rows: no count that reads them all, and addresses found by an index."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailing.models import Subscriber
from mailing.models.subscribers import normal

#: How far a list can be leafed through; who looks for more, searches.
MOST_ROWS = 1000


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
    search_fields: ClassVar[Any] = ("email",)
    search_help_text: ClassVar[Any] = _("A whole address, or a part of it")

    class Media:
        css: ClassVar = {"all": ["admin/mailing.css"]}

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By address: by the index for a whole one."""
        words = search_term.strip()
        if not words:
            return queryset, False
        if queryset.model is Subscriber:
            return with_address(queryset, words), False
        return queryset.filter(subscriber__in=with_address(Subscriber.objects.all(), words).values("pk")), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def with_address(people: QuerySet[Subscriber], words: str) -> QuerySet[Subscriber]:
    """Those whose address is `words`, or holds it where that is no whole address."""
    words = normal(words)
    if "@" in words.strip("@"):
        return people.alias(address=Lower("email")).filter(address=words)
    return people.filter(email__icontains=words)
