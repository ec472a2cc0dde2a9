"""What is found about a newsletter's sender. It asks DNS, the mail server, and the site itself as others reach it: so
only the worker looks."""

import imaplib
import logging
import mailbox as folders
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend
from django.urls import Resolver404, resolve

from core.fetching import NoSuchHost, Page, Unfetchable, fetch
from core.mail.mailboxes import mailbox
from core.mail.messages import NOWHERE, Unusable, address, one_line
from core.mail.smtp import is_secret
from deliverability.sender import spf
from deliverability.sender.arrived import Arrived, Signature
from deliverability.sender.domains import Wish, is_aligned, key_at, wishes
from deliverability.sender.words import MEND, PARTS, WORDS
from deliverability.sender.zone import Silent, Zone, reverse
from deliverability.webhooks import is_signed
from mailing.letter import letters
from mailing.tokens import unsubscribe_url
from newsletter.models import Newsletter

SECONDS = 5
LARGEST = 4096
#: Of what others wrote, in what is stored.
MOST = 500
DATA = yaml.safe_load(Path(__file__).with_name("services.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = DATA["services"]
PROVIDERS = frozenset(DATA["mailbox_providers"])
#: Parts that are about what stands in the sender's zone.
OF_DOMAIN = {"mx", "spf", "dkim", "dmarc", "alignment"}
HERE = {"localhost", "127.0.0.1", "::1"}

logger = logging.getLogger(__name__)

#: To be written into the zone: name, type, value.
type Record = tuple[str, str, str]


@dataclass
class Finding:
    """`code` is one of `deliverability.sender.words`, which the `facts` fill in; `seen` is what stands in the zone."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    seen: str = ""


def finding(code: str, *records: Record, seen: str = "", **facts: object) -> Finding:
    told = {name: str(fact)[:MOST] for name, fact in facts.items()}
    return Finding(code, told, [record for record in records if len(record[2]) <= LARGEST], seen[:MOST])


def service_by_which_mail_leaves() -> dict[str, Any]:
    """See `services.yaml`; empty for a mail server of one's own."""
    backend: str = settings.MAILERS["default"]["BACKEND"]
    if backend.startswith("anymail.backends."):
        name = backend.split(".")[2]
        return {"name": name, **SERVICES.get(name, {}), "is_api": True}
    host = f".{mail_host()}"
    return next((each for each in SERVICES.values() if host.endswith(tuple(f".{end}" for end in each["hosts"]))), {})


def mail_host() -> str:
    return str(settings.MAILERS["default"].get("OPTIONS", {}).get("host", "")).lower()


def sender_of(newsletter: Newsletter) -> str:
    """The address, in ASCII where it can be."""
    written = parseaddr(letters.sender(newsletter))[1]
    try:
        return address(written).lower()
    except Unusable:
        return written


class Look:
    """At one newsletter's sender, with the test mail if it has arrived."""

    def __init__(
        self,
        newsletter: Newsletter,
        arrived: Arrived | None = None,
        *,
        selector: str = "",
        has_answer: bool = False,
        has_report: bool = False,
        fetch: Callable[..., Page] = fetch,
    ) -> None:
        self.zone, self.newsletter, self.arrived, self.fetch = Zone(), newsletter, arrived, fetch
        self.selector, self.has_answer, self.has_report = selector, has_answer, has_report
        self.sender = sender_of(newsletter)
        self.domain = self.sender.rpartition("@")[2]
        self.service = service_by_which_mail_leaves()

    def findings(self, parts: Iterable[str] = PARTS) -> Iterator[Finding]:
        """Of each part something; what goes wrong in one keeps no other from being looked at. What stands in zones of
        others is nothing to mend."""
        is_own = self.domain not in PROVIDERS and not NOWHERE.fullmatch(self.domain)
        for part in (each for each in parts if is_own or each not in OF_DOMAIN):
            found: list[Finding] = []
            try:
                found.extend(getattr(self, f"look_at_{part}")())
            except Silent:
                found.append(Finding(f"{part}.silent"))
            except Exception:
                logger.exception("The %s of %s cannot be looked at.", part, self.domain)
                found.append(Finding(f"{part}.silent"))
            yield from found

    @property
    def outside(self) -> Arrived | None:
        """The test mail, where it shows what others see."""
        return self.arrived if self.arrived and self.arrived.is_from_outside else None

    @cached_property
    def wish(self) -> Wish | None:
        return next(wishes(self.zone, self.domain), None)

    @cached_property
    def own_signatures(self) -> list[Signature]:
        """Those in the sender's name, first what the receiver says is good."""
        if not self.arrived:
            return []
        good = {each.domain for each in self.arrived.of("dkim") if each.result == "pass"}
        own = [each for each in self.arrived.signatures if is_aligned(self.zone, self.domain, each.domain)]
        return sorted(own, key=lambda each: each.domain not in good)

    def takes_mail(self, domain: str) -> bool:
        hosts = self.zone.mail_hosts(domain)
        return any(hosts) or (not hosts and bool(self.zone.addresses(domain)))

    def look_at_address(self) -> Iterator[Finding]:
        code = "provider" if self.domain in PROVIDERS else "nowhere" if NOWHERE.fullmatch(self.domain) else "own"
        yield finding(f"address.{code}", address=self.sender)

    def look_at_mx(self) -> Iterator[Finding]:
        hosts = self.zone.mail_hosts(self.domain)
        if any(hosts):
            yield finding("mx.good", domain=self.domain, hosts=", ".join(hosts[:3]))
        else:
            there = "implicit" if self.zone.addresses(self.domain) else "none"
            record = (self.domain, "MX", f"10 mail.{self.domain}.")
            yield finding(f"mx.{'refuses' if hosts else there}", record, domain=self.domain)

    def look_at_spf(self) -> Iterator[Finding]:
        """Receivers look at the domain that mail returns to, which need not be the one that readers see."""
        mail, include = self.outside, self.service.get("include", "")
        if not mail and self.service and not include:
            yield finding("spf.not_yours", service=self.service["name"])
            return
        returns = settings.BOUNCE_ADDRESS.rpartition("@")[2].lower() or self.domain
        domain = (mail and mail.return_domain) or returns
        facts = {"domain": domain, "service": self.service.get("name", ""), **self.machine}
        records = spf.records_of(self.zone, domain)
        seen, merged = "\n".join(records), spf.merged(records) if len(records) > 1 else "".join(records)
        is_ours = domain == returns or is_aligned(self.zone, self.domain, domain)
        record = [(domain, "TXT", spf.with_term(merged, self.wanted))] * is_ours
        if len(records) != 1:
            yield finding("spf.several" if records else "spf.missing", *record, seen=seen, **facts)
            return
        walk = spf.Walk(self.zone, mail.address if mail else "")
        try:
            verdict, others = walk.verdict(domain), spf.Walk(self.zone).verdict(domain)
        except spf.Broken as error:
            yield finding(error.code, seen=seen, where=error.where, **facts)
            return
        is_named = verdict == "pass" != others
        code = "spf.unseen"
        if others not in {"fail", "softfail"}:
            code, record = "spf.open", [(domain, "TXT", spf.with_term(seen, ""))] * is_ours if is_named else record
        elif is_named:
            code = "spf.good" if is_ours else "spf.theirs"
        elif mail and not walk.is_open:
            code = "spf.refuses"
        elif include and not mail:
            code = "spf.includes" if include in walk.includes else "spf.lacks"
        yield finding(code, *(record if WORDS[code][0] == MEND else []), seen=seen, **facts)

    @property
    def machine(self) -> dict[str, str]:
        """Which one sends, as far as the test mail tells."""
        return {"host": self.outside.host, "address": self.outside.address} if self.outside else {}

    @property
    def wanted(self) -> str:
        """What SPF would have to name."""
        if include := self.service.get("include"):
            return f"include:{include}"
        if self.outside:
            return f"ip{6 if ':' in self.outside.address else 4}:{self.outside.address}"
        return "mx" if mail_host() in {"", *HERE} else f"a:{mail_host()}"

    def look_at_dkim(self) -> Iterator[Finding]:
        if self.arrived and self.own_signatures:
            yield self.signature(self.own_signatures[0])
        elif self.outside:
            selector = self.selector or "courant"
            record = (f"{selector}._domainkey.{self.domain}", "TXT", "v=DKIM1; k=rsa; p=…")
            yield finding("dkim.unsigned", record, domain=self.domain)
        else:
            selectors = [self.selector] if self.selector else self.service.get("selectors", [])
            keys = {
                name: key_at(self.zone, name) for name in (f"{each}._domainkey.{self.domain}" for each in selectors)
            }
            there = {name: key for name, key in keys.items() if key.code != "dkim.no_key" or self.selector}
            for name, key in there.items():
                yield finding(key.code, name=name, bits=key.bits)
            if not there:
                yield finding("dkim.unasked")

    def signature(self, signature: Signature) -> Finding:
        name = f"{signature.selector}._domainkey.{signature.domain}"
        key = key_at(self.zone, name)
        facts: dict[str, Any] = {"name": name, "bits": key.bits, "domain": signature.domain}
        if key.code not in {"dkim.key", "dkim.key_1024"}:
            is_missing = key.code == "dkim.no_key"
            return finding(key.code, *[(name, "TXT", "v=DKIM1; k=rsa; p=…")] * is_missing, **facts)
        found = self.outside.of("dkim") if self.outside else []
        results = {each.result for each in found if each.domain == signature.domain}
        code = "good" if "pass" in results else "fails" if results else "unsaid"
        return finding(f"dkim.{code}", result=", ".join(results), **facts)

    def look_at_dmarc(self) -> Iterator[Finding]:
        reports = f"rua=mailto:dmarc@{self.domain}"
        if not self.wish:
            record = (f"_dmarc.{self.domain}", "TXT", f"v=DMARC1; p=none; {reports}")
            yield finding("dmarc.missing", record, domain=self.domain)
            return
        place, records = self.wish
        name, seen, policy = f"_dmarc.{place}", "\n".join(records), self.wish.policy(self.domain)
        if len(records) > 1 or not policy:
            code = "dmarc.several" if len(records) > 1 else "dmarc.broken"
            wanted = records[0] if len(records) > 1 else f"v=DMARC1; p=none; {reports}"
            yield finding(code, (name, "TXT", wanted), seen=seen, domain=place)
        elif "rua" not in self.wish.said:
            record = (name, "TXT", f"{seen.rstrip('; ')}; {reports}")
            yield finding("dmarc.no_reports", record, seen=seen, domain=place, policy=policy)
        else:
            code = "dmarc.none" if policy == "none" else "dmarc.good"
            yield finding(code, seen=seen, domain=place, policy=policy)

    def look_at_alignment(self) -> Iterator[Finding]:
        mail = self.outside
        if not mail:
            yield finding("alignment.home" if self.arrived else "alignment.unseen")
            return
        asked = [each for each in mail.results if each.method in {"spf", "dkim"}]
        if not asked:
            yield finding("alignment.unsaid", by=mail.by)
            return
        wished = self.wish.said if self.wish else {}
        passed = [(each.method, each.domain or mail.return_domain) for each in asked if each.result == "pass"]
        own = {
            method.upper()
            for method, domain in passed
            if is_aligned(self.zone, self.domain, domain, is_strict=wished.get(ALIGNMENT[method]) == "s")
        }
        others = ", ".join(sorted({domain for _method, domain in passed}))
        code = "good" if own else "none" if passed else "nothing"
        yield finding(f"alignment.{code}", method=", ".join(sorted(own)), others=others, domain=self.domain)

    def look_at_server(self) -> Iterator[Finding]:
        backend: Any = mailers["default"]
        if self.service.get("is_api"):
            yield finding("server.service", service=self.service["name"])
        elif not isinstance(backend, EmailBackend):
            yield finding("server.folder")
        else:
            try:
                code = "good" if is_secret(backend, SECONDS) else "here" if mail_host() in HERE else "clear"
                yield finding(f"server.{code}", host=mail_host())
            except OSError as error:
                yield finding("server.refuses", host=mail_host(), error=one_line(str(error)))

    def look_at_tls(self) -> Iterator[Finding]:
        code = "unseen" if not self.outside else "good" if self.outside.is_encrypted else "clear"
        yield finding(f"tls.{code}", by=self.outside.by if self.outside else "")

    def look_at_ptr(self) -> Iterator[Finding]:
        mail = self.outside
        if not mail:
            yield finding("ptr.unseen")
            return
        names = self.zone.names_of(mail.address)
        good = next((name for name in names if mail.address in self.zone.addresses(name)), "")
        if good:
            yield finding("ptr.good", address=mail.address, name=good)
        elif names:
            record = (names[0], "AAAA" if ":" in mail.address else "A", mail.address)
            yield finding("ptr.elsewhere", record, address=mail.address, name=names[0])
        else:
            yield finding("ptr.missing", (reverse(mail.address), "PTR", f"{mail.host}."), address=mail.address)

    def look_at_return(self) -> Iterator[Finding]:
        if self.service.get("is_api"):
            yield finding(f"return.{'webhook' if self.is_told() else 'no_webhook'}", service=self.service["name"])
            return
        where = settings.BOUNCE_ADDRESS or self.sender
        domain = where.rpartition("@")[2]
        facts = {"address": where, "domain": domain}
        if not self.takes_mail(domain):
            yield finding("return.no_mx", (domain, "MX", f"10 mail.{domain}."), **facts)
        elif not settings.BOUNCE_MAILBOX:
            yield finding(f"return.{'unread' if settings.BOUNCE_ADDRESS else 'unset'}", **facts)
        else:
            try:
                with mailbox(settings.BOUNCE_MAILBOX):
                    code = ("good" if self.has_report else "unseen") if settings.BOUNCE_ADDRESS else "unset"
                    yield finding(f"return.{code}", **facts)
            except (OSError, imaplib.IMAP4.error, folders.Error) as error:
                yield finding("return.locked", error=one_line(str(error)), **facts)

    def is_told(self) -> bool:
        """Whether the site believes the mail service, see `deliverability.webhooks`."""
        backend = settings.MAILERS["default"]["BACKEND"].split(".")[2]
        try:
            listener = resolve(f"/{backend}/tracking/", "anymail.urls").func
            return bool(settings.ANYMAIL.get("WEBHOOK_SECRET")) or is_signed(listener)
        except (Resolver404, ImproperlyConfigured):
            return False

    def look_at_reply(self) -> Iterator[Finding]:
        where = self.newsletter.reply_to.lower() or self.sender
        domain = where.rpartition("@")[2]
        is_taken = self.takes_mail(domain)
        record = (domain, "MX", f"10 mail.{domain}.")
        yield finding(
            f"reply.{'good' if is_taken else 'no_mx'}", *[record] * (not is_taken), address=where, domain=domain
        )
        if self.newsletter.answers == Newsletter.Answers.OFF:
            return
        if settings.REPLY_ADDRESS and settings.BOUNCE_MAILBOX:
            code = "signed_good" if self.has_answer else "signed_unseen"
            yield finding(f"reply.{code}", address=settings.REPLY_ADDRESS)
        else:
            yield finding("reply.unset")

    def look_at_unsubscribe(self) -> Iterator[Finding]:
        yield self.way_out(unsubscribe_url(0, self.newsletter.pk))
        if mail := self.outside:
            is_covered = any(each.covers_unsubscribing for each in self.own_signatures)
            code = "covered" if is_covered else "bare" if len(mail.unsubscribing) > 1 else "lost"
            if self.own_signatures or code == "lost":  # without a signature there is something else to mend first
                yield finding(f"unsubscribe.{code}")

    def way_out(self, url: str) -> Finding:
        facts: dict[str, Any] = {"url": url, "host": urlsplit(url).hostname}
        if not url.startswith("https:"):
            return finding("unsubscribe.http", **facts)
        try:
            status = self.fetch(url, largest=LARGEST, types={"text/html"}).status
        except NoSuchHost:
            return finding("unsubscribe.nowhere", **facts)
        except Unfetchable as error:
            is_certificate = isinstance(error.__cause__, ssl.SSLCertVerificationError)
            return finding(
                f"unsubscribe.{'certificate' if is_certificate else 'unreached'}", error=error.__cause__, **facts
            )
        return finding("unsubscribe.good" if status == 200 else "unsubscribe.wrong", status=status, **facts)


#: Which tag of a DMARC record says how exactly the names must be the same.
ALIGNMENT = {"spf": "aspf", "dkim": "adkim"}
