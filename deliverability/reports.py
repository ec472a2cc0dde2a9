"""Reading what mail servers send back: reports of failures, and of complaints.

Standard reports (RFC 3464, RFC 5965) are read with Python's own parser, all others with flufl.bounce. Whatever people
or their programs write, such as answers and notices of absence, says nothing; nor do servers that are still trying.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import scan_message

from mailing.models import Bounce

Kind = Bounce.Kind

#: What feedback reports call complaints (RFC 5965, section 7.3); others tell of viruses, or that it is no spam.
COMPLAINTS = {"abuse", "fraud"}
#: What else RFC 3464, section 2.3.3, knows beside a failure.
NO_FAILURE = ("delayed", "delivered", "relayed", "expanded")
MAIL_SYSTEMS = ("mailer-daemon@", "mdaemon@", "postmaster@")
#: Enhanced codes (RFC 3463) and, where there is none, the three figures of SMTP; neither is a part of an IP address.
ENHANCED = re.compile(r"(?<![\d.])[45]\.[0-7]\.\d{1,3}(?![\d.])")
BASIC = re.compile(r"(?<![\d.-])(?:4[25]\d|55\d)(?=[ -])")
#: Permanent failures that are not about the mailbox being there: it is full, or the sender, the text or a policy is
#: what the server objects to. They may pass.
PASSING = re.compile(r"5\.(1\.[78]|2\.[23]|[367]\.\d+)")
MAILBOX_FULL = "5.2.2"
OWN_ID = re.compile(r"^[>\s]*Message-ID:\s*(<[^<>\s]{3,190}>)", re.IGNORECASE | re.MULTILINE)


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


def read_report(data: bytes) -> BounceReport | None:
    """None for what reports neither a failure nor a complaint."""
    message = message_from_bytes(b"\n".join(data.splitlines()))
    blocks = list(message.walk())[1:]
    ids = frozenset(message_ids(message, blocks))
    return complaint(blocks, ids) or standard_failure(blocks, ids) or other_failure(message, ids)


def message_ids(message: Message, blocks: list[Message]) -> Iterator[str]:
    """Of the mails that are attached, or quoted with their headers; not of the report itself."""
    yield from (field(block, "Message-ID") for block in blocks if block["Message-ID"])
    for part in (message, *blocks):
        yield from OWN_ID.findall(text_of(part))


def complaint(blocks: list[Message], ids: frozenset[str]) -> BounceReport | None:
    for block in blocks:
        if field(block, "Feedback-Type").lower() in COMPLAINTS:
            return BounceReport(
                Kind.COMPLAINT, "", field(block, "User-Agent"), ids, recipients_in(block, "Original-Rcpt-To")
            )
    return None


def standard_failure(blocks: list[Message], ids: frozenset[str]) -> BounceReport | None:
    """The first recipient that a delivery-status part says failed: each of our mails has but one."""
    for block in blocks:
        people = recipients_in(block, "Final-Recipient", "Original-Recipient")
        if people and not field(block, "Action").lower().startswith(NO_FAILURE):
            said = field(block, "Diagnostic-Code")
            stated = ENHANCED.search(field(block, "Status"))
            status = best_status(stated[0] if stated else "", said)
            return BounceReport(kind_of(status), status, said, ids, people)
    return None


def other_failure(message: Message, ids: frozenset[str]) -> BounceReport | None:
    """Reports of servers that have a form of their own, or read as if by people."""
    in_words_of_the_standard = any(part["Action"] for part in message.walk())  # and as it is read, it was no failure
    if in_words_of_the_standard or not is_from_mail_system(message):
        return None
    people = frozenset(each.decode("ascii", "replace").lower() for each in scan_message(message))
    if not people:
        return None
    text = own_words("\n".join(text_of(part) for part in message.walk()))
    status = best_status("", text)
    return BounceReport(kind_of(status), status, sentence(text, status), ids, people)


def is_from_mail_system(message: Message) -> bool:
    """Not from a person, who may quote a report; nor from a program that answers for one (RFC 3834)."""
    if message["X-Autoreply"] or message["X-Autorespond"] or "vacation" in field(message, "Auto-Submitted").lower():
        return False
    senders = [parseaddr(field(message, name))[1].lower() for name in ("From", "Return-Path")]
    return field(message, "Return-Path") == "<>" or any(each.startswith(MAIL_SYSTEMS) for each in senders)


def own_words(text: str) -> str:
    """A report without the mail that it brings back."""
    start = OWN_ID.search(text)
    return text[: start.start()] if start else text


def best_status(stated: str, said: str) -> str:
    """The more exact of what the report states and what the server is quoted with; empty if neither tells."""
    if stated and not stated.endswith(".0.0"):
        return stated
    if enhanced := ENHANCED.search(said):
        return enhanced[0]
    if basic := BASIC.search(said):
        return MAILBOX_FULL if basic[0] == "552" else f"{basic[0][0]}.0.0"
    return stated


def kind_of(status: str) -> Kind:
    """Hard if the mailbox does not exist, or never takes mail. What is not known is soft."""
    return Kind.HARD if status.startswith("5") and not PASSING.fullmatch(status) else Kind.SOFT


def sentence(text: str, status: str) -> str:
    """The line that holds the status; the first that says anything where none does."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return next((line for line in lines if best_status("", line) == status), "") if status else "".join(lines[:1])


def recipients_in(block: Message, *names: str) -> frozenset[str]:
    """Addresses without their type, as in `rfc822; sumi@example.org`."""
    values = (field(block, name).rpartition(";")[2].strip(" <>").lower() for name in names)
    return frozenset(value for value in values if "@" in value)


def field(part: Message, name: str) -> str:
    """A header on one line; empty if it is not there."""
    return " ".join(str(part[name] or "").split())


def text_of(part: Message) -> str:
    """The words of a part that has no parts; empty for pictures and the like."""
    if part.is_multipart() or part.get_content_maintype() not in {"text", "message"}:
        return ""
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
