"""What pages of all apps show of subscribing."""

from typing import Any

from django import template

from mailing import consenting
from newsletter.models import Newsletter

register = template.Library()


@register.inclusion_tag("mailing/_box.html")
def subscribe_box(newsletter: Newsletter, place: str) -> dict[str, Any]:
    """The form to get a newsletter by mail, the same for everybody. No query.

    `place` is one of `mailing.forms.PLACES`: where it stands.
    """
    return {"newsletter": newsletter, "place": place}


@register.simple_tag
def promise(newsletter: Newsletter) -> str:
    """What people say yes to."""
    return consenting.promise(newsletter)
