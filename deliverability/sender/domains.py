"""The keys that mail is signed with (DKIM, RFC 6376), and what a domain wishes of mail in its name: DMARC, RFC 7489,
and its successor's walk up the names, which needs no list of public suffixes."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple

from deliverability.sender.zone import Zone

#: A longer name is looked for from its last so many parts on.
MOST_STEPS = 8
POLICIES = {"none", "quarantine", "reject"}
#: Octets of an RSA key beside its modulus, in the form of RFC 5280; moduli have a multiple of so many bits.
AROUND_MODULUS, STEP = 38, 256
ED25519_BITS = 256


class Key(NamedTuple):
    """`code` is what `deliverability.sender.words` says of it."""

    code: str
    bits: int = 0


def key_at(zone: Zone, name: str) -> Key:
    """Raises `deliverability.sender.zone.Silent`."""
    found = [text for text in zone.texts(name) if "p" in tags(text)]
    if len(found) != 1:
        return Key("dkim.several" if found else "dkim.no_key")
    said = tags(found[0])
    if not said["p"]:
        return Key("dkim.revoked")
    try:
        octets = len(b64decode(re.sub(r"\s", "", said["p"]), validate=True))
    except (binascii.Error, ValueError):
        return Key("dkim.broken")
    is_rsa = said.get("k", "rsa").lower() == "rsa"
    bits = -(-(octets - AROUND_MODULUS) * 8 // STEP) * STEP if is_rsa else ED25519_BITS
    if is_rsa and bits < 1024:
        return Key("dkim.short", bits)
    if "y" in said.get("t", "").split(":"):
        return Key("dkim.test", bits)
    return Key("dkim.key_1024" if bits == 1024 else "dkim.key", bits)


def tags(text: str) -> dict[str, str]:
    """`v=DKIM1; p=…` by name."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if name.strip()}


class Wish(NamedTuple):
    """Where a domain's DMARC record stands, and all that stand there."""

    place: str
    records: list[str]

    @property
    def said(self) -> dict[str, str]:
        return tags(self.records[0])

    def policy(self, domain: str) -> str:
        """For mail of the domain; empty if it is none that there is."""
        own = self.said.get("p", "").lower()
        for_below = self.said.get("sp", own).lower() if domain != self.place else own
        return for_below if for_below in POLICIES and own in POLICIES else ""


def wishes(zone: Zone, domain: str) -> Iterator[Wish]:
    """Of the domain and those above it, nearest first."""
    labels = domain.split(".")
    shorter = [labels[start:] for start in range(max(1, len(labels) - MOST_STEPS + 1), len(labels) - 1)]
    for place in (".".join(each) for each in [labels, *shorter]):
        if found := zone.texts(f"_dmarc.{place}", "v=DMARC1"):
            yield Wish(place, found)


def organisation(zone: Zone, domain: str) -> str:
    """The highest name with a record, unless one says who is the public suffix."""
    found = domain
    for wish in wishes(zone, domain):
        said = wish.said.get("psd", "").lower()
        if said == "y" and wish.place != domain:
            return ".".join(domain.split(".")[-wish.place.count(".") - 2 :])
        found = wish.place
        if said == "n":
            break
    return found


def is_aligned(zone: Zone, sender: str, other: str, *, is_strict: bool = False) -> bool:
    """Whether receivers take both for one sender's. Where there is no record yet, a name and one below it are."""
    if sender == other or is_strict:
        return sender == other
    if sender.endswith(f".{other}") or other.endswith(f".{sender}"):
        return organisation(zone, sender) == organisation(zone, other) or not list(wishes(zone, sender))
    return organisation(zone, sender) == organisation(zone, other)
