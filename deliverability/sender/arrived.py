"""What the headers of a mail say of its way, as the server that received it wrote them.

Anybody can write headers, so of `Authentication-Results` (RFC 8601) only the first is believed, with those that follow
it at once under the same name, and only where the receiving server can have written it: above the line with which it
took the mail from ours, or under its own name.
"""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from ipaddress import ip_address
from itertools import takewhile
from typing import Any

#: Of one header; what is cut off says nothing.
MOST = 4000
FROM, BY = re.compile(r"from\s+(\S+)", re.IGNORECASE), re.compile(r"\sby\s+(\S+)", re.IGNORECASE)
ADDRESS = re.compile(r"(?<![\w.:])(?:IPv6:)?([\da-f]*[.:][\da-f.:]{2,43})(?![\w.:])", re.IGNORECASE)
#: RFC 3848, and how Gmail, Outlook and Postfix write it beside.
TLS = re.compile(r"\bwith\s+(?:UTF8)?(?:E?SMTP|LMTP)SA?\b|\bversion=TLS|\busing TLS", re.IGNORECASE)
METHOD = re.compile(r"\s*([\w-]{1,30})(?:/\d+)?\s*=\s*([\w-]{1,30})")
PROPERTY = re.compile(r'\b([\w-]{1,30}\.[\w-]{1,30})\s*=\s*("[^"]*"|[^\s;]+)')
#: Whose servers do not say who they are when they say what they found.
NAMELESS = "outlook.com"
#: Names under which one receiver's machines hand mail to each other.
HOUSES = {
    **dict.fromkeys(["office365.com", "exchangelabs.com", "hotmail.com", "microsoft.com"], NAMELESS),
    **dict.fromkeys(["icloud.com", "me.com", "mac.com"], "apple.com"),
    **dict.fromkeys(["gmail.com", "googlemail.com"], "google.com"),
}
#: Between two results of one server.
BESIDE = {"authentication-results", "received-spf", "dkim-filter"}
UNSUBSCRIBING = {"list-unsubscribe", "list-unsubscribe-post"}


@dataclass
class Signature:
    domain: str
    selector: str
    covers_unsubscribing: bool


@dataclass
class Result:
    """What the receiver found: `pass`, `fail` and so on; and which domain that is about."""

    method: str
    result: str
    domain: str = ""


@dataclass
class Arrived:
    """`host` and `address` are of the machine that brought it; empty where it never left its own domain."""

    sender: str
    message_id: str
    host: str = ""
    address: str = ""
    by: str = ""
    is_encrypted: bool = False
    return_domain: str = ""
    results: list[Result] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    unsubscribing: list[str] = field(default_factory=list)

    @property
    def is_from_outside(self) -> bool:
        return bool(self.address)

    def of(self, method: str) -> list[Result]:
        return [each for each in self.results if each.method == method]


def from_facts(facts: dict[str, Any]) -> Arrived | None:
    """As it was stored with `dataclasses.asdict`."""
    if not facts:
        return None
    results = [Result(**each) for each in facts["results"]]
    return Arrived(**facts | {"results": results, "signatures": [Signature(**each) for each in facts["signatures"]]})


def read(message: EmailMessage) -> Arrived:
    headers = [(name.lower(), plain(str(value))) for name, value in message.raw_items()]
    named = dict(reversed(headers))
    arrived = Arrived(parseaddr(named.get("from", ""))[1].lower(), named.get("message-id", "").strip())
    arrived.return_domain = domain_of(named.get("return-path", ""))
    arrived.signatures = [signature(value) for name, value in headers if name == "dkim-signature"]
    arrived.unsubscribing = sorted(UNSUBSCRIBING & named.keys())
    places = [place for place, (name, _value) in enumerate(headers) if name == "received"]
    border = next((place for place in places if crosses(headers[place][1])), None)
    if border is not None:
        line = headers[border][1]
        arrived.host, arrived.address, arrived.by = found(FROM, line), str(address_in(line)), found(BY, line)
        arrived.is_encrypted = bool(TLS.search(line))
        end = next((place for place in places if place > border), len(headers))
        arrived.results = believed(headers[:end], border, arrived.by)
    return arrived


def plain(value: str) -> str:
    """On one line, and without what no host or domain has and no database takes."""
    return " ".join(value.encode("ascii", "replace").decode().replace("\0", "?").split())[:MOST]


def crosses(line: str) -> bool:
    """Whether the mail came from another's machine there."""
    address = address_in(line)
    return bool(address) and not is_kin(found(FROM, line), found(BY, line))


def address_in(line: str) -> str:
    """The public network address that somebody came from."""
    for candidate in ADDRESS.findall(re.split(BY, line, maxsplit=1)[0]):
        try:
            if (address := ip_address(candidate)).is_global:
                return str(address)
        except ValueError:
            continue
    return ""


def believed(headers: list[tuple[str, str]], border: int, by: str) -> list[Result]:
    top = next((place for place, (name, _value) in enumerate(headers) if name == "authentication-results"), None)
    # Above what the sender itself wrote, the first line of which is a signature or the sender's name.
    own = next(
        (place for place, (name, _) in enumerate(headers) if name in {"from", "dkim-signature", "subject"}), None
    )
    if top is None or (own is not None and top > own):
        return []
    server, results = read_results(headers[top][1])
    if top > border and not (is_kin(server, by) if server else is_kin(by, NAMELESS)):
        return []
    beside = takewhile(lambda header: header[0] in BESIDE, headers[top + 1 :] if server else [])
    for more in (value for name, value in beside if name == "authentication-results"):
        name, others = read_results(more)
        known = {each.method for each in results}
        results += [each for each in others if name == server and each.method not in known]
    return results


def read_results(value: str) -> tuple[str, list[Result]]:
    """Who says it (Outlook does not), and what; without remarks."""
    server, *parts = without_remarks(value).split(";")
    if METHOD.match(server):
        server, parts = "", [server, *parts]
    results = []
    for part in parts:
        if method := METHOD.match(part):
            said = {name.lower(): each.strip('"') for name, each in PROPERTY.findall(part)}
            about = ("header.d", "header.i", "smtp.mailfrom", "smtp.mail", "header.from")
            domain = next((domain_of(said[name]) for name in about if name in said), "")
            results.append(Result(method[1].lower(), method[2].lower(), domain))
    return server.split()[0].lower() if server.split() else "", results


def without_remarks(value: str) -> str:
    """Comments are in parentheses, one in the other."""
    depth, kept = 0, []
    for letter in value:
        depth += letter == "("
        if not depth:
            kept.append(letter)
        depth = max(0, depth - (letter == ")"))
    return "".join(kept)


def signature(value: str) -> Signature:
    said = {
        name.strip().lower(): "".join(rest.split())
        for name, _, rest in (tag.partition("=") for tag in value.split(";"))
    }
    covered = set(said.get("h", "").lower().split(":"))
    return Signature(said.get("d", "").lower()[:253], said.get("s", "").lower()[:253], covered >= UNSUBSCRIBING)


def domain_of(address: str) -> str:
    return address.strip("<> ").rpartition("@")[2].lower().rstrip(".")[:253]


def is_kin(one: str, other: str) -> bool:
    """Whether two hosts are of one house, as far as their names tell."""
    return kin(one) == kin(other)


def kin(host: str) -> str:
    name = ".".join(host.lower().strip("[]();. ").split(".")[-2:])
    return HOUSES.get(name, name)


def found(pattern: re.Pattern[str], line: str) -> str:
    match = pattern.search(line)
    return match[1].strip("[]();").lower() if match else ""
