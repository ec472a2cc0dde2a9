"""The token in a mail's link to be left alone: it says who, about what and for which purpose, and that we wrote it.

It never ends, as mail is kept; it survives a change of SECRET_KEY as long as the old key is among the
SECRET_KEY_FALLBACKS; and it can do nothing but what one page offers for one person.
"""

import re
from enum import StrEnum
from typing import NamedTuple, Self

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

#: In hexadecimal figures: short, so that no header with it is folded; 80 bits, so that nobody guesses one.
MAC_LENGTH = 20
PATTERN = re.compile(r"([cdq])([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-f]{20})")


class Purpose(StrEnum):
    CONVERSATION = "c"
    EVERYTHING = "d"
    QUEUE = "q"


class Token(NamedTuple):
    purpose: Purpose
    reader_id: int
    discussion_id: int = 0

    def __str__(self) -> str:
        return f"{self.claim}-{mac(self.claim, settings.SECRET_KEY)}"

    @property
    def claim(self) -> str:
        return f"{self.purpose.value}{int_to_base36(self.reader_id)}-{int_to_base36(self.discussion_id)}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What a token says; None if we did not write it. No query."""
        found = PATTERN.fullmatch(text)
        if not found:
            return None
        token = cls(Purpose(found[1]), base36_to_int(found[2]), base36_to_int(found[3]))
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return token if any(constant_time_compare(found[4], mac(token.claim, key)) for key in keys) else None


def mac(claim: str, key: str) -> str:
    return salted_hmac("comments.tokens", claim, secret=key, algorithm="sha256").hexdigest()[:MAC_LENGTH]
