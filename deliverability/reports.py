"""Reading what mail servers send back: reports of failures, and of complaints.

Most follow RFC 3464 or RFC 5965, though not in the parts where these want it; others are written as if to people, see
`deliverability.prose`. Whatever people or their programs write, such as answers and notices of absence, says nothing;
nor do servers that are still trying. What comes by mail can be meant to do harm: every part is read in bounded time.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr
from functools import cached_property
from itertools import islice
from typing import Any

from core.mail.incoming import in_words
from core.mail.refusals import fault_of, status_of
from core.rich_text.mail import decoded
from deliverability import prose
from mailing.models import Bounce

Kind = Bounce.Kind

#: A report is short; the mail that it brings back may be cut.
MOST_BYTES, MOST_PARTS, MOST_RECIPIENTS, MOST_OF_LINE = 2**20, 100, 50, 8192
#: What feedback reports call complaints (RFC 5965, section 7.3); others tell of viruses, or that it is no spam.
COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list", ""}
#: Who complained: as RFC 5965 has it, as Hotmail writes into the mail itself that it passes on, and as before both.
COMPLAINED = ("original-rcpt-to", "x-hmxmroriginalrecipient", "removal-recipient")
#: What else RFC 3464, section 2.3.3, knows beside a failure.
NO_FAILURE = ("delay", "deliver", "relay", "expand", "ok", "success")
FIELDS = re.compile(r"(?:Final|Original|X-Actual)-Recipient:", re.IGNORECASE)
FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{1,40}):[ \t]?(.*)", re.DOTALL)
OWN_ID = re.compile(r"^[>\s]*(?:X-)?(?:Original-)?Message-ID:\s{0,8}(<[^<>\s]{3,190}>)", re.IGNORECASE | re.MULTILINE)
HEADER = re.compile(r"[>\s]*(?:From|To|Received|Return-Path): ?\S", re.IGNORECASE)
ID = re.compile(r"<[^<>\s]{3,190}>")
#: From the gravest to the mildest: what a report says of several addresses is as mild as the mildest.
MILDER = (Kind.HARD, Kind.POLICY, Kind.SOFT)


@dataclass(frozen=True)
class BounceReport:
    """That one copy was not delivered, or was complained about. `message_ids` are those of the mails that it brings
    back. `is_vouched` if a mail service told us, and not just somebody who can send mail."""

    kind: Kind
    status: str
    text: str
    message_ids: frozenset[str]
    recipients: frozenset[str]
    is_vouched: bool = False


class Read:
    """A message that may be a report, taken apart once."""

    def __init__(self, data: bytes) -> None:
        self.message = message_from_bytes(b"\n".join(short_lines(data)))
        self.parts = list(islice(self.message.walk(), MOST_PARTS))
        self.blocks = self.parts[1:]
        self.texts = [
            (part, prose.lines_of(text_of(part), part.get_content_subtype() == "html")) for part in self.parts
        ]
        self.subject = in_words(field(self.message, "Subject"))

    @property
    def message_ids(self) -> frozenset[str]:
        """Of the mails that are attached, or quoted with their headers; where there are none, of the one that it
        answers. Not of the report itself."""
        found = {field(block, name) for block in self.blocks for name in ("Message-ID", "Original-Message-ID")}
        quoted = OWN_ID.findall("\n".join(line for _part, lines in self.texts for line in lines))
        answered = ID.findall(field(self.message, "In-Reply-To")) or ID.findall(field(self.message, "References"))[-1:]
        return frozenset({*found, *quoted} - {""} or answered)

    @cached_property
    def own_words(self) -> list[str]:
        """What the mail system wrote itself, before the mail that it brings back."""
        shown = [lines for part, lines in self.texts if not (is_of_fields(part) or part in self.brought_back)]
        whole = [line for lines in shown for line in [*lines, ""]]
        return prose.own_words(whole)

    @cached_property
    def brought_back(self) -> set[Message]:
        """All parts of the mail that is brought back; not of another report that one passes on."""
        mails = (each for each in self.blocks if is_returned(each) or is_mail(each))
        return {part for each in mails if not is_by_mail_system(each) for part in islice(each.walk(), MOST_PARTS)}

    @cached_property
    def returned(self) -> Message | None:
        """The headers of the mail that is brought back."""
        if block := next(filter(is_mail, self.blocks), None):
            return block
        for part, lines in self.texts:
            rest = lines if is_returned(part) else lines[len(prose.own_words(lines)) :]
            starts = (place for place, line in enumerate(rest) if HEADER.match(line))
            if (start := next(starts, None)) is not None:
                quoting = rest[start][: len(rest[start]) - len(rest[start].lstrip("> \t"))]
                return message_from_string("\n".join(line.removeprefix(quoting) for line in rest[start:] if line))
        return None


def read_report(data: bytes) -> BounceReport | None:
    """None for what reports neither a failure nor a complaint."""
    read = Read(data)
    return complaint(read) or failure_in_fields(read) or failure_in_words(read)


def short_lines(data: bytes) -> Iterator[bytes]:
    """No header is as long as it would take for Python to be slow at it."""
    folded = 0
    for line in data[:MOST_BYTES].splitlines():
        folded = folded + len(line) if line.startswith((b" ", b"\t")) else 0
        if folded <= MOST_OF_LINE:
            yield line[:MOST_OF_LINE]


def complaint(read: Read) -> BounceReport | None:
    """RFC 5965, in its proper part or not; and the mail itself, sent back under a header of the provider's."""
    facts = facts_of(read, {"feedback-type", "user-agent", *COMPLAINED})
    is_report = "feedback-report" in {part.get_content_subtype() for part in read.parts}
    is_report |= read.message.get_param("report-type") == "feedback-report" or "feedback-type" in facts
    is_sent_back = "x-hmxmroriginalrecipient" in facts
    if not (is_report or is_sent_back) or facts.get("feedback-type", "").lower() not in COMPLAINTS:
        return None
    people = frozenset(filter(None, (one_address(facts.get(name, "")) for name in COMPLAINED)))
    said = facts.get("user-agent", "") or parseaddr(field(read.message, "From"))[1]
    return BounceReport(Kind.COMPLAINT, "", said, read.message_ids, people or addresses(read.returned, "To"))


