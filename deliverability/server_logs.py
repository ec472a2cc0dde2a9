"""What a mail server's own log says of copies of which nobody knows whether they arrived, by their Message-ID.

Read line by line, so that a log may be of any length. Postfix, Exim and sendmail write the Message-ID once, beside a
name of their own for the message, and tell by that name what became of it; the exports of mail services and Exchange
have both in one row. OpenSMTPD and qmail write no Message-ID. What is not understood is passed over.
"""

import csv
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _

#: In bytes; of a longer line the rest is passed over.
LONGEST_LINE = 64 * 1024
GZIP = b"\x1f\x8b"
#: What a log says of a copy, from the weakest word to the strongest.
TAKEN, BOUNCED = "taken", "bounced"

#: "4Zr1Qx0dPVz9: message-id=<…>" begins a message, and "(queue active)" or a recipient's line shows that it was taken.
POSTFIX_ID = re.compile(r"\]: ([0-9A-Za-z]{5,20}): message-id=<?([^<>\s]{3,250})")
POSTFIX = re.compile(r"\]: ([0-9A-Za-z]{5,20}): (?:.*\bstatus=(\w+)(.*)|from=<.*\((queue active)\))")
#: "1tHxYz-000000004Vz-1abc <= sender … id=…" is written when it was taken.
EXIM = re.compile(r"(?:^|\s)(\w{6}-\w{6,11}-\w{2,4}) (<=|=>|->|>>|\*\*|Completed)(.*)")
EXIM_ID = re.compile(r" id=<?([^<>\s]{3,250})")
#: "4B14K0xx012345: from=…, msgid=<…>" is written when it was taken; "to=…, dsn=…, stat=…" tells the rest.
SENDMAIL_ID = re.compile(r"\]: (\w{10,20}): from=.*\bmsgid=<?([^<>\s,]{3,250})")
SENDMAIL = re.compile(r"\]: (\w{10,20}): to=.*\bdsn=(\d)\.\d+\.\d+, stat=(.*)")
#: How lines begin with a time: as in RFC 3339, as Exim does, and as old syslogs do.
MOMENT = re.compile(
    r"^(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)"
)

#: The columns of exports, in small letters without spaces and such; of several the first.
ID_COLUMNS = ("messageid", "internetmessageid", "headermessageid", "smtpid", "msgid", "sgmessageid")
STATUS_COLUMNS = ("eventid", "event", "status", "eventtype", "deliverystatus", "type", "state", "result", "outcome")
ANSWER_COLUMNS = ("reason", "response", "diagnostic", "description", "error", "smtpresponse", "details", "message")
STATUSES = {
    TAKEN: (
        "accepted processed sent send delivered delivery deliver success successful queued deferred delayed open"
        " opened click clicked complaint complained spamreport spam unsubscribed unsubscribe receive"
    ),
    BOUNCED: (
        "bounced bounce hardbounce hardbounced softbounce softbounced bouncehard bouncesoft blocked block failed fail"
        " failure dropped drop rejected reject undelivered undeliverable invalid invalidemail error permanentfail"
    ),
}
MEANINGS = {word: kind for kind, words in STATUSES.items() for word in words.split()}


class Unreadable(Exception):
    """What was given is no log. The message is for the editor."""


@dataclass
class Reading:
    """What a log says of the copies that are asked for, by their Message-IDs without their angles."""

    asked: Mapping[str, int]
    #: By the key of a copy: what is said, and in which words.
    verdicts: dict[int, tuple[str, str]] = field(default_factory=dict)
    #: Copies that are named without a word on whether they were taken.
    named: set[int] = field(default_factory=set)
    lines: int = 0
    understood: int = 0
    first: str = ""
    last: str = ""
    unknown_words: Counter[str] = field(default_factory=Counter)
    #: The server's own names of messages that it still speaks of.
    names: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> list[int]:
        return sorted(copy for copy, (said, _words) in self.verdicts.items() if said == kind)

    @property
    def silent(self) -> list[int]:
        """Those of which it does not say that they were taken."""
        return sorted(set(self.asked.values()) - set(self.verdicts))

    def say(self, copy: int, kind: str, words: str = "") -> None:
        """A message can pass through several queues: a failure in any of them is the end of it."""
        if kind == BOUNCED or copy not in self.verdicts:
            self.verdicts[copy] = (kind, " ".join(words.split())[:500])

    def begin(self, name: str, message_id: str, *, is_taken: bool) -> None:
        """The server's name for a message. Old names are given again to others."""
        self.names.pop(name, None)
        copy = self.asked.get(message_id)
        if copy is not None:
            self.names[name] = copy
            self.named.add(copy)
            if is_taken:
                self.say(copy, TAKEN)


