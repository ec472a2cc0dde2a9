"""What the admin's lists in several apps share."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db import DataError
from django.db.models import DateTimeField, Func, QuerySet, Subquery
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from core.zones import in_zone

#: How far a list can be leafed through, unless its admin has `most_rows`; who looks for more, searches.
MOST_ROWS = 10_000


class ShortPaginator(Paginator):
    """Shows the first `most` rows and counts no further. What is known of a row is asked for those of the page alone,
    however many were found."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    @cached_property
    def found(self) -> int:
        rows = cast("QuerySet", self.object_list)
        return rows.order_by()[: self.most + 1].count()

    @property
    def count(self) -> int:
        return min(self.found, self.most)

    @property
    def is_cut(self) -> bool:
        return self.found > self.most

    def page(self, number: Any) -> Page:
        page, rows = super().page(number), cast("QuerySet", self.object_list)
        page.object_list = rows.filter(pk__in=cast("QuerySet", page.object_list).values("pk"))
        return page


class OfferedFilters(ChangeList):
    """A list that only what its page offers makes shorter. Any other lookup that Django takes would tell, letter by
    letter, what the page does not show: addresses, hashes of passwords."""

    model_admin: Any

    def get_filters(self, request: HttpRequest) -> Any:
        """Raises IncorrectLookupParameters for what no filter of the page took."""
        found = super().get_filters(request)
        offered = {f"{self.date_hierarchy}__gte", f"{self.date_hierarchy}__lt", *linked_filters(self.model_admin)}
        if found[2].keys() - offered:
            raise IncorrectLookupParameters
        return found


class GuardedAdmin(admin.ModelAdmin):
    """What each list of the admin is, whoever wrote it: see `site_project.admin.Desk.register`."""

    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in linked_filters(self) or super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OfferedFilters

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Paginator:
        return ShortPaginator(*args, most=getattr(self, "most_rows", MOST_ROWS), **kwargs)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Raises IncorrectLookupParameters, which leads back to the whole list, also for what no database takes."""
        try:
            found = super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters from error
        found.title = str(capfirst(self.opts.verbose_name_plural))
        return found

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address fills in, without what cannot be the number of anything."""
        filled: dict[str, Any] = super().get_changeform_initial_data(request)
        numbered = {field.name for field in self.opts.fields if field.is_relation}
        return {name: value for name, value in filled.items() if name not in numbered or is_number(value)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(db_field, DateTimeField):
            field.help_text = in_zone(field.help_text)
        return field


def is_number(value: Any) -> bool:
    """Whether a row can have it: they are counted in 63 bits."""
    return str(value).isdecimal() and len(str(value)) < 20 and int(value) < 2**63


def number_of(rows: QuerySet, different: str = "pk") -> Subquery:
    """How many different ones the `rows` name that belong to the row of the query around them."""
    return Subquery(rows.order_by().values(how_many=Func(different, template="COUNT(DISTINCT %(expressions)s)")))


def counted(name: str, description: Any) -> Any:
    """The column of a list for what its query has counted under this name."""
    return admin.display(description=description, ordering=name)(lambda _admin, row: getattr(row, name))


def page(model_admin: Any, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
    """A page beside Django's own, in the frame of the admin; its template lies in `admin/`."""
    frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
    return TemplateResponse(request, f"admin/{template}.html", frame | context)


def linked_filters(model_admin: Any) -> Iterable[str]:
    """Lookups with which other pages lead to a list."""
    return getattr(model_admin, "linked_filters", ())


class PagedAdmin(admin.ModelAdmin):
    """A list that is read page by page, in one order, and that counts no more than it shows."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: ClassVar[Any] = ()


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that are read here, and neither added, changed nor deleted: actions and pages of their own do the rest."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
