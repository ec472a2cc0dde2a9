"""Mail that comes in, from the mailbox that the site reads or from a mail service, for whoever waits for it."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from functools import cached_property
from typing import NamedTuple

from django.conf import settings

from core import standing
from core.limits import Limit
from core.mail.mailboxes import Lost, Mailbox, mailbox
from core.mail.messages import one_line

END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
MOST_BYTES_OF_HEADERS = 100_000
MOST_OF_HEADER = 2000
SECONDS_BETWEEN = 300
#: Other small work waits meanwhile.
MOST_AT_ONCE = 200
MOST_NAMED = 5
PASSED_OVER = Limit("core.mail.incoming.passed over", 1, 86_400)
#: What `read_all` counts beside the words of the takers.
NOTHING, BROKEN = "nothing", "broken"

#: Where mail servers and programs write to whom a message was sent.
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")
#: Headers of what no person has written, and which value says that one has (RFC 3834; the others are custom).
AUTOMATIC = {"Auto-Submitted": {"no"}, "Precedence": {"first-class"}, "List-Id": set(), "X-Autoreply": {"no"}}
#: How the notices of absence of those programs begin that do not say so otherwise.
ABSENT = re.compile(
    r"\s*(?:auto(?:matic)?[- ]?repl|out of (?:the )?office|automatische antwort|abwesen|réponse automatique|absence du"
    r"|respuesta automática|risposta automatica|resposta automática|automatisch antwoord|autosvar|автоответ"
    r"|otomatik yanıt|自[动動][回答][复復覆]|自動応答|不在|자동 ?회신|الرد التلقائي|رد تلقائي|מענה אוטומטי)",
    re.IGNORECASE,
)
MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "do-not-reply", "donotreply")

logger = logging.getLogger(__name__)


class Incoming:
    """A message as it came."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def message(self) -> EmailMessage | None:
        """None for one that begins with more than mail servers let through: to read its headers takes hours."""
        if len(END_OF_HEADERS.split(self.data, maxsplit=1)[0]) > MOST_BYTES_OF_HEADERS:
            return None
        return message_from_bytes(self.data, policy=policy.default)


class Taker(NamedTuple):
    """`take` is given every message that none before it took, and says in a word what it was to it, or nothing where
    it was not for it: to be given the same one again must change nothing. `meanings` is what its words mean."""

    take: Callable[[Incoming], str]
    meanings: Mapping[str, str]
    #: As the reports of mail servers are looked for before anything else.
    comes_first: bool = False


#: Apps add theirs in `ready()`.
takers: list[Taker] = []


def read_when_due() -> None:
    """Every five minutes, whichever worker comes first, where a mailbox is set."""
    if not settings.BOUNCE_MAILBOX or standing.is_held():
        return
    if not Limit("mailing.bouncing", 1, SECONDS_BETWEEN).hit("mailbox"):
        with mailbox(settings.BOUNCE_MAILBOX) as box:
            read_all(box, MOST_AT_ONCE)


def read_all(box: Mailbox, most: int | None = None) -> Counter[str]:
    """Read the messages of a mailbox, and put each away once what it says is stored; returns how many of each kind.
    What cannot be read or put away stays, is none of those `most`, and is passed over for a day where there is such a
    number. Raises Lost where the mail server is gone: what it broke down at is passed over as well."""
    counts, dealt_with, stuck = Counter[str](), set[str](), dict[str, Exception | None]()
    try:
        for key in list(box.keys()):
            if most is not None and counts.total() >= most:
                break
            if most is not None and PASSED_OVER.knows((box.name, key)):
                continue
            try:
                kind = take(box.get(key))
                box.put_away(key)
            except Exception as error:
                stuck[key] = error
                if isinstance(error, Lost):
                    raise
            else:
                counts[kind] += 1
                dealt_with.add(key)
        stuck |= dict.fromkeys(dealt_with.intersection(box.keys()))  # put away, as it says, and there nevertheless
    finally:
        pass_over(box, stuck)
    counts[BROKEN] += len(stuck)
    return counts


def pass_over(box: Mailbox, stuck: Mapping[str, Exception | None]) -> None:
    """The log says it once for all of them, and once in a day for each."""
    new = [key for key in stuck if not PASSED_OVER.hit((box.name, key))]
    if new:
        error = next(filter(None, (stuck[key] for key in new)), None)
        names = ", ".join([*new[:MOST_NAMED], *["…"] * (len(new) > MOST_NAMED)])
        logger.error("%d messages of the mailbox cannot be put away; left there: %s", len(new), names, exc_info=error)


def take(data: bytes) -> str:
    """Give a message to whom it is for; returns what it was to them."""
    incoming = Incoming(data)
    in_order = sorted(takers, key=lambda taker: not taker.comes_first)
    try:
        return next(filter(None, (taker.take(incoming) for taker in in_order)), NOTHING)
    except RecursionError:  # parts within parts within parts: nobody's letter
        return NOTHING


def in_words(header: str) -> str:
    """A header as people read it, without RFC 2047; no longer than they write one."""
    header, text = header[:MOST_OF_HEADER], ""
    try:
        for piece, charset in decode_header(header):
            named = (charset or "raw-unicode-escape").partition("*")[0]  # behind which RFC 2231 has a language
            text += piece.decode(named, "replace") if isinstance(piece, bytes) else piece
    except (LookupError, ValueError, HeaderParseError):
        return header
    return text


def recipients(message: EmailMessage) -> Iterable[str]:
    """The addresses that it was sent to, in small letters, without the signs that servers and programs put around
    them. Of headers as they came: the parser of Python stumbles over some, and needs seconds for thousands of
    addresses."""
    headers = [str(value) for name, value in message.raw_items() if name.title() in RECIPIENTS]
    return (address.lower().replace('"', "").strip(".'") for _name, address in getaddresses(headers))


def sender(message: EmailMessage) -> tuple[str, str]:
    """The name and the address, in small letters, that a mail says it is from; of the header as it came, which the
    parser of Python refuses where an encoded name holds a line break."""
    given = next((value for name, value in message.raw_items() if name.title() == "From"), "")
    name, email = parseaddr(one_line(str(given).encode(errors="surrogateescape").decode(errors="replace")))
    return one_line(in_words(name)), email.lower()


def is_automatic(message: EmailMessage) -> bool:
    """Whether a program sent it: a notice of absence, a list, a mail server."""
    told = any(str(message[name]).strip().lower() not in said for name, said in AUTOMATIC.items() if message[name])
    told |= message.get_content_type() == "multipart/report" or bool(ABSENT.match(str(message.get("Subject", ""))))
    name = sender(message)[1].partition("@")[0]
    return told or message.get("Return-Path", "").strip() == "<>" or name in {"", *MACHINES}
