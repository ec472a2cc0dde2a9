"""The tokens in mail to subscribers: whose subscription a link is about, and which page it opens."""

import re
import time
from enum import StrEnum
from typing import NamedTuple, Self

from django.conf import settings
from django.utils.http import base36_to_int, int_to_base36

from core import tokens

SALT = "mailing.tokens"
CLAIM = re.compile(r"([upcmo])([0-9a-z]{1,12})-([0-9a-z]{1,12})")


class Purpose(StrEnum):
    UNSUBSCRIBE = "u"
    PREFERENCES = "p"
    CONFIRM = "c"
    MOVE = "m"
    OWNER = "o"


#: How long pages stay open to whoever has shown whose they are; in minutes.
OPEN_FOR = 60


class Token(NamedTuple):
    """`about` is the number of the newsletter to leave, of the move to confirm, or of the minute it was given out.

    PREFERENCES stands in every mail, and goes wherever that is forwarded. OWNER is given to who has signed in or typed
    the address, and is good for an hour.
    """

    purpose: Purpose
    subscriber_id: int
    about: int = 0

    def __str__(self) -> str:
        subscriber, about = int_to_base36(self.subscriber_id), int_to_base36(self.about)
        return tokens.signed(f"{self.purpose.value}{subscriber}-{about}", SALT)

    @classmethod
    def of_owner(cls, subscriber_id: int) -> Self:
        return cls(Purpose.OWNER, subscriber_id, minute())

    @property
    def is_owners(self) -> bool:
        return self.purpose == Purpose.OWNER and minute() - self.about < OPEN_FOR

    @classmethod
    def verified(cls, text: str, *purposes: Purpose) -> Self | None:
        """What a token for one of these purposes says; None if we did not write it."""
        found = CLAIM.fullmatch(tokens.verified(text, SALT) or "")
        if not found or found[1] not in purposes:
            return None
        return cls(Purpose(found[1]), base36_to_int(found[2]), base36_to_int(found[3]))


def minute() -> int:
    return int(time.time()) // 60


def unsubscribe_url(subscriber_id: int, newsletter_id: int) -> str:
    """Where a POST alone unsubscribes (RFC 8058)."""
    return f"{settings.SITE_URL}/unsubscribe/{Token(Purpose.UNSUBSCRIBE, subscriber_id, newsletter_id)}/"


def preferences_url(subscriber_id: int) -> str:
    """A person's own page: leaving and pausing, and for who types the address newsletters, name, address, data."""
    return f"{settings.SITE_URL}/subscription/{Token(Purpose.PREFERENCES, subscriber_id)}/"


def confirmation_url(subscriber_id: int) -> str:
    """Where what was asked for under an address is confirmed."""
    return f"{settings.SITE_URL}/subscription/{Token(Purpose.CONFIRM, subscriber_id)}/confirm/"


def move_url(subscriber_id: int, move_id: int) -> str:
    """Where a new address is confirmed, from the mail that goes there."""
    return f"{settings.SITE_URL}/subscription/{Token(Purpose.MOVE, subscriber_id, move_id)}/move/"