def read(source: BinaryIO, asked: Iterable[tuple[str, int]], *, most: int | None = None) -> Reading:
    """Read a log, packed with gzip or not, for these Message-IDs and the keys of their copies. Raises Unreadable where
    it is damaged, or longer than `most` bytes."""
    reading = Reading({message_id.strip("<>"): copy for message_id, copy in asked})
    lines = decoded(opened(source), most)
    try:
        first = next((line for line in lines if line.strip()), "")
        if columns := table_of(first):
            read_table(reading, columns, lines)
        else:
            read_lines(reading, chain([first], lines))
    except (EOFError, zlib.error, gzip.BadGzipFile, csv.Error) as error:
        raise Unreadable(_("This file is damaged: it cannot be read to its end.")) from error
    return reading


def opened(source: BinaryIO) -> BinaryIO:
    is_packed = source.read(2) == GZIP
    source.seek(0)
    return gzip.GzipFile(fileobj=source) if is_packed else source  # type: ignore[return-value]


def decoded(source: BinaryIO, most: int | None) -> Iterator[str]:
    size, is_rest = 0, False
    while line := source.readline(LONGEST_LINE):
        size += len(line)
        if most and size > most:
            raise Unreadable(
                _("This log has more than %(most)d MB. Whoever runs the site can read it by command: server_log.")
                % {"most": most // 1_000_000}
            )
        if not is_rest:
            yield line.decode("utf-8", "replace").lstrip("\ufeff").replace("\0", "")
        is_rest = not line.endswith(b"\n")


def read_lines(reading: Reading, lines: Iterable[str]) -> None:
    line = ""
    for line in lines:
        reading.lines += 1
        if not reading.understood or may_matter(reading, line):
            date(reading, line)
            read_line(reading, line)
    date(reading, line)


def may_matter(reading: Reading, line: str) -> bool:
    """Most lines are of mail that nobody asks for, and looked at no closer."""
    if "essage-id=" in line or "msgid=" in line or " id=" in line:
        return True
    if not reading.names:
        return False
    start = line.find("]: ") + 3
    if start > 2 and line[start : line.find(":", start)] in reading.names:
        return True
    return not reading.names.keys().isdisjoint(line[:120].split(" ", 6))


def date(reading: Reading, line: str) -> None:
    if moment := MOMENT.match(line):
        reading.first = reading.first or moment[0]
        reading.last = moment[0]


def read_line(reading: Reading, line: str) -> None:
    if found := POSTFIX_ID.search(line):
        reading.understood += 1
        reading.begin(found[1], found[2], is_taken=False)
    elif found := SENDMAIL_ID.search(line):
        reading.understood += 1
        reading.begin(found[1], found[2], is_taken=True)
    elif found := SENDMAIL.search(line):
        reading.understood += 1
        follow(reading, found[1], BOUNCED if found[2] == "5" else TAKEN, found[3])
    elif found := POSTFIX.search(line):
        reading.understood += 1
        is_over = found[2] in ("bounced", "expired")
        follow(reading, found[1], BOUNCED if is_over else TAKEN, found[3] or found[2] or "")
    elif found := EXIM.search(line):
        reading.understood += 1
        name, sign, rest = found.groups()
        if sign == "<=" and (own := EXIM_ID.search(rest)):
            reading.begin(name, own[1], is_taken=True)
        else:
            follow(reading, name, BOUNCED if sign == "**" else TAKEN, rest)


def follow(reading: Reading, name: str, kind: str, words: str) -> None:
    copy = reading.names.get(name)
    if copy is not None:
        reading.say(copy, kind, words)


def plain(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower())


def table_of(head: str) -> tuple[int, int, int | None, str] | None:
    """Where Message-ID, status and answer stand in a table, and what is between its columns; None if it is none."""
    sign = max(",;\t", key=head.count)
    names = [plain(name) for name in next(csv.reader([head], delimiter=sign), [])]
    places = [
        next((names.index(name) for name in wanted if name in names), None)
        for wanted in (ID_COLUMNS, STATUS_COLUMNS, ANSWER_COLUMNS)
    ]
    if places[0] is None or places[1] is None:
        return None
    return places[0], places[1], places[2], sign


def read_table(reading: Reading, columns: tuple[int, int, int | None, str], lines: Iterator[str]) -> None:
    own, status, answer, sign = columns
    for row in csv.reader(lines, delimiter=sign):
        reading.lines += 1
        if len(row) <= max(own, status):
            continue
        kind = MEANINGS.get(plain(row[status]))
        reading.understood += bool(kind)
        copy = reading.asked.get(row[own].strip(" <>'"))
        if copy is None:
            continue
        reading.named.add(copy)
        if kind:
            said = row[answer] if answer is not None and answer < len(row) else ""
            reading.say(copy, kind, f"{row[status]} {said}")
        else:
            reading.unknown_words[row[status][:40]] += 1
