"""What pages of the apps below show of lists that were brought in."""

from typing import Any

from django import template
from django.db.models import Count

from interchange.lists.storing import OUTCOMES
from interchange.lists.taking_back import REASONS
from interchange.models import ListRow
from mailing.models import Bounce, Dispatch, Subscriber

#: So many of the last that failed, and that came back, are looked up.
SAMPLE, MOST_LISTS = 500, 5

register = template.Library()


@register.inclusion_tag("admin/interchange/_lists_of.html")
def lists_of(subscriber: Subscriber) -> dict[str, Any]:
    """Which lists brought or changed a subscriber, the last one first."""
    rows = ListRow.objects.filter(subscriber=subscriber).order_by("-pk").select_related("of__newsletter", "of__by")
    words = OUTCOMES | {"stays": ""}
    return {"rows": [(row, words.get(row.outcome, ""), REASONS.get(row.made.get("why", ""), "")) for row in rows]}


@register.inclusion_tag("admin/interchange/_origins.html")
def origins_of(dispatch: Dispatch) -> dict[str, Any]:
    """Which lists brought those of a mailing whose copies failed or came back, by the last of them."""
    reports = Bounce.objects.filter(delivery__dispatch=dispatch, kind__in=[Bounce.Kind.HARD, Bounce.Kind.COMPLAINT])
    trouble = {*reports.order_by("-pk").values_list("subscriber", flat=True)[:SAMPLE]}
    trouble |= {*dispatch.deliveries.failed().order_by("-pk").values_list("subscriber", flat=True)[:SAMPLE]} - {None}
    brought = ListRow.objects.filter(subscriber__in=trouble, is_taken_back=False).order_by().values("of", "of__name")
    return {"lists": brought.annotate(number=Count("subscriber", distinct=True)).order_by("-number")[:MOST_LISTS]}
