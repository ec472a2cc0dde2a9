"""Which machines may send for a domain (RFC 7208)."""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from deliverability.sender.zone import Zone

VERSION = "v=spf1"
MOST_LOOKUPS, MOST_VOID = 10, 2
#: More names of mail servers than these are an error (section 4.6.4).
MOST_HOSTS = 10
RESULTS = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
TERM = re.compile(
    r"([-+?~]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^/]+))?(?:/(\d{1,3}))?(?://(\d{1,3}))?", re.IGNORECASE
)
MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(\S*)", re.IGNORECASE)
ALL, END = (re.compile(each, re.IGNORECASE) for each in (r"[-+?~]?all", r"[-~]all|redirect=\S*"))


class Broken(Exception):
    """No receiver follows the record. `code` is what of `deliverability.sender.words` says why."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"{code}: {where}")
        self.code, self.where = code, where


def records_of(zone: Zone, domain: str) -> list[str]:
    return [text for text in zone.texts(domain, VERSION) if text[len(VERSION) :][:1] in {"", " "}]


class Walk:
    """Through the record of a domain and all that it includes, for one network address or for none. As the limits are
    to hold for every sender, it goes on after what matches."""

    def __init__(self, zone: Zone, address: str = "") -> None:
        self.zone = zone
        self.address = ip_address(address) if address else None
        self.lookups = self.voids = 0
        self.includes: set[str] = set()
        #: Whether something depends on more than the address: macros, and names of addresses.
        self.is_open = False

    def verdict(self, domain: str) -> str:
        """One of RESULTS or "none". Raises Broken, and `deliverability.sender.zone.Silent`."""
        found = records_of(self.zone, domain)
        if not found:
            return "none"
        if len(found) > 1:
            raise Broken("spf.several", domain)
        result, redirect = "", ""
        for term in found[0].split()[1:]:
            if modifier := MODIFIER.fullmatch(term):
                redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
                continue
            mechanism = TERM.fullmatch(term)
            if not mechanism:
                raise Broken("spf.term", term[:100])
            qualifier, name, value, *lengths = mechanism.groups()
            is_match = self.matches(name.lower(), value or domain, lengths, term)
            result = result or (RESULTS[qualifier] if is_match else "")
            if name.lower() == "all":
                return result
        if redirect:
            inner = self.included(redirect)
            return result or inner
        return result or "neutral"

    def matches(self, name: str, value: str, lengths: list[str | None], term: str) -> bool:
        if name == "all":
            return True
        if name == "include":
            self.includes.add(value.lower())
            return self.included(value) == "pass"
        if name in {"ip4", "ip6"}:
            try:
                return self.is_in(value, lengths[0], lengths[0])
            except ValueError:
                raise Broken("spf.term", term[:100]) from None
        self.count()
        if "%" in value or name == "ptr":
            self.is_open = True
            return False
        found = list(self.addresses(name, value))
        self.count_void(found)
        return any(found) if name == "exists" else any(self.is_in(each, *lengths) for each in found)

    def included(self, domain: str) -> str:
        """The verdict of another record, which must be there."""
        self.count()
        if "%" in domain:
            self.is_open = True
            return ""
        verdict = self.verdict(domain)
        if verdict == "none":
            raise Broken("spf.include", domain)
        return verdict

    def addresses(self, name: str, domain: str) -> Iterator[str]:
        kinds: tuple[str, ...] = ("AAAA" if self.address.version == 6 else "A",) if self.address else ()
        kinds = ("A",) if name == "exists" else kinds
        hosts = self.zone.mail_hosts(domain)[: MOST_HOSTS + 1] if name == "mx" else [domain]
        if len(hosts) > MOST_HOSTS:
            raise Broken("spf.lookups", domain)
        for host in hosts:
            yield from self.zone.addresses(host, *kinds)

    def is_in(self, network: str, four: str | None, six: str | None) -> bool:
        """Raises ValueError for what is no network."""
        length = six if ip_address(network).version == 6 else four
        around = ip_network(f"{network}/{length}" if length else network, strict=False)
        return self.address is not None and self.address in around

    def count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Broken("spf.lookups", str(MOST_LOOKUPS))

    def count_void(self, found: list[str]) -> None:
        self.voids += not found
        if self.voids > MOST_VOID:
            raise Broken("spf.voids", str(MOST_VOID))


def with_term(record: str, wanted: str) -> str:
    """The record with one more sender, and an end: what it says of all others stays, but not that they may."""
    terms = record.split() or [VERSION]
    if wanted and wanted not in terms:
        last = next((n for n, term in enumerate(terms) if ALL.fullmatch(term) or END.fullmatch(term)), len(terms))
        terms.insert(last, wanted)
    has_end = any(map(END.fullmatch, terms))
    return " ".join(terms if has_end else [*(term for term in terms if not ALL.fullmatch(term)), "~all"])


def merged(records: list[str]) -> str:
    """One record that says what several say."""
    terms = dict.fromkeys(term for record in records for term in record.split()[1:])
    return with_term(" ".join([VERSION, *(term for term in terms if not ALL.fullmatch(term))]), "")
