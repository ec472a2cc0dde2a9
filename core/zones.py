"""The clock and the words of the desk: times there are shown, and asked for, in the zone that an editor chose, and the
program speaks their language; where they chose none, the site's own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.languages import spoken

#: Pages that no cache keeps, where those who work here are the ones to read times.
PLACES = ("/admin/", "/account/")


@cache
def zones() -> list[tuple[str, Any]]:
    """Choices: the site's own, and every place of the time zone database."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    own = format_lazy(_("The site’s own ({zone})"), zone=settings.TIME_ZONE)
    return [("", own), ("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


def in_zone(help_text: Any) -> Any:
    """Help for a field that takes a time, with the zone in which it is read."""
    words = format_lazy(_("Time in {zone}."), zone=lazy(zone_now, str)())
    return format_lazy("{help} {zone}", help=help_text, zone=words)


def zone_now() -> str:
    return timezone.get_current_timezone_name().replace("_", " ")


def age(moment: datetime) -> str:
    """How long ago something was, in its largest unit."""
    is_new = timezone.now() - moment < timedelta(minutes=1)
    return gettext("less than a minute") if is_new else timesince(moment, depth=1)


def ago(moment: datetime) -> str:
    is_new = timezone.now() - moment < timedelta(minutes=1)
    return gettext("a moment ago") if is_new else gettext("%(age)s ago") % {"age": age(moment)}


class DeskMiddleware:
    """Lets the editor's zone and language hold for the desk and the account, and for nothing that others read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PLACES):
            return self.get_response(request)
        chosen = getattr(request.user, "time_zone", "")
        language = spoken(getattr(request.user, "language", ""))
        with timezone.override(chosen if chosen and chosen in dict(zones()) else None), translation.override(language):
            return self.get_response(request)
