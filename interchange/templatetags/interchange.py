"""What pages of the apps below show of lists that were brought in."""

from typing import Any

from django import template

from interchange.lists.storing import OUTCOMES
from interchange.lists.taking_back import REASONS
from interchange.models import ListRow
from mailing.models import Subscriber

register = template.Library()


@register.inclusion_tag("admin/interchange/_lists_of.html")
def lists_of(subscriber: Subscriber) -> dict[str, Any]:
    """Which lists brought or changed a subscriber, the last one first."""
    rows = ListRow.objects.filter(subscriber=subscriber).order_by("-pk").select_related("of__newsletter", "of__by")
    words = OUTCOMES | {"stays": ""}
    return {"rows": [(row, words.get(row.outcome, ""), REASONS.get(row.made.get("why", ""), "")) for row in rows]}
