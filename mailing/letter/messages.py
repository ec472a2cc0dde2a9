"""From a letter to the bytes of each person's message.

What is the same for everybody is encoded once; for each person only To, Message-ID, Date, Reply-To, List-Unsubscribe
and the addresses in the text are put in. That is some fifty times cheaper than to build each message anew.
"""

import re
import time
from base64 import encodebytes
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from email import policy, quoprimime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache, partial
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from core.mail.messages import Message, WholeHeaders, address
from core.mail.replies import address_with
from mailing.letter.letters import Letter, letter_for, stored_letter
from mailing.letter.printing import PREFERENCES_URL, UNSUBSCRIBE_URL
from mailing.models import Dispatch, StoredLetter

EOL = "\r\n"
LINE = 76
SOFT_BREAK = b"=\r\n"
MARK = re.compile(f"({UNSUBSCRIBE_URL}|{PREFERENCES_URL})")
#: That a POST alone is enough to leave (RFC 8058).
ONE_CLICK = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
#: A text in one of mail's encodings, with gaps where marks were.
type Encoded = QuotedPrintable | Base64
#: What quoted-printable leaves as it is.
FITS_A_LINE = re.compile(r"[!-\-/-<>-~][!-<>-~]{0,74}")


class Person(NamedTuple):
    """What differs from copy to copy. The address is as SMTP wants it, see `core.mail.messages.address`."""

    address: str
    message_id: str
    unsubscribe_url: str
    preferences_url: str
    #: What stands in their own address for answers; see `core.mail.replies`.
    answer: str = ""

    @property
    def list_unsubscribe(self) -> str:
        """The ways out as mail programs know them (RFC 2369): a POST and, where an address for it is set, a mail whose
        subject says who leaves what."""
        by_mail = f", <mailto:{settings.UNSUBSCRIBE_ADDRESS}?subject={self.unsubscribe_url}>"
        return f"<{self.unsubscribe_url}>{by_mail if settings.UNSUBSCRIBE_ADDRESS else ''}"

    @property
    def marks(self) -> dict[str, str]:
        return {UNSUBSCRIBE_URL: self.unsubscribe_url, PREFERENCES_URL: self.preferences_url}


class Plate:
    """A letter made ready to be printed for any number of people."""

    def __init__(self, letter: Letter) -> None:
        boundary = f"=_{uuid4().hex}"
        self.letter = letter
        self.sender = address(parseaddr(letter.from_email)[1])
        self.head = head(letter, boundary)
        self.reply_to = folded("Reply-To", mailbox(letter.reply_to)) if letter.reply_to else b""
        self.answers = folded("Reply-To", Address(letter.answers, addr_spec="a@a")).rpartition(b"<a@a>")[0].rstrip()
        self.text, self.html = encoded(letter.text), encoded(letter.html)
        self.before_text = part(boundary, "plain", self.text)
        self.before_html = EOL.encode() + part(boundary, "html", self.html)
        self.end = f"{EOL}--{boundary}--{EOL}".encode()

    def copy_for(self, person: Person) -> "Printed":
        made = partial(self.message, person), partial(self.for_backend, person)
        return Printed(self.sender, person.address, *made)

    def message(self, person: Person) -> bytes:
        """One person's message: lines of at most 998 octets that end in CRLF, ASCII throughout. As no line begins with
        a dot, it goes over SMTP as it is (RFC 5321, section 4.5.2)."""
        own = (
            f"To: {person.address}{EOL}Message-ID: {person.message_id}{EOL}"
            f"Date: {date(int(time.time()))}{EOL}List-Unsubscribe: {person.list_unsubscribe}{EOL}"
        )
        reply_to, marks = self.reply_to, person.marks
        if self.letter.answers and person.answer:
            reply_to = self.answers + f"{EOL} <{address_with(person.answer)}>{EOL}".encode("ascii")
        text, html = self.text.filled(marks), self.html.filled(marks)
        own_head = [own.encode("ascii"), reply_to, self.head]
        return b"".join([*own_head, self.before_text, text, self.before_html, html, self.end])

    def for_backend(self, person: Person) -> Message:
        """The same for a mail backend that wants Django's message, as those of mail services do."""
        letter, marks = self.letter, person.marks
        text, html = (MARK.sub(lambda found: marks[found[0]], body) for body in (letter.text, letter.html))
        own = {"Message-ID": person.message_id, "List-Unsubscribe": person.list_unsubscribe}
        reply_to = letter.reply_to
        if letter.answers and person.answer:
            reply_to = str(Address(letter.answers, addr_spec=address_with(person.answer)))
        message = Message(
            letter.subject,
            text,
            letter.from_email,
            [person.address],
            reply_to=[reply_to] if reply_to else None,
            headers={**common_headers(letter), **own},
        )
        message.attach_alternative(html, "text/html")
        return message


class Printed(NamedTuple):
    """One person's copy, see `core.mail.transport.Outgoing`."""

    sender: str
    recipient: str
    as_bytes: Callable[[], bytes]
    for_backend: Callable[[], Message]


