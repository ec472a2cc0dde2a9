"""What lists and pages of the admin share in several apps."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import DateTimeField, Func, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from core.zones import in_zone

#: How far a list can be leafed through, unless its admin has `most_rows`, and what a search found in it.
MOST_ROWS = 10_000
MOST_FOUND = 1000


class ShortPaginator(Paginator):
    """Shows the first `most` rows and counts no further."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    @cached_property
    def found(self) -> int:
        rows = cast("QuerySet", self.object_list)
        return rows.order_by().values("pk")[: self.most + 1].count()

    @property
    def count(self) -> int:
        return min(self.found, self.most)

    @property
    def is_cut(self) -> bool:
        return self.found > self.most


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

    def get_results(self, request: HttpRequest) -> None:
        """What is shown of a row is asked for those of the page alone, however many were found."""
        super().get_results(request)
        self.result_list = self.queryset.filter(pk__in=list(self.result_list.values_list("pk", flat=True)))


class GuardedAdmin(admin.ModelAdmin):
    """What each list of the admin is, whoever wrote it: see `site_project.admin.Desk.register`."""

    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in linked_filters(self) or super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OfferedFilters

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Paginator:
        most = MOST_FOUND if SEARCH_VAR in request.GET else MOST_ROWS
        return ShortPaginator(*args, most=getattr(self, "most_rows", most), **kwargs)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Raises IncorrectLookupParameters, which leads back to the whole list, also for what no database takes."""
        try:
            found = super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters from error
        found.title = str(getattr(self, "list_title", capfirst(self.opts.verbose_name_plural)))
        return found

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address fills in, without what cannot be the number of anything."""
        filled: dict[str, Any] = super().get_changeform_initial_data(request)
        numbered = {field.name for field in self.opts.fields if field.is_relation}
        return {name: value for name, value in filled.items() if name not in numbered or is_number(value)}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes along with it asks for no permission of its own."""
        deleted, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        admins = self.admin_site._registry.items()
        along = {model._meta.verbose_name for model, each in admins if getattr(each, "goes_along", False)}
        return deleted, counts, forbidden - along, protected

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


def drawn(template: str, description: Any) -> Any:
    """The column of a list that a template in `admin/` draws, called as the template is; it finds what is in the row
    as `row`."""

    @admin.display(description=description)
    def column(row: Any) -> SafeString:
        return render_to_string(f"admin/{template}.html", {"row": row})

    column.__name__ = template.rpartition("/_")[2]
    return column


def page(model_admin: Any, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
    """A page beside Django's own, in the frame of the admin; its template lies in `admin/`."""
    frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
    return TemplateResponse(request, f"admin/{template}.html", frame | context)


def change_page(thing: Any) -> str:
    """The address at which a thing is changed."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def linked_filters(model_admin: Any) -> Iterable[str]:
    """Lookups with which other pages lead to a list."""
    return getattr(model_admin, "linked_filters", ())


class ChoiceFilter(admin.SimpleListFilter):
    """What a list can be narrowed to: choices with a name, and what each leaves of the rows."""

    choices_of: ClassVar[dict[str, tuple[Any, Callable[[Any], QuerySet]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _narrow) in self.choices_of.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        found = self.choices_of.get(self.value() or "")
        return found[1](queryset) if found else queryset


def by_choice(name: str, title: Any, **choices: tuple[Any, Callable[[Any], QuerySet]]) -> type[ChoiceFilter]:
    return type(f"{name}_filter", (ChoiceFilter,), {"parameter_name": name, "title": title, "choices_of": choices})


def page_at(place: str, name: str = "") -> Any:
    """For a method that is the view of a page: where that is below the list, and what its address is called, behind
    the names of app and model, if not like the view."""

    def placed(view: Any) -> Any:
        view.place, view.address_name = place, name or view.__name__.removesuffix("_view")
        return view

    return placed


class DeskAdmin(admin.ModelAdmin):
    """Has pages beside Django's own: methods that are marked with `page_at`."""

    def get_urls(self) -> list[URLPattern]:
        views = ((name, getattr(type(self), name, None)) for name in dir(type(self)))
        return [
            path(view.place, self.admin_site.admin_view(getattr(self, name)), name=self.named(view.address_name))
            for name, view in views
            if view and hasattr(view, "place")
        ] + super().get_urls()

    def named(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def address(self, page: str, *args: object) -> str:
        return reverse(f"admin:{self.named(page)}", args=args)

    def fetch(self, request: HttpRequest, pk: object) -> Any:
        """What this editor may change. Raises Http404 or PermissionDenied."""
        thing = self.get_object(request, str(pk))
        if thing is None:
            raise Http404
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        return thing

    def show(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        """A page with what stands around each, and where it is about a `thing`, with the way to that."""
        if thing := context.get("thing"):
            context = {"change_url": self.address("change", thing.pk)} | context
        return page(self, request, template, title=title, **context)


class PagedAdmin(admin.ModelAdmin):
    """A list that is read page by page, in one order, and that counts no more than it shows."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: ClassVar[Any] = ()


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that are read here, and neither added, changed nor deleted: actions and pages of their own do the rest."""

    #: Whether its rows go with what they are about, whoever deletes that.
    goes_along: ClassVar = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission
