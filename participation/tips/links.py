"""Addresses that readers send: the first of a text, without what only counts clicks, and others for the same page."""

import re
from itertools import product
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings

from core.fetching import plain

ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]{}，。；、》」]+")
#: What mailings and networks add to an address.
COUNTING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id")
LONGEST = 1000


def tidy(address: str) -> str:
    """An address as it is asked for, without what counts who clicked; empty for what is none."""
    parts = urlsplit(plain(address))
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not COUNTING.fullmatch(pair[0])]
    is_counted = len(query) < len(parse_qsl(parts.query, keep_blank_values=True))
    tidied = urlunsplit(parts._replace(query=urlencode(query))) if is_counted else parts.geturl()
    return tidied if len(tidied) <= LONGEST else ""


def first_address(text: str) -> str:
    """The first address elsewhere in a text, tidied; empty where there is none."""
    found = (each.rstrip(".,;:!?*_") for each in ADDRESS.findall(text))
    return next(filter(None, (tidy(each) for each in found if not each.startswith(settings.SITE_URL))), "")


def same_places(address: str) -> list[str]:
    """An address with either scheme, with `www.` and without, with a slash at its end and without."""
    parts = urlsplit(tidy(address))
    host, path = parts.netloc.removeprefix("www."), parts.path.rstrip("/")
    ways = product(("https", "http"), (host, f"www.{host}"), (path, f"{path}/"))
    return [urlunsplit(parts._replace(scheme=scheme, netloc=name, path=end)) for scheme, name, end in ways]
