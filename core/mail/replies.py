"""Addresses to which one person answers about one thing: the address itself is the proof, not who a mail says it is
from. In small letters throughout, as some servers write what stands before the @ so; short enough for RFC 5321.
"""

import re
import time
from typing import NamedTuple, Self

from django.conf import settings
from django.utils.http import base36_to_int, int_to_base36

from core import tokens

SALT = "core.mail.replies"
CLAIM = re.compile(r"([su][0-9a-z]{1,12})-([iacnd][0-9a-z]{1,12})-([0-9a-z]{1,8})")


class Claim(NamedTuple):
    """`person` is `s` or `u` and the number, in base 36, of a subscriber or an account; `place` is `i`, `a`, `c`, `d`
    or `n` and that of an issue, an article, a comment, a thread of letters or a newsletter; `minute` is when it was
    given out, since 1970."""

    person: str
    place: str
    minute: int

    @classmethod
    def of(cls, person: str, person_id: int, place: str, place_id: int) -> Self:
        return cls(f"{person}{int_to_base36(person_id)}", f"{place}{int_to_base36(place_id)}", int(time.time()) // 60)

    @property
    def person_id(self) -> int:
        return base36_to_int(self.person[1:])

    @property
    def place_id(self) -> int:
        return base36_to_int(self.place[1:])

    def __str__(self) -> str:
        return tokens.signed(f"{self.person}-{self.place}-{int_to_base36(self.minute)}", SALT)

    @property
    def address(self) -> str:
        return address_with(str(self))


def address_with(token: str) -> str:
    """Empty where the site has no address for answers."""
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{token}@{domain}" if domain else ""


def claim_in(address: str) -> Claim | None:
    """What an address says that we gave out; None for any other."""
    local, _at, domain = settings.REPLY_ADDRESS.lower().rpartition("@")
    name, _plus, token = address.lower().rpartition("@")[0].partition("+")
    if not domain or name != local or address.lower().rpartition("@")[2] != domain:
        return None
    found = CLAIM.fullmatch(tokens.verified(token, SALT) or "")
    return Claim(found[1], found[2], base36_to_int(found[3])) if found else None
