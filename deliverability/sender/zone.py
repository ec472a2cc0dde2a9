"""What DNS says. Only the worker asks, see `deliverability.sender.checking`."""

from time import monotonic
from typing import Any

import dns.name
import dns.resolver
import dns.reversename
from dns.exception import DNSException

SECONDS = 5
#: For all questions of one look.
SECONDS_IN_ALL = 40
#: Of one answer; more is nobody's honest zone.
MOST_RECORDS = 100

NOT_THERE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
#: Names that nobody can have.
IMPOSSIBLE = (
    dns.name.LabelTooLong,
    dns.name.NameTooLong,
    dns.name.EmptyLabel,
    dns.name.BadEscape,
    dns.name.IDNAException,
)


class Silent(Exception):
    """DNS did not answer, not in time or not in a way that can be read: whether something is there is not known."""


class Zone:
    """Each question is asked once. Empty answers mean that there is none; raises Silent."""

    def __init__(self) -> None:
        self.until = monotonic() + SECONDS_IN_ALL
        self.answers: dict[tuple[str, str], list[Any] | Silent] = {}

    def ask(self, name: str, kind: str) -> list[Any]:
        question = (name.rstrip(".").lower(), kind)
        if question not in self.answers:
            self.answers[question] = self.answer(*question)
        answer = self.answers[question]
        if isinstance(answer, Silent):
            raise answer
        return answer

    def answer(self, name: str, kind: str) -> list[Any] | Silent:
        seconds = min(SECONDS, self.until - monotonic())
        if seconds <= 0:
            return Silent(name)
        try:
            found = dns.resolver.get_default_resolver().resolve(f"{name}.", kind, lifetime=seconds, search=False)
        except (*NOT_THERE, *IMPOSSIBLE):
            return []
        except (DNSException, OSError) as error:
            return Silent(f"{name}: {error}")
        return list(found)[:MOST_RECORDS]

    def texts(self, name: str, start: str = "") -> list[str]:
        """TXT records that begin so, their strings joined (RFC 7208, section 3.3; RFC 6376, section 3.6.2.2)."""
        found = [b"".join(record.strings).replace(b"\0", b"?") for record in self.ask(name, "TXT")]
        texts = [text.decode("utf-8", "replace") for text in found]
        return sorted(text for text in texts if text.lower().startswith(start.lower()))

    def addresses(self, name: str, *kinds: str) -> list[str]:
        return [record.address for kind in kinds or ("A", "AAAA") for record in self.ask(name, kind)]

    def mail_hosts(self, name: str) -> list[str]:
        """Best first; an empty name says that the domain takes no mail (RFC 7505)."""
        found = sorted(self.ask(name, "MX"), key=lambda record: record.preference)
        return [record.exchange.to_text(omit_final_dot=True).removesuffix(".") for record in found]

    def names_of(self, address: str) -> list[str]:
        found = self.ask(reverse(address), "PTR")
        return [record.target.to_text(omit_final_dot=True).lower() for record in found]


def reverse(address: str) -> str:
    """Where the name of a network address stands."""
    return dns.reversename.from_address(address).to_text(omit_final_dot=True)
