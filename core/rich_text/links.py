"""Links lead where they say, not through the counter of a third."""

import re
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from django.utils.translation import gettext as _
from lxml.html import HtmlElement

from core.markup.dialect import ADDRESS
from core.rich_text.page import NAMES, Page, elements, text_of
from core.rich_text.signs import PLAIN

# Addresses that lead on to one in their query, and where it stands there.
REDIRECTS = re.compile(rf"https?://(?:{'|'.join(NAMES['redirects'])})[^?]*\?")
QUERIES = ("url", "q", "u", "target", "z", "to")
GUARDED = re.compile(r"https://urldefense\.(?:com|proofpoint\.com)/v3/__(https?:/.+?)__;")
FOLLOWED = re.compile(r"https?://|mailto:", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
UNSAFE = re.compile(r"[\s<>\"\\`^{|}\[\]]")
BARE = re.compile(ADDRESS)


def mend_links(page: Page, *, keeps_paths: bool) -> None:
    """Lead each link where it ends; keep the words of those that lead nowhere from here, and say so."""
    lost = []
    for link in elements(page.root, "a"):
        address = destination(link.get("href", "").strip(), page.base)
        if FOLLOWED.match(address) or (keeps_paths and is_path(address)):
            link.set("href", address)
            tidy(link)
        else:
            if text_of(link) and link.get("href") and not re.match(r"#|javascript:|tel:", link.get("href").strip()):
                lost.append(text_of(link)[:60])
            link.drop_tag()
    if lost:
        remark = _("These links lead to nowhere from here, only their words are kept: “%(words)s”.")
        page.remarks.append(remark % {"words": "”, “".join(dict.fromkeys(lost))})


def is_path(address: str) -> bool:
    """Whether it leads elsewhere within a site."""
    return bool(address) and not SCHEME.match(address) and not address.startswith("#")


def destination(address: str, base: str) -> str:
    """Where an address leads in the end, as far as it says so itself."""
    if base and is_path(address):
        address = urljoin(base, address)
    for _step in range(3):
        further = led_on(address)
        if not further:
            break
        address = further
    return safe(address)


def safe(address: str) -> str:
    """An address that Markdown can hold."""
    address = UNSAFE.sub(lambda sign: quote(sign[0]), address)
    return address if balanced(address) else address.replace("(", "%28").replace(")", "%29")


def led_on(address: str) -> str:
    if guarded := GUARDED.match(address):
        return re.sub(r"^(https?:/)(?!/)", r"\1/", guarded[1])
    if REDIRECTS.match(address):
        query = parse_qs(urlsplit(address).query)
        return next((query[name][0] for name in QUERIES if name in query and FOLLOWED.match(query[name][0])), "")
    return ""


def balanced(address: str) -> bool:
    depth = 0
    for sign in re.findall(r"[()]", address):
        depth += 1 if sign == "(" else -1
        if not 0 <= depth <= 2:
            return False
    return depth == 0


def tidy(link: HtmlElement) -> None:
    """A title that says something stays; an address that is shown as it is needs no link."""
    title = " ".join(link.get("title", "").replace('"', "”").split())
    address, words = link.get("href"), text_of(link)
    link.attrib.clear()
    link.set("href", address)
    if title and title not in {words, address}:
        link.set("title", title)
    elif len(link) == 0 and words == address.removeprefix("mailto:"):
        link.text = words if stands_alone(link) else f"<{words}>".translate(PLAIN)
        link.drop_tag()


def stands_alone(link: HtmlElement) -> bool:
    """Whether an address ends where the renderer would see its end."""
    previous = link.getprevious()
    before = (link.getparent().text if previous is None else previous.tail) or " "
    return before[-1].isspace() and (link.tail or " ")[0].isspace() and BARE.fullmatch(link.text.strip()) is not None
