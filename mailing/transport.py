"""Handing one message to the mail server, and knowing for certain what became of it.

What matters is when something went wrong. Until the last line of the message has left us, the server cannot have
accepted it, and it can be sent again. From then on until its reply it may have been accepted or not, and nobody knows
(RFC 5321, section 4.2.5; RFC 1047 tells the story of the duplicates).
"""

import re
import smtplib
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from mailing.messages import Person, Plate

EOL = "\r\n"
END = b".\r\n"
ACCEPTED, GO_AHEAD, CLOSING = 250, 354, 421
NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.(?![78]\b)\d")
GOES_ON = {ACCEPTED, 251, 252, GO_AHEAD}


class Refused(Exception):
    """The server said no: for good (5xx) or for now (4xx)."""

    def __init__(self, code: int, answer: str) -> None:
        super().__init__(f"{code} {answer}")
        self.code = code

    @property
    def for_good(self) -> bool:
        return self.code >= 500

    @property
    def no_such_address(self) -> bool:
        """By the enhanced code 5.1.x (RFC 3463), but for those that are about the sender's address."""
        return self.for_good and bool(NO_SUCH_ADDRESS.search(str(self)))


class Broken(Exception):
    """The connection broke before the message was complete: the server cannot have accepted it."""


class Unreachable(Broken):
    """There was no connection at all."""


class Unanswered(Exception):
    """The message was complete and the reply is missing: it may have been accepted or not."""


def transport() -> "Transport":
    """What fits the mail backend of the settings."""
    backend = mailers["default"]
    return SMTP(backend) if isinstance(backend, SMTPBackend) else AnyBackend(backend)


class Transport:
    """One connection. `send` returns the server's answer, or raises Refused, Broken or Unanswered."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend

    def send(self, plate: Plate, person: Person) -> str:
        raise NotImplementedError

    def close(self) -> None:
        with suppress(OSError):
            self.backend.close()


class AnyBackend(Transport):
    """Any other mail backend of Django: a mail service, a folder, the tests' outbox.

    Such a backend only says whether it worked. What is no plain refusal may have been accepted nevertheless.
    """

    def send(self, plate: Plate, person: Person) -> str:
        message = plate.for_backend(person)
        try:
            self.backend.send_messages([message])
        except ConnectionRefusedError as error:
            raise Unreachable(str(error)) from error
        except Exception as error:
            raise unknown_or_refused(error) from error
        return accepted_as(message)


def accepted_as(message: Any) -> str:
    """With the name that a mail service gave to a message, by which it tells of it later."""
    status = getattr(message, "anymail_status", None)
    return " ".join(filter(None, ["accepted by the mail service", status and status.message_id]))


def unknown_or_refused(error: Exception) -> Exception:
    """What a mail service's error means: HTTP's 429 is for now, its other 4xx and refused recipients are for good."""
    code: Any = getattr(error, "status_code", None) or (550 if isinstance(error, smtplib.SMTPRecipientsRefused) else 0)
    if code == 429:
        return Refused(450, str(error))
    if 400 <= code < 500 or code == 550:
        return Refused(550, str(error))
    return Unanswered(str(error))


class SMTP(Transport):
    """Django's SMTP connection, kept open, with messages that are bytes already and commands that share a packet."""

    backend: SMTPBackend

    @property
    def connection(self) -> smtplib.SMTP:
        if self.backend.connection is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self.backend.connection

    def send(self, plate: Plate, person: Person) -> str:
        sender = settings.BOUNCE_ADDRESS or plate.sender
        was_open = not self.open()
        try:
            self.announce(sender, person.address)
        except Broken:
            if not was_open:
                raise
            self.open()  # a server may hang up on a connection that rests
            self.announce(sender, person.address)
        return self.transfer(plate.message(person))

    def open(self) -> bool:
        """True where the connection is new."""
        try:
            is_new = bool(self.backend.open())
            self.connection.ehlo_or_helo_if_needed()
        except OSError as error:
            self.close()
            raise Unreachable(str(error)) from error
        return is_new

    def announce(self, sender: str, recipient: str) -> None:
        """MAIL, RCPT and DATA, in one packet where the server takes that (RFC 2920)."""
        commands = [f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"]
        together = self.connection.has_extn("pipelining")
        replies = []
        for group in [commands] if together else [[command] for command in commands]:
            replies += self.talk(EOL.join([*group, ""]).encode("ascii"), len(group))
            if refusal := next((reply for reply in replies if reply[0] not in GOES_ON), None):
                self.recover(wants_message=replies[-1][0] == GO_AHEAD)
                raise refused(*refusal)

    def talk(self, words: bytes, replies: int) -> list[tuple[int, bytes]]:
        """Say something before the message is complete, and wait for so many replies."""
        try:
            connection = self.connection
            connection.send(words)
            return [connection.getreply() for _ in range(replies)]
        except OSError as error:
            self.hang_up()
            raise Broken(str(error)) from error

    def transfer(self, message: bytes) -> str:
        """The message and its last line."""
        self.talk(message + END, replies=0)
        try:
            code, answer = self.connection.getreply()
        except OSError as error:
            self.hang_up()
            raise Unanswered(str(error)) from error
        if code == ACCEPTED:
            return f"{code} {words(answer)}"
        self.recover(wants_message=False)
        raise refused(code, answer) if code >= 400 else Unanswered(words(answer))

    def recover(self, *, wants_message: bool) -> None:
        """After a refusal: make the connection fit for the next message, or give it up."""
        try:
            if wants_message:  # the server wants one though it refused its recipient
                self.connection.send(END)
                self.connection.getreply()
            if self.connection.rset()[0] != ACCEPTED:
                self.hang_up()
        except OSError:
            self.hang_up()

    def hang_up(self) -> None:
        """Without a farewell."""
        with suppress(OSError):
            self.connection.close()
        self.backend.connection = None


def refused(code: int, answer: bytes) -> Exception:
    """A server that is closing, or talks nonsense, has said nothing about the message."""
    if code == CLOSING or not 400 <= code < 600:
        return Broken(f"{code} {words(answer)}")
    return Refused(code, words(answer))


def words(answer: bytes) -> str:
    """A server's answer as one line."""
    return " ".join(answer.decode("utf-8", "replace").split())
