"""Plain-text mail to one person, in their language."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise

from core import outbox
from core.languages import spoken
from core.models import OutgoingMail

NO_HEADERS: Mapping[str, str] = {}


def send_text(
    to: str,
    subject: str | Promise,
    template: str,
    context: Mapping[str, Any],
    *,
    kind: OutgoingMail.Kind,
    language: str = "",
    list_name: str = "",
    unsubscribe_url: str = "",
    headers: Mapping[str, str] = NO_HEADERS,
    **more: Any,
) -> OutgoingMail:
    """Put into the outbox what a template makes of a context; nothing in it is escaped, as it is no HTML.

    A lazy subject is translated like the text, into `language` or the site's. `list_name`, unique on this site as
    `discussion-7` is, makes List-Id (RFC 2919); `unsubscribe_url`, where a POST is enough, a button in mail programs
    (RFC 8058). Line breaks in the subject are spaces, so that no name and no title can add a header; in any other
    header they raise ValueError. What else `core.outbox.put` takes is passed on.
    """
    with translation.override(spoken(language or settings.LANGUAGE_CODE)):
        text = get_template(template).template.render(Context(site() | dict(context), autoescape=False))  # type: ignore[attr-defined]
        words = " ".join(str(subject).split())
    own = {**list_headers(list_name, unsubscribe_url), **headers}
    return outbox.put(to, words, f"{text.strip()}\n", kind=kind, headers=own, **more)


def site() -> dict[str, Any]:
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}


def list_headers(list_name: str, unsubscribe_url: str) -> dict[str, str]:
    """What lets mail programs sort a mail, and leave."""
    headers = {}
    if list_name:
        headers["List-Id"] = f"<{list_name}.{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
    if unsubscribe_url:
        headers |= {"List-Unsubscribe": f"<{unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers
