"""What pages of mailing show of how mail arrives."""

from django import template

from deliverability.admin.figures import CameBack
from mailing.models import Dispatch

register = template.Library()


@register.simple_tag
def came_back_of(dispatch: Dispatch) -> CameBack:
    """What came of a dispatch, by receiving domain."""
    return CameBack(dispatch)
