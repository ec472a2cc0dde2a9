"""Words for numbers on the pages of dispatches."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def in_words(left: timedelta) -> str:
    """A span of time in its two largest units; below a minute in seconds."""
    if left < timedelta(minutes=1):
        seconds = max(1, round(left.total_seconds()))
        return ngettext("%(seconds)d second", "%(seconds)d seconds", seconds) % {"seconds": seconds}
    now = timezone.now()
    return timesince(now, now + left)
