"""How many read what, for editors: all of a newsletter, and an issue or an article."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import ceil
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core import desk
from core.admin import ReadOnlyAdmin
from core.charts import Chart, sums
from core.csv_files import download
from core.desk import Panel, happened
from newsletter.models import Article, Issue, Newsletter
from readership.models import PageViews, PageViewsQuerySet
from readership.together import also_read

#: Spans of the overview, in days.
SPANS = (7, 30, 90, 365)
USUAL_SPAN = 30
MOST_READ = 15
MOST_VALUES = 60
HOSTS = 15
#: The head of each column of the table, and what stands in it.
COLUMNS = {
    "day": "day",
    "issue": "issue__title",
    "article": "article__title",
    "came from": "host",
    "views": "people",
    "views by robots": "robots",
}


@admin.register(PageViews)
class ReadersAdmin(ReadOnlyAdmin):
    goes_along = True

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages: list[URLPattern] = []
        for model in (Newsletter, Issue, Article):
            name = model._meta.model_name
            pages += [
                path(f"{name}/<int:pk>/", view(self.page_of), {"model": model}, name=f"readership_{name}"),
                path(f"{name}/<int:pk>/csv/", view(self.table_of), {"model": model}, name=f"readership_{name}_csv"),
            ]
        return pages + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The newsletter that one asks for, or the first."""
        newsletters = Newsletter.objects.order_by("pk")
        chosen = newsletters.filter(slug=request.GET.get("newsletter", "")).first() or newsletters.first()
        if chosen is None:
            return self.show(request, "empty", title=_("Readership"))
        return self.show_thing(request, chosen)

    def page_of(self, request: HttpRequest, pk: int, model: type[Model]) -> HttpResponse:
        return self.show_thing(request, get_object_or_404(model, pk=pk))

    def show_thing(self, request: HttpRequest, thing: Any) -> HttpResponse:
        first, last = span_of(thing, request.GET.get("days", ""))
        views = PageViews.objects.of(thing).between(first, last)
        context = {"thing": thing, "kind": thing._meta.model_name, "first": first, "last": last, "spans": SPANS}
        context |= {"chart": chart(_("Views by day"), views.by_day(), first, last), "total": views.total()}
        context |= {"hosts": views.by_host()[:HOSTS], "pages": pages_read(views), "together": also_read(thing)}
        context["others"] = [
            (f"other{number}", sum(one.by_day.values()), chart(one.label, one.by_day, first, last))
            for number, one in enumerate(happened(thing, first, last))
        ]
        if isinstance(thing, Newsletter):
            context["newsletters"] = Newsletter.objects.order_by("pk")
        return self.show(request, "readers", title=_("How often “%(title)s” is read") % {"title": thing}, **context)

    def table_of(self, request: HttpRequest, pk: int, model: type[Model]) -> StreamingHttpResponse:
        """All that was ever counted, as CSV: a row for each day, page and site that led there."""
        self.demand(request)
        thing: Any = get_object_or_404(model, pk=pk)
        views = PageViews.objects.of(thing).order_by("day", "pk")
        return download(f"readers-{model._meta.model_name}-{pk}", [*COLUMNS], views.values_list(*COLUMNS.values()))

    def demand(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def show(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        self.demand(request)
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/readership/{template}.html", context)


def span_of(thing: Newsletter | Issue | Article, asked: str) -> tuple[date, date]:
    """The days asked for, until today. Unless asked, those of an issue or article since it became public."""
    today = localdate()
    days = int(asked) if asked in map(str, SPANS) else USUAL_SPAN
    if isinstance(thing, Newsletter) or asked or not (thing.published_at and thing.is_due):
        return today - timedelta(days - 1), today
    return localdate(thing.published_at), today


def pages_read(views: PageViewsQuerySet) -> list[tuple[Issue | Article, str, int]]:
    """The pages seen most, with the names of their own pages here, and how often."""
    found: list[tuple[Issue | Article, str, int]] = []
    for name, model in (("issue", Issue), ("article", Article)):
        rows = views.exclude(**{name: None}).values_list(name).annotate(number=Sum("people"))
        read: dict[int, int] = dict(rows.order_by("-number")[:MOST_READ])
        things: Any = model._default_manager.filter(pk__in=read)
        found += [(thing, f"admin:readership_{name}", read[thing.pk]) for thing in things.for_lists()]
    return sorted(found, key=lambda page: -page[2])[:MOST_READ]


def chart(title: str, by_day: Mapping[date, int], first: date, last: date) -> Chart:
    """At most 60 values, each the sum of equally many days; the last may not be over yet."""
    days = ceil(((last - first).days + 1) / MOST_VALUES)
    starts = [first + timedelta(start) for start in range(0, (last - first).days + 1, days)]
    labels = [date_format(start, "MONTH_DAY_FORMAT") for start in starts]
    return Chart(title, labels, sums(by_day, starts, days))


def readers(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Panel]:
    """How often a newsletter was read in the last weeks, for the front page of the desk."""
    if newsletter and request.user.has_perm("readership.view_pageviews"):
        first, last = span_of(newsletter, "")
        views = PageViews.objects.of(newsletter).between(first, last)
        drawn = chart(_("Views by day"), views.by_day(), first, last)
        yield Panel("admin/readership/_readers.html", {"chart": drawn, "total": sum(drawn.values), "days": USUAL_SPAN})


desk.watch_panels.append(readers)
