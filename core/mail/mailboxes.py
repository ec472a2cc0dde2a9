"""The mailbox that reports come to, on a mail server (IMAP) or in a folder (Maildir).

What has been dealt with is moved to its folder `Processed`, unread as it came: whatever is no report is found there.
"""

import imaplib
import mailbox as folders
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

PROCESSED = "Processed"
#: Enough for what a report says, of which the mail that it brings back may be cut, and for a reader's photograph.
MOST_BYTES = 8 * 2**20
SECONDS_FOR_A_REPLY = 30


#: Messages by key. They stay until they are put away.
type Mailbox = Maildir | Imap


@contextmanager
def mailbox(url: str) -> Iterator[Mailbox]:
    """Open `imaps://user:password@host/INBOX` (or `imap:`, without encryption) or `maildir:///path`. Raises OSError,
    imaplib.IMAP4.error or mailbox.NoSuchMailboxError where that does not work."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield Maildir(unquote(parts.path))
        return
    secure = parts.scheme == "imaps"
    connect = imaplib.IMAP4_SSL if secure else imaplib.IMAP4
    with connect(
        parts.hostname or "localhost", parts.port or (993 if secure else 143), timeout=SECONDS_FOR_A_REPLY
    ) as connection:
        connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield Imap(connection, unquote(parts.path.strip("/")) or "INBOX")


class Maildir:
    def __init__(self, path: str) -> None:
        self.box = folders.Maildir(path, create=False)

    def keys(self) -> list[str]:
        return sorted(self.box.keys())

    def get(self, key: str) -> bytes:
        with self.box.get_file(key) as file:
            return file.read(MOST_BYTES)

    def put_away(self, key: str) -> None:
        """Killed in between, it leaves the message in both folders: to read it again changes nothing."""
        self.box.add_folder(PROCESSED).add(self.box[key])
        self.box.discard(key)


class Imap:
    def __init__(self, connection: imaplib.IMAP4, folder: str) -> None:
        self.connection = connection
        self.done(connection.select(f'"{folder}"'))
        with suppress(imaplib.IMAP4.error):  # a server that has it already says no
            connection.create(PROCESSED)

    def keys(self) -> list[str]:
        """UIDs, which stay when others are moved away."""
        return self.done(self.connection.uid("SEARCH", "ALL"))[0].decode().split()

    def get(self, key: str) -> bytes:
        """As PEEK, so that it does not count as read."""
        for line in self.done(self.connection.uid("FETCH", key, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")):
            if isinstance(line, tuple):
                return line[1]
        raise OSError(f"message {key} is gone")

    def put_away(self, key: str) -> None:
        """MOVE (RFC 6851) where the server knows it; else copy, delete."""
        if "MOVE" in self.connection.capabilities:
            self.done(self.connection.uid("MOVE", key, PROCESSED))
            return
        self.done(self.connection.uid("COPY", key, PROCESSED))
        self.done(self.connection.uid("STORE", key, "+FLAGS", r"(\Deleted)"))
        self.done(self.connection.expunge())

    def done(self, reply: tuple[str, list]) -> list:
        """What a server answers to a command that worked; imaplib leaves NO to its callers."""
        if reply[0] != "OK":
            raise OSError(f"the mail server says {reply[0]}: {reply[1]!r}")
        return reply[1]
