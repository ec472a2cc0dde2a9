"""Mailings that were sent: each alone (.eml), or many in one file (mbox), of which memory holds one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext as _

from core.rich_text import from_mail
from core.rich_text.mail import FORWARDED
from core.rich_text.page import Page, elements, text_of
from interchange.bringing.formats.documents import about, are_most, attempted, of_other_kinds, plain
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from newsletter.composing import Unreadable
from newsletter.composing.telling import number_in
from newsletter.composing.upload import from_rich, is_mail

MAIL = {".eml", ".mbox", ".mbx", ""}
LARGEST_MAIL = 50 * 1024 * 1024
MOST_MAILS, MOST_ASIDES = 20_000, 1000
NEAR_BEGINNING = 100_000
MOST_ASKED = 50
#: How a mail begins in an mbox file: who sent it and when. In a text, such a line has `>` before it.
BEGINNING = re.compile(rb"From \S.{0,200}\d{4}(?: [-+]\d{4})?\r?\n\Z")
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
#: Words that are no part of a person's name.
NO_NAME = re.compile(
    r"[@|:/0-9]|\b(?:newsletters?|news|team|weekly|daily|digest|letters?|mail|updates?|no-?reply|info|the|post)\b|周刊|通讯|团队",
    re.IGNORECASE,
)
ONLINE = re.compile(r"browser|online|on the web|navigateur|en ligne|浏览器|在线|网页", re.IGNORECASE)
LONGEST_ONLINE = 60
#: Who the mail was sent to.
PERSONAL = {"e", "email", "contact", "subscriber", "utm_source", "utm_medium", "utm_campaign"}


def mailings(files: Files) -> list[str]:
    return [name for name in named(files) if is_mail(beginning(files, name))]


def named(files: Files) -> list[str]:
    names = [name for name in files.names if PurePosixPath(name).suffix.lower() in MAIL]
    return names if len(files.names) > 1 else list(files.names)


def recognises(files: Files) -> bool:
    return are_most(files, MAIL) and any(is_mail(beginning(files, name)) for name in named(files)[:MOST_ASKED])


def beginning(files: Files, name: str) -> bytes:
    with files.open(name) as file:
        return file.read(NEAR_BEGINNING)


def read(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    seen: dict[str, str] = {}
    for name in mailings(files):
        asides = 0
        for content in mails(files, name):
            mail = brought(content, name, seen)
            asides += isinstance(mail, Aside)
            if asides > MOST_ASIDES:
                raise Unreadable(_("Most mails in “%(name)s” cannot be brought in.") % {"name": name})
            yield mail
    yield from of_other_kinds(files, MAIL) if len(files.names) > 1 else ()


def mails(files: Files, name: str) -> Iterator[bytes]:
    """The mails in a file. Raises Unreadable where one is too large, or where they are too many."""
    with files.open(name) as file:
        for count, content in enumerate(divided(file)):
            if count > MOST_MAILS:
                raise Unreadable(_("“%(name)s” holds more than 20,000 mails: divide it.") % {"name": name})
            if content.strip():
                yield content


def divided(file: IO[bytes]) -> Iterator[bytes]:
    lines, size, is_after_empty, is_mbox = list[bytes](), 0, True, None
    for line in iter(lambda: file.readline(LARGEST_MAIL), b""):
        if is_mbox is None:
            is_mbox = line.startswith(b"From ")
        if is_mbox and is_after_empty and BEGINNING.match(line):
            yield unescaped(lines) if lines else b""
            lines, size = [], 0
        else:
            lines.append(line)
            size += len(line)
        is_after_empty = not line.strip()
        if size > LARGEST_MAIL:
            raise Unreadable(_("A mail is larger than 50 MB."))
    yield unescaped(lines) if is_mbox else b"".join(lines)


def unescaped(lines: list[bytes]) -> bytes:
    return ESCAPED.sub(rb"\1", b"".join(lines))


def brought(content: bytes, file: str, seen: dict[str, str]) -> Found | Aside:
    """A mail as a document. What its readers saw around it, to the browser and away from the list, stays there."""
    head = BytesHeaderParser(policy=policy.default).parsebytes(content)
    title = subject(head) or PurePosixPath(file).stem
    digest = sha256(content).hexdigest()[:32]
    key = str(head.get("message-id", "")).strip(" <>\r\n\t") or digest
    if seen.get(key) == digest:
        return Aside(title, _("What is in an export twice comes once."))
    key = f"{key} {digest}" if key in seen else key
    seen[key] = digest
    return attempted(title, lambda: made(content, head, key, title))


def made(content: bytes, head: EmailMessage, key: str, title: str) -> Found:
    online: list[str] = []
    document = from_rich(from_mail(content, lambda page: online.extend(online_addresses(page))))
    headings = re.findall(r"^# (.+)$", document.text, re.MULTILINE)
    said = about(
        title=title if len(headings) != 1 else "",
        subject=title if headings != [title] else "",
        date=sent_at(head),
        authors=[author(head)],
        kind="issue",
    )
    if number := number_in(title):
        said.number, said.origins["number"] = number, _("the subject")
    addresses = [*archived_at(head), *online[:1]]
    return Found(f"mail:{key}"[:500], title, replace(document, about=said), addresses)


def subject(head: EmailMessage) -> str:
    return FORWARDED.sub("", plain(head.get("subject", "")))


def sent_at(head: EmailMessage) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(head.get("date", "")))
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def author(head: EmailMessage) -> str:
    """Who sent it, if that is a person's name and not that of the newsletter."""
    name = plain(parseaddr(str(head.get("from", "")))[0])
    listed = plain(str(head.get("list-id", "")).partition("<")[0]).strip('"')
    parts = name.split()
    is_han = bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name))
    is_name = is_han or (1 < len(parts) < 5 and all(part[0].isupper() or part.islower() for part in parts))
    is_newsletter = name == listed or name.casefold() in subject(head).casefold()
    return name if is_name and not is_newsletter and not NO_NAME.search(name) else ""


def archived_at(head: EmailMessage) -> Iterator[str]:
    """Where the list keeps it (RFC 5064)."""
    address = str(head.get("archived-at", "")).strip(" <>\r\n\t")
    if address.startswith(("http://", "https://")):
        yield address


def online_addresses(page: Page) -> Iterator[str]:
    """Where the mail could be read in a browser, if that is an address for everybody and not one of a counter."""
    for link in elements(page.root, "a"):
        said, address = text_of(link), link.get("href", "").strip()
        if 0 < len(said) <= LONGEST_ONLINE and ONLINE.search(said) and address.startswith(("http://", "https://")):
            parts = urlsplit(address)
            if {name for name, _value in parse_qsl(parts.query)} <= PERSONAL:
                yield parts._replace(query="", fragment="").geturl()


MAILINGS = Format("Mail (.eml, mbox)", recognises, read)
