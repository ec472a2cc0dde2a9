"""Plain-text mail to one person, in their language."""

import re
from collections.abc import Mapping
from email.message import EmailMessage as MimeMessage
from email.policy import EmailPolicy, Policy, default
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.encoding import punycode
from django.utils.functional import Promise

NO_HEADERS: Mapping[str, str] = {}
#: Addresses that can stand in a header and in an SMTP command as they are: RFC 5321's dot-string, ASCII alone.
PLAIN_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII
)


class Unusable(ValueError):
    """No mail can be sent to this address."""


class WholeListHeaders(EmailPolicy):
    """Leaves List-* headers on one line. Python encodes an address in them that is longer than a line (RFC 2047),
    and no mail program finds it again: https://github.com/python/cpython/issues/85725."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower().startswith("list-") and value.isascii():
            return f"{name}: {value}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower().startswith("list-") and value.isascii():
            return self.fold(name, value).encode()
        return super().fold_binary(name, value)


class Message(EmailMessage):
    def message(self, *, policy: Policy = default) -> MimeMessage:  # type: ignore[override]
        return super().message(policy=WholeListHeaders() + policy)


def send_text(
    to: str,
    subject: str | Promise,
    template: str,
    context: Mapping[str, Any],
    *,
    language: str = "",
    from_email: str = "",
    reply_to: str = "",
    list_name: str = "",
    unsubscribe_url: str = "",
    headers: Mapping[str, str] = NO_HEADERS,
) -> None:
    """Send what a template makes of a context; nothing in it is escaped, as it is no HTML.

    A lazy subject is translated like the text, into `language` or the site's. `list_name`, unique on this site as
    `discussion-7` is, makes List-Id (RFC 2919); `unsubscribe_url`, where a POST is enough, a button in mail programs
    (RFC 8058). Line breaks in the subject are spaces, so that no name and no title can add a header; in any other
    header they raise ValueError. Raises what the mail server's refusal raises: OSError, which smtplib's are.
    """
    with translation.override(language or settings.LANGUAGE_CODE):
        text = get_template(template).template.render(Context(site() | dict(context), autoescape=False))  # type: ignore[attr-defined]
        words = " ".join(str(subject).split())
    all_headers = {**machine_headers(list_name, unsubscribe_url), **headers}
    reply_tos = [reply_to] if reply_to else None
    Message(words, f"{text.strip()}\n", from_email or None, [to], reply_to=reply_tos, headers=all_headers).send()


def site() -> dict[str, Any]:
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}


def machine_headers(list_name: str, unsubscribe_url: str) -> dict[str, str]:
    """What tells other machines that a machine wrote this (RFC 3834), and how to be spared."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": make_msgid(domain=host), "Auto-Submitted": "auto-generated"}
    if list_name:
        headers["List-Id"] = f"<{list_name}.{host}>"
    if unsubscribe_url:
        headers |= {"List-Unsubscribe": f"<{unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def address(email: str) -> str:
    """An address as headers and SMTP want it: one, in ASCII, its domain in Punycode.

    Raises Unusable for anything else, as for letters beyond ASCII before the @, which few servers take.
    """
    if PLAIN_ADDRESS.fullmatch(email):
        return email
    local, _, domain = email.rpartition("@")
    try:
        usable = f"{local}@{punycode(domain)}"
    except UnicodeError as error:
        raise Unusable(str(error)) from error
    if not PLAIN_ADDRESS.fullmatch(usable):
        raise Unusable(f"{email!r} is no address that mail servers take")
    return usable
