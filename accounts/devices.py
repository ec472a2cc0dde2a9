"""What a browser says it is, in words that people know."""

import re
from pathlib import Path

import yaml
from django.http import HttpRequest
from django.utils.translation import gettext as _

KNOWN = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def device(user_agent: str) -> str:
    """Browser and system, as in `Firefox, Linux`."""
    found = (
        next((name for name, pattern in kind.items() if re.search(pattern, user_agent)), "") for kind in KNOWN.values()
    )
    return ", ".join(filter(None, found)) or _("Unknown device")


def device_of(request: HttpRequest) -> str:
    return device(request.headers.get("User-Agent", ""))
