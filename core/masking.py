"""What nobody who reads a log may use: whoever knows the address of a subscription can end it.

A parameter of a path is shown if its kind or its name is known to be harmless, so a new one is masked. Of queries only
the names are shown: they hold codes, signatures, and what somebody searched for.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.urls import get_resolver

SHOWN_KINDS = {"int", "slug", "uslug", "year", "feed", "path"}
SHOWN_NAMES = {"app_label", "colour", "id", "kind", "name", "url"}
SECRET_NAMES = re.compile("token|ticket|code|key|secret|sign")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
MASK = "…"
SHORT = 300
#: Values of a query; the password in an address.
ALWAYS = re.compile(r"""([?&;][\w.%\[\]-]+=)[^&;\s#"'<>]+|(://[^/\s:@]*:)[^/\s@]+(?=@)""")


def mask(text: str) -> str:
    """The text, in which no address can be used any more."""
    return masked_line(text) if apps.ready and len(text) < SHORT else masked(text)


def masked(text: str) -> str:
    text = ALWAYS.sub(lambda found: (found[1] or found[2]) + MASK, text)
    return secret_paths().sub(rf"\1{MASK}", text) if apps.ready else text


#: Lines of the access log are much alike.
masked_line = lru_cache(1000)(masked)


@cache
def secret_paths() -> re.Pattern[str]:
    before = "|".join(sorted({regex_of(path) for path in before_secrets(get_resolver().url_patterns)}))
    return re.compile(rf"""(/(?:{before}))[^/\s?#"'<>]+""", re.IGNORECASE)


def before_secrets(patterns: Iterable[Any], start: str = "") -> Iterator[str]:
    """Routes up to each parameter that is not to be shown."""
    for each in patterns:
        route = f"{start}{each.pattern}"
        yield from before_secrets(getattr(each, "url_patterns", ()), route)
        secret = (found for found in PARAMETER.finditer(route) if not is_shown(*found.groups("str")))
        yield from (route[: found.start()] for found in secret)


def is_shown(kind: str, name: str) -> bool:
    return (kind in SHOWN_KINDS or name in SHOWN_NAMES) and not SECRET_NAMES.search(name)


def regex_of(route: str) -> str:
    return "[^/]+".join(map(re.escape, PARAMETER.split(route)[::3]))
