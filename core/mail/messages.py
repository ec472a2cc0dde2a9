"""What mail programs and servers can read: headers, and addresses."""

import re
from email.message import EmailMessage as MimeMessage
from email.policy import EmailPolicy, Policy, default
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

#: Addresses that can stand in a header and in an SMTP command as they are: RFC 5321's dot-string, ASCII alone.
PLAIN_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII
)

#: Headers that name other messages.
NAMING = {"in-reply-to", "references"}


#: Hosts whose mail reaches nobody (RFC 2606, RFC 6762), and those with a name of one word or a number alone.
NOWHERE = re.compile(
    r"[^.]*|[\d.]+|\[.*\]|(.+\.)?example\.(org|com|net)|.+\.(localhost|localdomain|local|invalid|test)"
)


class Unusable(ValueError):
    """No mail can be sent to this address."""


class WholeHeaders(EmailPolicy):
    """Leaves List-* headers on one line, and breaks those that name other messages between the names alone. Python
    encodes an address or a name in them that is longer than a line (RFC 2047), as Outlook's are, and no mail program
    finds it again: https://github.com/python/cpython/issues/85725."""

    def fold(self, name: str, value: Any) -> str:
        words = str(value).split() if name.lower() in NAMING else [value]
        if value.isascii() and (name.lower() in NAMING or name.lower().startswith("list-")):
            return f"{name}: {f'{self.linesep} '.join(words)}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode() if value.isascii() else super().fold_binary(name, value)


class Message(EmailMultiAlternatives):
    def message(self, *, policy: Policy = default) -> MimeMessage:  # type: ignore[override]
        return super().message(policy=WholeHeaders() + policy)


def one_line(words: str) -> str:
    """Without line breaks, so that no title and no name can add a header."""
    return " ".join(words.split())


def address(email: str) -> str:
    """An address as headers and SMTP want it: one, in ASCII, its domain in Punycode. Raises Unusable for anything
    else, as for letters beyond ASCII before the @, which few servers take."""
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


def normal(email: str) -> str:
    """An address as it is stored and compared: in small letters, its domain in Punycode. Where that has none, it stays
    as it is, and `refuse_unusable` refuses it."""
    local, at, domain = email.strip().lower().rpartition("@")
    try:
        return f"{local}{at}{punycode(domain).lower() if at and not domain.isascii() else domain}"
    except UnicodeError:
        return f"{local}{at}{domain}"


def refuse_unusable(email: str) -> None:
    """For a field that takes addresses. Raises ValidationError for what looks like one, but no mail can be sent to it;
    what does not even look like one, others refuse."""
    try:
        validate_email(email)
        address(email)
    except ValidationError:
        return
    except Unusable as error:
        words = _(
            "No mail server takes this address: before the @ only letters from a to z, figures and . - _ + work."
        )
        raise ValidationError(words, code="unusable") from error
