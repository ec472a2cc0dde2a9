"""The token in a mail's link to be left alone: it says who, about what and for which purpose, and that we wrote it.

It never ends, as mail is kept; it survives a change of SECRET_KEY as long as the old key is among the
SECRET_KEY_FALLBACKS; and it can do nothing but what one page offers for one person.
"""

import re
from enum import StrEnum
from typing import NamedTuple, Self

from django.utils.http import base36_to_int, int_to_base36

from core import tokens

SALT = "comments.tokens"
CLAIM = re.compile(r"([cdq])([0-9a-z]{1,12})-([0-9a-z]{1,12})")


class Purpose(StrEnum):
    CONVERSATION = "c"
    EVERYTHING = "d"
    QUEUE = "q"


class Token(NamedTuple):
    purpose: Purpose
    reader_id: int
    discussion_id: int = 0

    def __str__(self) -> str:
        reader, discussion = int_to_base36(self.reader_id), int_to_base36(self.discussion_id)
        return tokens.signed(f"{self.purpose.value}{reader}-{discussion}", SALT)

    @classmethod
    def verified(cls, text: str) -> Self | None:
        """What a token says; None if we did not write it."""
        found = CLAIM.fullmatch(tokens.verified(text, SALT) or "")
        return cls(Purpose(found[1]), base36_to_int(found[2]), base36_to_int(found[3])) if found else None
