"""Handing one message to the mail server, and knowing for certain what became of it.

What matters is when something went wrong. Until the last line of the message has left us, the server cannot have
accepted it, and it can be sent again. From then on until its reply it may have been accepted or not, and nobody knows
(RFC 5321, section 4.2.5; RFC 1047 tells the story of the duplicates).
"""

import smtplib
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any, NamedTuple, Protocol

from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import NewConnectionError

from core.mail.messages import one_line
from core.mail.refusals import Fault, fault_of

EOL = "\r\n"
END, RESET = b".\r\n", b"RSET\r\n"
ACCEPTED, GO_AHEAD, CLOSING, NONSENSE = 250, 354, 421, -1
#: As smtplib has it; RFC 5321 allows 512 octets.
LONGEST_LINE = 8192
#: What a server does with a complete message, such as looking for viruses, may take a while.
SECONDS_FOR_A_VERDICT = 60.0
ACCEPTED_BY_SERVICE = "accepted by the mail service"
GOES_ON = {ACCEPTED, 251, 252, GO_AHEAD}
#: How HTTP says that nothing of ours is taken: a wrong key, unpaid, not our domain, no such address.
BARRED = {401, 402, 403, 404, 405}
#: Not now. A gateway's 502 and 504 say nothing of what the service behind it did.
NOT_NOW = {429, 500, 503}
#: Headers that a mail service sets itself, and refuses to be told.
OWN_HEADERS = {"Mailjet": frozenset({"message-id", "list-id"})}


class Reply(NamedTuple):
    """The text is on one line."""

    code: int
    text: str


class Outgoing(Protocol):
    """One message to one person. Its addresses are as SMTP wants them, see `core.mail.messages.address`."""

    @property
    def sender(self) -> str:
        """Where it is reported that the message could not be delivered, where BOUNCE_ADDRESS is not set."""

    @property
    def recipient(self) -> str: ...

    def as_bytes(self) -> bytes:
        """ASCII lines of at most 998 octets that end in CRLF, of which none begins with a single dot."""

    def for_backend(self) -> EmailMessage:
        """The same for a mail backend that wants Django's message, as those of mail services do."""


class Rejected(Exception):
    """The server said no: for good (5xx) or for now (4xx)."""

    def __init__(self, code: int, answer: str, *, is_of_sender: bool = False) -> None:
        super().__init__(f"{code} {answer}")
        self.code = code
        #: Whoever the mail is for: the server does not want us.
        self.is_of_sender = is_of_sender

    @property
    def for_good(self) -> bool:
        return self.code >= 500

    @property
    def no_such_address(self) -> bool:
        """Whether it is sure that there is nobody; what else a server objects to may be ours, or pass."""
        return self.for_good and not self.is_of_sender and fault_of(str(self)) == Fault.NOBODY


class Broken(Exception):
    """The connection broke before the message was complete: the server cannot have accepted it."""


class Unreachable(Broken):
    """There was no connection at all."""


class Barred(Unreachable):
    """A mail service takes nothing of us, whatever the message."""


class Unanswered(Exception):
    """The message was complete and the reply is missing: it may have been accepted or not."""


def transport(patience: float | None = None) -> "Transport":
    """What fits the mail backend of the settings. To each step before the message is complete a mail server answers
    within `patience` seconds, or is gone; without it, as long as the settings say."""
    backend: Any = mailers["default"]
    if patience and isinstance(backend, SMTPBackend):
        backend.timeout = patience
    return SMTP(backend) if isinstance(backend, SMTPBackend) else Transport(backend)


#: What pauses where it would wait for the server, and returns the server's answer.
type Conversation = Generator[None, None, str]


def in_step(conversations: Sequence[Conversation]) -> list[str | Exception]:
    """Several connections in one thread: all say something, then all listen. Returns each one's answer or error."""
    outcomes: dict[int, str | Exception] = {}
    while len(outcomes) < len(conversations):
        for place, conversation in enumerate(conversations):
            if place not in outcomes:
                try:
                    next(conversation)
                except StopIteration as end:
                    outcomes[place] = end.value
                except Exception as error:
                    outcomes[place] = error
    return [outcomes[place] for place in range(len(conversations))]


