"""How mail arrives, over time: the last mailings of a newsletter, by receiving domain."""

from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.admin import ReadOnlyAdmin, change_page
from core.charts import Chart
from deliverability.admin.figures import COLUMNS, Row, drawn_alike, rows_by_domain, summed, total_of
from deliverability.admin.logs import LogPages
from deliverability.models import DomainAlarm, DomainTally
from mailing.admin.progress import echoes
from mailing.models import Dispatch
from newsletter.models import Newsletter

LATEST = 20
#: What charts show is so often of so many.
OF = 10_000


@admin.register(DomainTally)
class DomainTallyAdmin(LogPages, ReadOnlyAdmin):
    goes_along = True

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The newsletter that one asks for, or the first; one domain of it, or all."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        newsletters = Newsletter.objects.order_by("pk")
        chosen = newsletters.filter(slug=request.GET.get("newsletter", "")).first() or newsletters.first()
        domain, page = request.GET.get("domain", "")[:253], self.address("changelist")
        latest = Dispatch.objects.filter(issue__newsletter=chosen, started_at__isnull=False)
        dispatches = list(latest.select_related("issue").order_by("-started_at")[:LATEST])
        tallies = DomainTally.objects.filter(dispatch__in=dispatches)
        here = f"{page}?newsletter={quote(chosen.slug)}&domain=" if chosen else ""
        mailings = by_dispatch(dispatches, tallies.filter(domain=domain) if domain else tallies)
        context: dict[str, Any] = {"newsletters": newsletters, "chosen": chosen, "domain": domain, "columns": COLUMNS}
        context |= {"mailings": mailings, "domains": [] if domain else rows_by_domain(summed(tallies, "domain"), here)}
        context |= {"charts": list(charts(mailings)), "total": Row(_("all"), total_of(mailings)), "all_url": here}
        context["echoes"] = [] if domain else echoed(dispatches)
        context["alarms"] = DomainAlarm.objects.filter(over_at=None, **({"domain": domain} if domain else {}))
        title = _("How mail arrives at %(domain)s") % {"domain": domain} if domain else _("How mail arrives")
        return self.show(request, "deliverability/tallies", title, **context)


def by_dispatch(dispatches: list[Dispatch], tallies: Any) -> list[Row]:
    """Newest first; those of which nothing was counted are left out."""
    found = summed(tallies, "dispatch")
    return drawn_alike(
        [
            Row(each.subject, found[each.pk], change_page(each), each.started_at)
            for each in dispatches
            if each.pk in found
        ]
    )


def charts(mailings: list[Row]) -> list[tuple[str, Chart]]:
    """How often in ten thousand copies, mailing by mailing."""
    if len(mailings) < 2:
        return []
    labels = [date_format(localtime(row.when), "MONTH_DAY_FORMAT") for row in reversed(mailings)]
    return [
        (
            name,
            Chart(_("%(what)s, of 10,000") % {"what": label}, labels, [shares(row, name) for row in mailings[::-1]]),
        )
        for name, label in COLUMNS.items()
    ]


def shares(row: Row, name: str) -> int:
    return round(row.figures[name] * OF / max(row.handed, 1))


def echoed(dispatches: list[Dispatch]) -> list[tuple[Any, list[tuple[Dispatch, int, str]]]]:
    """What was heard of the issues of these mailings, by what it is."""
    issues = [each.issue_id for each in dispatches if not each.correction_id]
    said = []
    for echo in echoes:
        numbers = echo.numbers(issues)
        own = {each.issue_id: each for each in reversed(dispatches) if numbers.get(each.issue_id)}
        rows = [(each, numbers[issue], echo.page_of(issue)) for issue, each in own.items()]
        said.append((echo.label, rows))
    return [(label, rows) for label, rows in said if rows]
