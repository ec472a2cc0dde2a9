"""The tokens in issue mail: whose subscription a link is about, and which of two pages it opens."""

import re
from enum import StrEnum
from typing import NamedTuple, Self

from django.conf import settings
from django.utils.http import base36_to_int, int_to_base36

from core import tokens

SALT = "mailing.tokens"
CLAIM = re.compile(r"([up])([0-9a-z]{1,12})-([0-9a-z]{1,12})")


class Purpose(StrEnum):
    UNSUBSCRIBE = "u"
    PREFERENCES = "p"


class Token(NamedTuple):
    purpose: Purpose
    subscriber_id: int
    newsletter_id: int = 0

    def __str__(self) -> str:
        subscriber, newsletter = int_to_base36(self.subscriber_id), int_to_base36(self.newsletter_id)
        return tokens.signed(f"{self.purpose.value}{subscriber}-{newsletter}", SALT)

    @classmethod
    def read(cls, text: str, purpose: Purpose) -> Self | None:
        """What a token for this purpose says; None if we did not write it. No query."""
        found = CLAIM.fullmatch(tokens.read(text, SALT) or "")
        if not found or found[1] != purpose:
            return None
        return cls(purpose, base36_to_int(found[2]), base36_to_int(found[3]))


def unsubscribe_url(subscriber_id: int, newsletter_id: int) -> str:
    """Where a POST alone unsubscribes (RFC 8058)."""
    return f"{settings.SITE_URL}/unsubscribe/{Token(Purpose.UNSUBSCRIBE, subscriber_id, newsletter_id)}/"


def preferences_url(subscriber_id: int) -> str:
    """A person's own page: newsletters, name, language, address, data."""
    return f"{settings.SITE_URL}/subscription/{Token(Purpose.PREFERENCES, subscriber_id)}/"
