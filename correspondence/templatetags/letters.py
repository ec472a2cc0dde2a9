"""What other pages of the desk show of letters."""

from django import template

from correspondence.models import Letter
from participation.models import Tip

register = template.Library()


@register.simple_tag
def letter_of(tip: Tip) -> Letter | None:
    """The one that a tip was made of."""
    return tip.letters.exclude(thread=None).first()
