"""What a browser says it is, in words that people know."""

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

BROWSERS = [
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
]
SYSTEMS = [
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
]


def device(user_agent: str) -> str:
    """Browser and system, as in `Firefox, Linux`."""
    found = [
        next((name for name, pattern in known if re.search(pattern, user_agent)), None)
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or _("Unknown device")


def device_of(request: HttpRequest) -> str:
    return device(request.headers.get("User-Agent", ""))
