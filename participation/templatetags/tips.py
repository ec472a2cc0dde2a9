"""What pages of issues show of tips."""

from typing import Any

from django import template

from newsletter.models import Issue

register = template.Library()


@register.inclusion_tag("participation/_tip_box.html")
def tip_box(issue: Issue) -> dict[str, Any]:
    """The short form below an issue, the same for everybody; nothing where the newsletter takes no tips."""
    return {"issue": issue, "newsletter": issue.newsletter}
