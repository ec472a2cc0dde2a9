"""Mail that comes in, for whoever waits for it. The mailbox is read by `mailing.lists.bouncing`."""

import re
from collections.abc import Callable, Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

#: Each is given a message that is no report and ends no subscription, and says whether it was for it: to be given the
#: same one again must change nothing. Apps add theirs in `ready()`.
takers: list[Callable[[EmailMessage], bool]] = []

END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
MOST_BYTES_OF_HEADERS = 100_000

#: Where mail servers and programs write to whom a message was sent.
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
#: Headers of what no person has written, and which value says that one has (RFC 3834; the others are custom).
AUTOMATIC = {"Auto-Submitted": {"no"}, "Precedence": {"first-class"}, "List-Id": set(), "X-Autoreply": {"no"}}
MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "do-not-reply", "donotreply")


def take(data: bytes) -> bool:
    """Whether somebody took the message. One that begins with more than mail servers let through is for nobody: to
    read its headers takes hours."""
    if len(END_OF_HEADERS.split(data, maxsplit=1)[0]) > MOST_BYTES_OF_HEADERS:
        return False
    message = message_from_bytes(data, policy=policy.default)
    return any(taker(message) for taker in takers)


def recipients(message: EmailMessage) -> Iterable[str]:
    """The addresses that it was sent to, in small letters. Of headers as they came: the parser of Python stumbles over
    some, and needs seconds for thousands of addresses."""
    headers = [str(value) for name, value in message.raw_items() if name.title() in RECIPIENTS]
    return (address.lower() for _name, address in getaddresses(headers))


def is_automatic(message: EmailMessage) -> bool:
    """Whether a program sent it: a notice of absence, a list, a mail server."""
    told = any(str(message[name]).strip().lower() not in said for name, said in AUTOMATIC.items() if message[name])
    sender = parseaddr(str(message.get("From", "")))[1].lower()
    return told or message.get("Return-Path", "").strip() == "<>" or sender.partition("@")[0] in {"", *MACHINES}
