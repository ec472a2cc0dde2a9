"""The style sheet that carries a newsletter's accent colour."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from newsletter.colours import PAPER_DARK, PAPER_LIGHT, readable

A_YEAR = 365 * 24 * 60 * 60


@cache_control(public=True, max_age=A_YEAR, immutable=True)
def stylesheet(request: HttpRequest, colour: str) -> HttpResponse:
    """Six hexadecimal digits as the accent of the light and of the dark page, readable on both."""
    if not re.fullmatch("[0-9a-f]{6}", colour):
        raise Http404
    light, dark = readable(colour, PAPER_LIGHT), readable(colour, PAPER_DARK)
    return HttpResponse(f":root{{--accent:light-dark({light},{dark})}}\n", content_type="text/css; charset=utf-8")