@transaction.atomic
def plate_of(dispatch: Dispatch) -> Plate:
    """The plate of a stored dispatch, always from the same letter. That is kept once it is known to be printable: what
    cannot be printed can be mended.

    Raises Dispatch.DoesNotExist where it is not being sent (any more), and whatever keeps the plate from being made.
    Whoever withdraws a text waits meanwhile, and stops the dispatch then: see `mailing.delivery.heeding`.
    """
    Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk, state=Dispatch.State.SENDING)
    letter = stored_letter(dispatch)
    if letter:
        return Plate(letter)
    plate = Plate(letter_for(dispatch))
    StoredLetter.objects.create(dispatch=dispatch, content=asdict(plate.letter))
    return plate


@lru_cache(maxsize=1)
def date(second: int) -> str:
    """As RFC 5322 has it, of a second since 1970."""
    return format_datetime(datetime.fromtimestamp(second, UTC))


def common_headers(letter: Letter) -> dict[str, str]:
    return {**letter.headers, **ONE_CLICK}


def head(letter: Letter, boundary: str) -> bytes:
    """The headers that are the same for everybody, and the empty line. A line break in one raises ValueError."""
    message = EmailMessage(policy=WholeHeaders() + policy.SMTP)
    message["From"] = mailbox(letter.from_email)
    message["Subject"] = letter.subject
    for name, value in common_headers(letter).items():
        message[name] = value
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    lines = (message.policy.fold_binary(*header) for header in message.raw_items())
    return b"".join([*lines, EOL.encode()])


def folded(name: str, value: Address) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message[name] = value
    return policy.SMTP.fold_binary(*next(iter(message.raw_items())))


def mailbox(text: str) -> Address:
    """A name and an address, the latter as `core.mail.messages.address` makes it."""
    name, email = parseaddr(text)
    return Address(name, addr_spec=address(email))


def part(boundary: str, kind: str, body: Encoded) -> bytes:
    form = f'Content-Type: text/{kind}; charset="utf-8"'
    return EOL.join([f"--{boundary}", form, f"Content-Transfer-Encoding: {body.name}", EOL]).encode()


def encoded(text: str) -> Encoded:
    """In whichever encoding is shorter: base64 for Chinese, quoted-printable for English."""
    printable, in_base64 = QuotedPrintable(text), Base64(text)
    return printable if printable.size <= in_base64.size else in_base64


def split(text: str) -> tuple[list[str], list[str]]:
    """The pieces between the marks, with the line breaks of mail, and the marks. Pieces are one more."""
    found = MARK.split(EOL.join([*text.splitlines(), ""]))
    return found[::2], found[1::2]


class QuotedPrintable:
    """Around each mark the line is broken softly, so that no break falls into it."""

    name = "quoted-printable"

    def __init__(self, text: str) -> None:
        pieces, self.marks = split(text)
        self.pieces = [quoted(piece) for piece in pieces]
        self.size = sum(map(len, self.pieces))

    def filled(self, marks: Mapping[str, str]) -> bytes:
        made = [self.pieces[0]]
        for mark, piece in zip(self.marks, self.pieces[1:], strict=True):
            made += [SOFT_BREAK, quoted(marks[mark]), SOFT_BREAK, piece]
        return b"".join(made)


def quoted(text: str) -> bytes:
    """Lines of at most 76 characters, of which none begins with a dot."""
    if FITS_A_LINE.fullmatch(text):
        return text.encode()
    lines = quoprimime.body_encode(text.encode().decode("latin-1"), maxlinelen=LINE - 2, eol=EOL).split(EOL)
    return EOL.join(f"=2E{line[1:]}" if line.startswith(".") else line for line in lines).encode("ascii")


class Base64:
    """Three bytes at a time become four letters. So what follows a mark begins nought, one or two bytes later,
    whatever fills up the mark; each piece is kept encoded for the three cases, with the bytes left over at its end."""

    name = "base64"

    def __init__(self, text: str) -> None:
        pieces, self.marks = split(text)
        self.pieces = [[aligned(piece.encode(), skip) for skip in range(3)] for piece in pieces]
        self.size = sum(len(cases[0].lines) for cases in self.pieces)

    def filled(self, marks: Mapping[str, str]) -> bytes:
        made = [self.pieces[0][0].lines]
        rest = self.pieces[0][0].rest
        for mark, cases in zip(self.marks, self.pieces[1:], strict=True):
            between = rest + marks[mark].encode()
            piece = cases[-len(between) % 3]
            between += piece.skipped
            whole = len(between) // 3 * 3
            made += [in_lines(between[:whole]), piece.lines]
            rest = between[whole:] + piece.rest
        return b"".join([*made, in_lines(rest)])


class Aligned(NamedTuple):
    skipped: bytes
    lines: bytes
    rest: bytes


def aligned(piece: bytes, skip: int) -> Aligned:
    end = skip + max(0, len(piece) - skip) // 3 * 3
    return Aligned(piece[:skip], in_lines(piece[skip:end]), piece[end:])


def in_lines(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", EOL.encode())