def facts_of(read: Read, names: set[str]) -> dict[str, str]:
    """The first of each of these headers, and of lines like them."""
    facts: dict[str, str] = {}
    for part, lines in read.texts:
        written = (found.groups() for line in lines if (found := FIELD.match(line.lstrip("> \t"))))
        for name, value in (*part.items(), *written):
            if name.lower() in names:
                facts.setdefault(name.lower(), " ".join(str(value)[: prose.LONGEST_LINE].split()))
    return facts


def failure_in_fields(read: Read) -> BounceReport | None:
    """The recipients that a report says failed, in the fields of RFC 3464, wherever in it these stand. Each of our
    mails has but one: of several the mildest word counts."""
    failed: dict[str, tuple[Kind, str, str]] = {}
    for fields in islice(groups_of_fields(read), MOST_RECIPIENTS):
        status = next(iter(re.findall(r"[245]\.\d\.\d{1,3}", fields.get("status", ""))), "")
        is_other = fields.get("action", "").lower().startswith(NO_FAILURE) or status.startswith("2")
        names = ("final-recipient", "original-recipient", "x-actual-recipient")
        people = {one_address(fields.get(name, "")) for name in names} - {""}
        # some servers write the address that they deliver to into the headers of all mail
        is_header = not {"final-recipient", "action", "status"} & set(fields)
        if people and not (is_other or is_header):
            said = fields.get("diagnostic-code", "")
            if not said and status in {"", "5.0.0"}:
                said = prose.said_in(read.own_words, frozenset(people))
            failed |= dict.fromkeys(people, judged(said, status))
    if not failed:
        return None
    kind, status, said = max(failed.values(), key=lambda each: MILDER.index(each[0]))
    return BounceReport(kind, status, said, read.message_ids, frozenset(failed))


def groups_of_fields(read: Read) -> Iterator[dict[str, str]]:
    """Paragraphs that name a recipient: the blocks of the proper part as Python reads them, and any others in what a
    mail system writes, as people pass on reports."""
    for part in read.blocks:
        if part["Final-Recipient"] or part["Original-Recipient"]:
            yield {name.lower(): " ".join(str(value).split()) for name, value in part.items()}
    is_believed = not is_answer(read.message) and is_from_mail_system(read)
    for part, lines in read.texts:
        if is_believed and not is_returned(part) and any(FIELDS.match(line) for line in lines):
            text = "\n".join(line.strip() if FIELD.match(line.strip()) else line for line in lines)
            for paragraph in text.split("\n\n"):
                if FIELDS.search(paragraph):
                    unfolded = re.sub(r"\n[ \t]+", " ", paragraph).split("\n")
                    yield {found[1].lower(): found[2].strip() for line in unfolded if (found := FIELD.match(line))}


