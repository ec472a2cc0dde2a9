"""An older issue as mail: its HTML with the pictures that came along, under its subject."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from html import escape
from urllib.parse import quote

from django.utils.translation import gettext as _

from core.rich_text.converting import RichText, convert
from core.rich_text.page import Page, Unreadable
from core.rich_text.signs import plainly

# What calls itself by the older name holds signs of the newer one.
NEWER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252"}
FORWARDED = re.compile(r"\s*(?:(?:re|fwd?|aw|wg|tr|doorst|转发|转寄|回复|轉寄)\s*[:：]\s*)+", re.IGNORECASE)


def from_mail(content: bytes, prepare: Callable[[Page], None] | None = None) -> RichText:
    """The text of a mail (RFC 5322): its HTML, which may be prepared, or where it has none what is plain, as it was
    written. Its subject is the title unless the text begins with a heading, or has one heading of the first rank.
    Raises Unreadable."""
    message = message_from_bytes(content, policy=policy.default)
    parts = list(texts(message))
    subject = plainly(FORWARDED.sub("", str(message.get("subject", ""))))
    if not any(text.strip() for _kind, text in parts):
        raise Unreadable(_("There is no text in this mail."))
    if all(kind == "plain" for kind, _text in parts):
        return RichText(titled("\n\n".join(text.replace("\r\n", "\n").strip() for _kind, text in parts), subject))
    html = "\n".join(text if kind == "html" else f"<p>{escape(text)}</p>" for kind, text in parts)
    text = convert(html, files=dict(pictures(message)), is_mail=True, prepare=prepare)
    return RichText(titled(text.markdown, subject), text.pictures, text.missing, text.remarks)


def texts(part: MIMEPart) -> Iterator[tuple[str, str]]:
    """The kind, `html` or `plain`, and the text of each part that a mail program would show."""
    if part.get_content_type() == "multipart/alternative":
        offers = [list(texts(offer)) for offer in part.iter_parts()]
        rich = [offer for offer in offers if any(kind == "html" for kind, _text in offer)]
        yield from [*rich[-1:], *filter(None, offers), []][0]
    elif part.is_multipart() and part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            yield from texts(inner)
    elif part.get_content_type() in {"text/html", "text/plain"} and not part.is_attachment():
        yield part.get_content_subtype(), decoded(part)


def decoded(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    named = (part.get_content_charset() or "utf-8").lower()
    for charset in (NEWER.get(named, named), "utf-8", "gb18030"):
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def pictures(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """The pictures in a mail, by the addresses that its HTML has for them."""
    for part in message.walk():
        payload = part.get_payload(decode=True) if part.get_content_maintype() == "image" else None
        name = str(part.get("content-id", "")).strip("<> \t\r\n")
        if isinstance(payload, bytes) and name:
            yield f"cid:{name}", payload
            yield f"cid:{quote(name)}", payload


def titled(text: str, subject: str) -> str:
    """A text under its title, unless it has one."""
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith(("![", "[![", "---")))
    begins, has_one = next(lines, ""), len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    has_title = has_one or begins.startswith("# ") or begins.strip() == subject
    return text if has_title or not subject else f"# {subject}\n\n{text}"
