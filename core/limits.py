"""How often something may be done: counted exactly, in the database, by any number of processes."""

import logging
import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from core.models import Hits

# Neighbours count as one: whoever has one IPv6 address easily has 2^80 others, up to a /48.
IPV4_PREFIX = 24
IPV6_PREFIX = 48
HOP = re.compile(r'"?(?:\[([^]]+)\]|([^:]+))(?::[\w.-]+)?"?')

logger = logging.getLogger(__name__)


class TooMany(Exception):
    """A limit was reached; there are `retry_after` whole seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` hits of one key within `seconds`, counted from its first hit on. `name` sets the keys of one
    limit apart from those of all others. Keys may be addresses of people or of machines: only their keyed hashes are
    stored."""

    name: str
    most: int
    seconds: int

    def hit(self, key: object) -> int:
        """Count one more. Returns 0 within the limit, else the whole seconds (at least 1) until the next is allowed.
        It counts even if the view then answers with an error: it refuses with RuntimeError to run inside
        `transaction.atomic`, whose rollback would take the count along and whose lock would make all others wait."""
        count, seconds_left = Hits.count(self.digest(key), self.seconds)
        return seconds_left if count > self.most else 0

    def spend(self, key: object) -> None:
        """Count one more, and raise TooMany where that is too many."""
        if wait := self.hit(key):
            raise TooMany(wait)

    def knows(self, key: object) -> bool:
        """Whether the key was hit in its window, which is not over."""
        return Hits.objects.filter(digest=self.digest(key)).exclude(ends_at__lte=int(time.time())).exists()

    def forget(self, key: object) -> None:
        """Let the key begin anew, as after the right code was entered."""
        Hits.objects.filter(digest=self.digest(key)).delete()

    def digest(self, key: object) -> str:
        return salted_hmac("core.limits", f"{self.name} {key}", algorithm="sha256").hexdigest()


def give_back(digests: Collection[str]) -> None:
    """Do as if one hit of each had not been, as when nothing came of it."""
    if digests:
        Hits.objects.filter(digest__in=digests, number__gt=0).update(number=F("number") - 1)


def network_of(request: HttpRequest) -> str:
    """The network that a request comes from, as in `192.0.2.0/24` or `2001:db8:1::/48`; empty if it is not known."""
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(ip_network((int(address), IPV6_PREFIX), strict=False))
    return str(ip_network((int(address) & 0xFFFFFFFF, IPV4_PREFIX), strict=False))


def client_address(request: HttpRequest) -> str:
    """Who spoke to the outermost of the TRUSTED_PROXIES in front of us. Each proxy adds the address of its client at
    the end of X-Forwarded-For. What stands before the entries of our own proxies was written by the client, and is
    believed by nobody."""
    return client_behind(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def client_behind(address: str, forwarded: str) -> str:
    hops = [hop for hop in map(str.strip, forwarded.split(",")) if hop]
    return bare(hops[-settings.TRUSTED_PROXIES]) if 0 < settings.TRUSTED_PROXIES <= len(hops) else address


def bare(hop: str) -> str:
    """The address alone, where a proxy adds brackets, quotes and a port (RFC 7239, section 6)."""
    found = HOP.fullmatch(hop)
    try:
        return str(ip_address((found[1] or found[2]) if found else hop))
    except ValueError:
        logger.warning("X-Forwarded-For is unreadable where TRUSTED_PROXIES looks: limits take its senders for one.")
        return hop


def wait_message(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext(
        "That was once too often. Try again in %(minutes)d minute.",
        "That was once too often. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def ask_to_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """Make any page the answer to one hit too many (RFC 6585 section 4): status 429 with Retry-After, never stored."""
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "private, no-store"
    return response