def failure_in_words(read: Read) -> BounceReport | None:
    """Reports of servers that have a form of their own, or read as if by people."""
    in_words_of_the_standard = any(True for _fields in groups_of_fields(read))  # and as it is read, it was no failure
    marked = frozenset(filter(None, map(one_address, field(read.message, "X-Failed-Recipients").split(","))))
    lines = read.own_words
    if in_words_of_the_standard or not (marked or is_from_mail_system(read)):
        return None
    if is_answer(read.message) or not prose.tells_of_failure(read.subject, lines):
        return None
    never = addresses(read.message, "From", "To", "Reply-To", "Return-Path", "Delivered-To", "Cc")
    never |= addresses(read.returned, "From", "Sender", "Return-Path", "Reply-To", "Errors-To")
    people = marked or prose.failed_among(lines, addresses(read.returned, "To", "Cc") - never, never)
    if not people:
        return None
    kind, status, said = judged(prose.said_in(lines, people))
    return BounceReport(kind, status, said, read.message_ids, people)


def judged(said: str, stated: str = "") -> tuple[Kind, str, str]:
    return Kind(fault_of(said, stated)), status_of(said, stated), said


def is_from_mail_system(read: Read) -> bool:
    """Not from a person, who may quote a report, nor from a program that answers about anything else."""
    name, address = parseaddr(field(read.message, "From"))
    path = field(read.message, "Return-Path").strip("<>")
    senders = f"{name} {address.rpartition('@')[0] or address}@ {path.rpartition('@')[0] or path}@"
    if prose.PHRASES["mail_system"].search(senders):
        return True
    may_be = field(read.message, "Return-Path") == "<>" or prose.PHRASES["machine"].search(senders)
    return bool(may_be) and any(prose.PHRASES["surely"].search(line) for line in (read.subject, *read.own_words))


def is_answer(message: Message) -> bool:
    """From a program that answers for a person (RFC 3834), or by one that says that a mail was seen (RFC 8098)."""
    automatic = field(message, "Auto-Submitted").lower()
    is_receipt = message.get_param("report-type") == "disposition-notification"
    return bool(message["X-Autoreply"] or message["X-Autorespond"] or "vacation" in automatic or is_receipt)


def is_returned(part: Message) -> bool:
    return part.get_content_type() in {"text/rfc822-headers", "message/rfc822", "message/partial"}


def is_mail(part: Message) -> bool:
    """With the headers of one, attached as a mail or not."""
    return bool(part["From"] and (part["To"] or part["Subject"]))


def is_by_mail_system(part: Message) -> bool:
    """An attached mail that is itself a report, whose words count."""
    mail = part.get_payload(0) if is_returned(part) and part.is_multipart() else part
    sender = parseaddr(field(mail, "From"))[1]  # type: ignore[arg-type]
    return bool(prose.PHRASES["mail_system"].search(sender.rpartition("@")[0]))


def is_of_fields(part: Message) -> bool:
    return part.get_content_maintype() == "message"


def one_address(value: str) -> str:
    """Without its type, as in `rfc822; sumi@example.org`; empty if there is none."""
    found = prose.ADDRESS.search(value.rpartition(";")[2])
    return found[0].lower() if found else ""


def addresses(message: Message | None, *names: str) -> frozenset[str]:
    return frozenset(prose.addresses_in(field(message, name) for name in names)) if message else frozenset()


def field(part: Message, name: str) -> str:
    """A header on one line; empty if it is not there. Longer ones are no mail server's."""
    return " ".join(str(part[name] or "")[: prose.LONGEST_LINE].split())


def text_of(part: Message) -> str:
    """The words of a part that has no parts, also where it says that it has some; empty for pictures and the like."""
    if part.get_content_type() == "message/delivery-status" and "base64" in field(part, "Content-Transfer-Encoding"):
        blocks: Any = part.get_payload()
        with suppress(ValueError, AttributeError):  # which RFC 3464 forbids
            return b64decode("".join(str(block.get_payload()) for block in blocks)).decode("utf-8", "replace")
    if part.is_multipart() or part.get_content_maintype() not in {"text", "message", "multipart"}:
        return ""
    return decoded(part)  # type: ignore[arg-type]
