"""The mailbox that reports come to, on a mail server (IMAP) or in a folder (Maildir).

What has been dealt with is moved to its folder `Processed`, unread as it came: whatever is no report is found there.
"""

import imaplib
import mailbox as folders
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

PROCESSED = "Processed"
#: Enough for what a report says, of which the mail that it brings back may be cut, and for a reader's photograph.
MOST_BYTES = 8 * 2**20
SECONDS_FOR_A_REPLY = 30
#: A reply to NAMESPACE (RFC 2342): what own folders begin with, as in `(("INBOX." ".")) NIL NIL`.
NAMESPACE = re.compile(rb'\(\("((?:[^"\\]|\\.)*)"')
NO_ASCII = re.compile(r"[^\x20-\x7e]+")

#: Messages by key. They stay until they are put away.
type Mailbox = Maildir | Imap


class Refused(Exception):
    """A mail server says no to something about one message, or one folder."""


class Lost(Exception):
    """The connection to the mail server broke, or it says nothing any more."""


@contextmanager
def mailbox(url: str) -> Iterator[Mailbox]:
    """Open `imaps://user:password@host/INBOX` (or `imap:`, without encryption) or `maildir:///path`. Raises OSError,
    imaplib.IMAP4.error, Refused or mailbox.NoSuchMailboxError where that does not work."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield Maildir(unquote(parts.path))
        return
    secure = parts.scheme == "imaps"
    connect = imaplib.IMAP4_SSL if secure else imaplib.IMAP4
    connection = connect(
        parts.hostname or "localhost", parts.port or (993 if secure else 143), timeout=SECONDS_FOR_A_REPLY
    )
    try:
        connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield Imap(connection, unquote(parts.path.strip("/")) or "INBOX")
    finally:
        try:
            connection.logout()
        except (OSError, imaplib.IMAP4.error):
            with suppress(OSError):
                connection.shutdown()


class Maildir:
    def __init__(self, path: str) -> None:
        self.name = path
        self.box = folders.Maildir(path, create=False)

    def keys(self) -> list[str]:
        return sorted(self.box.keys())

    def get(self, key: str) -> bytes:
        with self.box.get_file(key) as file:
            return file.read(MOST_BYTES)

    def put_away(self, key: str) -> None:
        """As it is. Killed in between, it leaves the message in both folders: to read it again changes nothing."""
        self.box.add_folder(PROCESSED).add(self.box.get_bytes(key))
        self.box.discard(key)


class Imap:
    """Raises Refused where a command is, and Lost where the connection is."""

    def __init__(self, connection: imaplib.IMAP4, folder: str) -> None:
        self.connection = connection
        self.done("select", quoted(folder))
        validity = (connection.response("UIDVALIDITY")[1] or [b""])[0] or b""
        self.name = f"{connection.host} {folder} {validity.decode()}"
        self.processed = self.folder_for_processed()

    def folder_for_processed(self) -> str:
        """Beside the folder that is read or, where own folders lie below INBOX, as with Courier, there. Made where it
        is not there; where that is refused, each message is."""
        prefix = ""
        if "NAMESPACE" in self.connection.capabilities:
            found = NAMESPACE.match(self.done("namespace")[0] or b"")
            prefix = re.sub(r"\\(.)", r"\1", found[1].decode()) if found else ""
        names = dict.fromkeys(quoted(f"{start}{PROCESSED}") for start in (prefix, "INBOX.", "INBOX/", ""))
        for name in names:
            if self.can("status", name, "(MESSAGES)") or self.can("create", name):
                return name
        return next(iter(names))

    def keys(self) -> list[str]:
        """UIDs, which stay when others are moved away."""
        return (self.done("uid", "SEARCH", "UNDELETED")[0] or b"").decode().split()

    def get(self, key: str) -> bytes:
        """As PEEK, so that it does not count as read."""
        for line in self.done("uid", "FETCH", key, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"):
            if isinstance(line, tuple):
                return line[1]
        raise Refused(f"message {key} is gone")

    def put_away(self, key: str) -> None:
        """MOVE (RFC 6851) where the server knows it and does it; else copy, delete."""
        if "MOVE" in self.connection.capabilities and self.can("uid", "MOVE", key, self.processed):
            return
        self.done("uid", "COPY", key, self.processed)
        self.done("uid", "STORE", key, "+FLAGS", r"(\Deleted)")
        if "UIDPLUS" in self.connection.capabilities:  # else it takes along what others marked
            self.done("uid", "EXPUNGE", key)
        else:
            self.done("expunge")

    def can(self, command: str, *words: str) -> bool:
        try:
            self.done(command, *words)
        except Refused:
            return False
        return True

    def done(self, command: str, *words: str) -> list:
        """What the server answers to a command that worked; imaplib leaves NO to its callers."""
        try:
            status, said = getattr(self.connection, command)(*words)
        except (imaplib.IMAP4.abort, OSError) as error:
            raise Lost(str(error)) from error
        except imaplib.IMAP4.error as error:  # the server says BAD
            raise Refused(str(error)) from error
        if status != "OK":
            raise Refused(f"the mail server says {status}: {said!r}")
        return said


def quoted(name: str) -> str:
    """The name of a folder as IMAP has it (RFC 3501, sections 4.3 and 5.1.3)."""
    in_ascii = NO_ASCII.sub(
        lambda found: f"&{b64encode(found[0].encode('utf-16-be')).decode().rstrip('=').replace('/', ',')}-",
        name.replace("&", "&-"),
    )
    return '"' + in_ascii.replace("\\", "\\\\").replace('"', '\\"') + '"'
