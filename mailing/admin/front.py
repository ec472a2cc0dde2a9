"""What the front page of the desk says of mail: the last dispatch, what is planned, what is uncertain, subscribers."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import desk
from core.charts import Chart, sums
from core.desk import Line, Panel, Planned
from mailing.admin.progress import Progress
from mailing.lists.consenting import subscribers_by_day
from mailing.models import Delivery, Dispatch, Subscription
from newsletter.models import Newsletter

#: Weeks that the line of subscribers goes back, and seconds that what was counted for it holds.
WEEKS = 26
HOLDS = 600
#: Uncertain copies are looked for in so many of the last dispatches.
LATEST = 20

#: Of each week its Monday, how many came and how many left.
type Weeks = list[tuple[date, int, int]]

State = Dispatch.State


def page_of(dispatch_id: int) -> str:
    return reverse("admin:mailing_dispatch_change", args=[dispatch_id])


def uncertain_lines(request: HttpRequest) -> Iterator[Line]:
    """Copies of which nobody knows whether they arrived."""
    if request.user.has_perm("mailing.send_dispatch"):
        latest = dict(Dispatch.objects.values_list("pk", "subject")[:LATEST])
        counted = Delivery.objects.uncertain().filter(dispatch__in=latest).order_by("-dispatch")
        for dispatch, number in counted.values_list("dispatch").annotate(Count("pk")):
            words = ngettext(
                "%(number)d copy of “%(mail)s” is uncertain", "%(number)d copies of “%(mail)s” are uncertain", number
            )
            yield Line(words % {"number": number, "mail": latest[dispatch]}, page_of(dispatch))


def planned(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Planned]:
    if newsletter and request.user.has_perm("mailing.view_dispatch"):
        for dispatch in Dispatch.objects.filter(issue__newsletter=newsletter, state=State.PLANNED)[:LATEST]:
            yield Planned(dispatch.start_at, _("“%(mail)s” is mailed") % {"mail": dispatch}, page_of(dispatch.pk))


def last_dispatch(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Panel]:
    if newsletter and request.user.has_perm("mailing.view_dispatch"):
        begun = Dispatch.objects.filter(issue__newsletter=newsletter).exclude(state=State.PLANNED)
        if dispatch := begun.select_related("issue").first():
            yield Panel("admin/mailing/_last_dispatch.html", {"dispatch": dispatch, "progress": Progress(dispatch)})


def subscribers(request: HttpRequest, newsletter: Newsletter | None) -> Iterator[Panel]:
    """How many subscribe, and how that came about."""
    if newsletter and request.user.has_perm("mailing.view_subscription"):
        number = Subscription.objects.filter(newsletter=newsletter).confirmed().count()
        key = f"subscribers:{newsletter.pk}:{number}"
        weeks: Weeks = cache.get_or_set(key, lambda: by_week(newsletter), HOLDS)  # type: ignore[assignment]
        came, left = sum(week[1] for week in weeks), sum(week[2] for week in weeks)
        facts: dict[str, Any] = {"number": number, "newsletter": newsletter, "came": came, "left": left}
        if came or left:
            facts |= {"chart": chart_of(weeks, number), "weeks": WEEKS}
        yield Panel("admin/mailing/_subscribers.html", facts)


def chart_of(weeks: Weeks, number: int) -> Chart:
    """How many there were at the end of each week, told backwards from how many there are."""
    backwards = accumulate(reversed(weeks[1:]), lambda then, week: max(then - week[1] + week[2], 0), initial=number)
    labels = [date_format(monday, "MONTH_DAY_FORMAT") for monday, *_numbers in weeks]
    return Chart(_("Subscribers"), labels, list(backwards)[::-1], from_nothing=False)


def by_week(newsletter: Newsletter) -> Weeks:
    today = timezone.localdate()
    mondays = [today - timedelta(days=today.weekday(), weeks=back) for back in reversed(range(WEEKS))]
    came, left = (series.by_day for series in subscribers_by_day(newsletter, mondays[0], today))
    return list(zip(mondays, sums(came, mondays, 7), sums(left, mondays, 7), strict=True))


desk.lines.append(uncertain_lines)
desk.watch_panels.extend([last_dispatch, subscribers])
desk.plans.append(planned)