class Transport:
    """One connection. `send` returns the server's answer, or raises Rejected, Broken or Unanswered.

    This one is any mail backend of Django: a mail service, a folder, the tests' outbox. Such a backend only says
    whether it worked. What is no plain refusal may have been accepted nevertheless.
    """

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend

    @property
    def service_name(self) -> str:
        """By django-anymail's names; empty where it is no mail service."""
        return getattr(self.backend, "esp_name", "")

    def send(self, message: Outgoing) -> str:
        [outcome] = in_step([self.conversation(message)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def conversation(self, message: Outgoing) -> Conversation:
        """The same in steps: it pauses where it would wait for the server."""
        yield
        made = message.for_backend()
        made.extra_headers = accepted_headers(made.extra_headers, self.service_name)
        self.hand_over(made)
        outcome = outcome_for(message.recipient, made)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def hand_over(self, message: Any) -> None:
        """Give Django's message to a backend. Raises what went wrong before anything became of each person."""
        try:
            self.backend.send_messages([message])
        except Exception as error:
            if not statuses(message):
                raise meaning(error) from error

    def close(self) -> None:
        with suppress(OSError):
            self.backend.close()


def accepted_headers(headers: Mapping[str, str], service_name: str) -> dict[str, str]:
    own = OWN_HEADERS.get(service_name, frozenset())
    return {name: value for name, value in headers.items() if name.lower() not in own}


def statuses(message: Any) -> dict[str, Any]:
    """What a mail service said of each person, by address; nothing where it did not come to that."""
    status = getattr(message, "anymail_status", None)
    return status.recipients if status else {}


def outcome_for(recipient: str, message: Any) -> str | Exception:
    """What is accepted is noted with the name that the service gave to it, by which it tells of it later."""
    said = statuses(message)
    status: Any = said.get(recipient) or (next(iter(said.values()), None) if len(message.to) == 1 else None)
    if status and status.status in {"invalid", "rejected", "failed"}:
        return Rejected(550, f"{status.status} by the mail service")
    if said and not status:
        return Unanswered("the mail service did not say what became of it")
    return " ".join(filter(None, [ACCEPTED_BY_SERVICE, status.message_id if status else None]))


def meaning(error: Exception) -> Exception:
    """What a backend's error says of the message."""
    words = one_line(str(error))
    code: Any = getattr(error, "status_code", None) or (550 if isinstance(error, smtplib.SMTPRecipientsRefused) else 0)
    if isinstance(error, ConnectionRefusedError | ConnectTimeout) or never_connected(error):
        return Unreachable(words)
    if code in BARRED:
        return Barred(words)
    if code in NOT_NOW:
        return Rejected(450, words)
    # django-anymail's own objection, to something that the service does not know, before it is called
    is_objection = isinstance(error, AnymailError) and not isinstance(error, AnymailAPIError)
    if 400 <= code < 500 or code == 550 or is_objection:
        return Rejected(550, words)
    return Unanswered(words)


def never_connected(error: BaseException | None) -> bool:
    """Whether it all began with a connection that did not come about."""
    return error is not None and (isinstance(error, NewConnectionError) or never_connected(error.__context__))


class SMTP(Transport):
    """Django's SMTP connection, kept open, with messages that are bytes already and commands that share a packet."""

    backend: SMTPBackend

    @property
    def connection(self) -> smtplib.SMTP:
        if self.backend.connection is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self.backend.connection

    def conversation(self, message: Outgoing) -> Conversation:
        sender = settings.BOUNCE_ADDRESS or message.sender
        was_open = not self.open()
        try:
            yield from self.announce(sender, message.recipient)
        except Broken:
            if not was_open:
                raise
            self.open()  # a server may hang up on a connection that rests
            yield from self.announce(sender, message.recipient)
        return (yield from self.transfer(message.as_bytes()))

    def open(self) -> bool:
        """True where the connection is new."""
        try:
            is_new = bool(self.backend.open())
            if is_new:
                self.connection.ehlo_or_helo_if_needed()
                # Its end does not wait for what came before it to be acknowledged.
                self.connection.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # type: ignore[union-attr]
        except OSError as error:
            self.close()
            raise Unreachable(str(error)) from error
        return is_new

    def announce(self, sender: str, recipient: str) -> Generator[None]:
        """MAIL, RCPT and DATA, in one packet where the server takes that (RFC 2920)."""
        commands = [f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"]
        together = self.connection.has_extn("pipelining")
        replies: list[Reply] = []
        for group in [commands] if together else [[command] for command in commands]:
            self.talk(EOL.join([*group, ""]).encode("ascii"), replies=0)
            yield
            replies += self.talk(b"", len(group))
            if refusal := next((reply for reply in replies if reply[0] not in GOES_ON), None):
                self.recover(wants_message=replies[-1][0] == GO_AHEAD)
                raise refused(*refusal, is_of_sender=refusal is replies[0])

    def talk(self, words: bytes, replies: int) -> list[Reply]:
        """Say something before the message is complete, and wait for so many replies."""
        try:
            if words:
                self.connection.send(words)
            return [self.reply() for _ in range(replies)]
        except OSError as error:
            self.hang_up()
            raise Broken(str(error)) from error

    def reply(self) -> Reply:
        """The server's next reply: lines with one code, a hyphen after it in all but the last (RFC 5321, section 4.2).
        Raises OSError. smtplib's own does the same, several times as slowly."""
        lines: Any = self.connection.file
        texts, goes_on = [], True
        while goes_on:
            line = lines.readline(LONGEST_LINE)
            if not line.endswith(b"\n"):
                raise smtplib.SMTPServerDisconnected("the server hung up, or goes on and on")
            texts.append(line[4:].strip())
            goes_on = line[3:4] == b"-"
        text = one_line(b" ".join(texts).decode("utf-8", "replace"))
        return Reply(int(line[:3]) if line[:3].isdigit() else NONSENSE, text)

    def transfer(self, message: bytes) -> Conversation:
        """The message and its last line."""
        self.talk(message + END, replies=0)
        yield
        line: Any = self.connection.sock
        line.settimeout(SECONDS_FOR_A_VERDICT)
        try:
            code, answer = self.reply()
            line.settimeout(self.backend.timeout)
        except OSError as error:
            self.hang_up()
            raise Unanswered(str(error)) from error
        if code == ACCEPTED:
            return f"{code} {answer}"
        self.recover(wants_message=False)
        raise refused(code, answer) if code >= 400 else Unanswered(answer)

    def recover(self, *, wants_message: bool) -> None:
        """After a refusal: make the connection fit for the next message, or give it up."""
        with suppress(Broken):
            if wants_message:  # the server wants one though it refused its recipient
                self.talk(END, replies=1)
            if self.talk(RESET, replies=1)[0].code != ACCEPTED:
                self.hang_up()

    def hang_up(self) -> None:
        """Without a farewell."""
        with suppress(OSError):
            self.connection.close()
        self.backend.connection = None


def refused(code: int, answer: str, *, is_of_sender: bool = False) -> Exception:
    """A server that is closing, or talks nonsense, has said nothing about the message."""
    if code == CLOSING or not 400 <= code < 600:
        return Broken(f"{code} {answer}")
    return Rejected(code, answer, is_of_sender=is_of_sender)
