"""What a page elsewhere says of itself: its title, its publication, its language."""

import codecs
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import get_supported_language_variant
from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from core.addresses import site_of
from core.fetching import Page
from core.rich_text import NEWER

TYPES = ("text/html", "application/xhtml+xml")
META = "//meta[@property='{0}' or @name='{0}']/@content"
TITLES = [META.format("og:title"), "//title/text()"]
NAMES = [META.format("og:site_name"), META.format("application-name")]
LANGUAGES = ["/html/@lang", META.format("og:locale")]
STRUCTURED = "//script[@type='application/ld+json']/text()"
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
LONGEST_HEAD = 2048
#: What stands between a title and the name of the site behind it.
LAST_PART = re.compile(r"(.*\S)\s*(?:\s[-–—:·•]\s|[|_»|｜])\s*(.+)", re.DOTALL)
LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Head:
    """Empty is what nobody knows; the language is one of those that an article can have."""

    title: str
    name: str
    language: str


def head_of(page: Page) -> Head:
    host = site_of(page.url)
    try:
        root = document_fromstring(decoded(page).encode(), parser=HTMLParser(encoding="utf-8"))
    except LxmlError:
        return Head("", host, "")
    name = first(root, NAMES) or publisher(root) or host
    return Head(without_site(first(root, TITLES), name, host)[:250], name[:120], language(first(root, LANGUAGES)))


def decoded(page: Page) -> str:
    """The text of a page that may be cut anywhere: in UTF-8, or as it says, or in Chinese."""
    said = CHARSET.search(page.content[:LONGEST_HEAD])
    charsets = (charset.lower() for charset in (page.charset, said[1].decode() if said else "") if charset)
    is_utf16 = page.content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    whole = page.content[: page.content.rfind(b"<")]  # no part of another character, in any encoding
    for charset in ("utf-16" if is_utf16 else "utf-8-sig", *(NEWER.get(one, one) for one in charsets), "gb18030"):
        for content in (page.content, whole):
            with suppress(LookupError, ValueError):
                return content.decode(charset)
    return page.content.decode("cp1252", "replace")


def first(root: HtmlElement, paths: list[str]) -> str:
    found = (" ".join(str(text).split()) for path in paths for text in root.xpath(path))
    return next(filter(None, found), "")


def publisher(root: HtmlElement) -> str:
    """Whom the page's structured data name as its publisher."""
    for text in root.xpath(STRUCTURED):
        with suppress(ValueError, RecursionError):
            for each in objects(json.loads(text)):
                name = each["publisher"].get("name") if isinstance(each.get("publisher"), dict) else None
                if isinstance(name, str) and name.strip():
                    return " ".join(name.split())
    return ""


def objects(value: object) -> Iterator[dict]:
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as found:
                yield found
                waiting += found.values()
            case list() as found:
                waiting += found


def without_site(title: str, name: str, host: str) -> str:
    """A title without the name of its site at its end."""
    known = {key(name), key(host), key(host.partition(".")[0])}
    while (found := LAST_PART.fullmatch(title)) and key(found[2]) in known:
        title = found[1]
    return title


def key(text: str) -> str:
    return "".join(LETTERS.findall(text.casefold()))


def language(said: str) -> str:
    """The language as articles know it; empty for those they do not."""
    with suppress(LookupError):
        return get_supported_language_variant(said.replace("_", "-").lower())
    return ""
