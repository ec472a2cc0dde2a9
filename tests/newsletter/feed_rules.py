"""The rules by which the W3C's feed validator judges RSS and Atom, as far as a feed made here could break them.

It is not a validator for the feeds of others: what Django's generators cannot get wrong is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import html5lib

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

ADDRESS = re.compile(r"https?://[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+\Z")
TAG_URI = re.compile(r"tag:[a-z0-9.\-]+,\d{4}-\d\d-\d\d:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]+\Z")
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\Z")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
OLD_CONTROLS = re.compile("[\x80-\x9f\ufffd]")
END_TAG = re.compile(r"</\w+>")

SAFE_TAGS = {
    *("a", "abbr", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del"),
    *("details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s"),
    *("samp", "small", "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "time", "tr", "u", "ul", "var", "wbr"),
}
SAFE_ATTRIBUTES = {
    *("abbr", "align", "alt", "class", "colspan", "datetime", "dir", "headers", "height", "href", "hreflang"),
    *("id", "lang", "open", "reversed", "rowspan", "scope", "sizes", "span", "src", "srcset", "start"),
    *("title", "type", "value", "width"),
}


def findings(feed: bytes, address: str) -> list[str]:
    """What the validator would complain about in a feed that was fetched from `address`."""
    root = ElementTree.fromstring(feed)  # noqa: S314
    judge = judge_rss if root.tag == "rss" else judge_atom
    texts = [text for element in root.iter() for text in (element.text or "", *element.attrib.values())]
    return [*judge(root, address), *(f"a control in {text!r}" for text in texts if OLD_CONTROLS.search(text))]


def judge_rss(root: Element, address: str) -> Iterator[str]:
    channel = root.find("channel")
    assert channel is not None
    yield from exactly_one(channel, "title", "link", "description", "language", "lastBuildDate")
    yield from judge_self(channel, address)
    yield from judge_date(channel.findtext("lastBuildDate", ""), RFC_822)
    names = [child.tag for child in channel]
    items = channel.findall("item")
    if names[len(names) - len(items) :] != ["item"] * len(items):
        yield "something follows the first item"
    for image in channel.findall("image"):
        yield from judge_image(image, channel)
    yield from unique("guid", [item.findtext("guid") for item in items])
    for item in items:
        yield from judge_item(item)


def judge_item(item: Element) -> Iterator[str]:
    yield from exactly_one(item, "title", "link", "description", "guid", "pubDate", CONTENT)
    yield from judge_title(item.findtext("title", ""))
    yield from judge_address(item.findtext("link", ""))
    yield from judge_date(item.findtext("pubDate", ""), RFC_822)
    guid = item.find("guid")
    if guid is not None and (guid.get("isPermaLink") != "false" or not TAG_URI.match(guid.text or "")):
        yield f"guid {guid.text}"
    names = [child.tag for child in item]
    if CONTENT in names and "description" in names and names.index(CONTENT) < names.index("description"):
        yield "the content comes before the description"
    yield from judge_html(item.findtext("description", ""))
    yield from judge_html(item.findtext(CONTENT, ""))
    yield from (f"blank {child.tag}" for child in item if child.tag == "category" and not (child.text or "").strip())


def judge_image(image: Element, channel: Element) -> Iterator[str]:
    if not image.findtext("url", "").lower().endswith((".gif", ".jpg", ".jpeg", ".png")):
        yield f"image {image.findtext('url')}"
    for name in ("title", "link"):
        if image.findtext(name) != channel.findtext(name):
            yield f"{name} of the image differs"


def judge_atom(root: Element, address: str) -> Iterator[str]:
    yield from exactly_one(root, *(ATOM + name for name in ("id", "title", "updated", "author")))
    yield from judge_self(root, address)
    yield from judge_date(root.findtext(f"{ATOM}updated", ""), RFC_3339)
    if not root.get(XML_LANG):
        yield "no language"
    entries = root.findall(f"{ATOM}entry")
    yield from unique("id", [entry.findtext(f"{ATOM}id") for entry in entries])
    yield from unique("updated", [entry.findtext(f"{ATOM}updated") for entry in entries])
    for entry in entries:
        yield from judge_entry(entry)


def judge_entry(entry: Element) -> Iterator[str]:
    yield from exactly_one(
        entry, *(ATOM + name for name in ("id", "title", "updated", "published", "summary", "content"))
    )
    yield from judge_title(entry.findtext(f"{ATOM}title", ""))
    yield from judge_date(entry.findtext(f"{ATOM}updated", ""), RFC_3339)
    yield from judge_date(entry.findtext(f"{ATOM}published", ""), RFC_3339)
    if not TAG_URI.match(entry.findtext(f"{ATOM}id", "")):
        yield f"id {entry.findtext(f'{ATOM}id')}"
    links = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    if len(links) != 1:
        yield f"{len(links)} alternate links"
    for link in entry.findall(f"{ATOM}link"):
        yield from judge_address(link.get("href", ""))
    for author in entry.findall(f"{ATOM}author"):
        yield from exactly_one(author, f"{ATOM}name")
    yield from judge_html(entry.findtext(f"{ATOM}summary", ""))
    yield from judge_html(entry.findtext(f"{ATOM}content", ""))


def judge_html(html: str) -> Iterator[str]:
    if not html.strip():
        yield "blank HTML"
    try:
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)
    except html5lib.html5parser.ParseError as error:
        yield f"{error} in {html!r}"
        return
    for element in list(tree.iter())[1:]:
        if element.tag not in SAFE_TAGS:
            yield f"risky element {element.tag}"
        yield from (f"risky attribute {name}" for name in element.attrib if name not in SAFE_ATTRIBUTES)
        candidates = [candidate.split()[0] for candidate in element.get("srcset", "").split(",") if candidate.strip()]
        addresses = [element.get("href"), element.get("src"), *candidates]
        yield from (
            f"relative address {address}"
            for address in addresses
            if address and not address.startswith(("https://", "http://", "mailto:"))
        )


def judge_title(title: str) -> Iterator[str]:
    if not title.strip() or END_TAG.search(title):
        yield f"title {title!r}"


def judge_address(address: str) -> Iterator[str]:
    if not ADDRESS.match(address):
        yield f"address {address!r}"


def judge_self(channel: Element, address: str) -> Iterator[str]:
    links = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if links != [address]:
        yield f"self link {links}"


def judge_date(date: str, form: re.Pattern[str]) -> Iterator[str]:
    if not form.match(date):
        yield f"date {date!r}"
        return
    moment = parsedate_to_datetime(date) if form is RFC_822 else datetime.fromisoformat(date)
    if moment > datetime.now(UTC) + timedelta(minutes=10):
        yield f"date {date} is to come"


def exactly_one(parent: Element, *names: str) -> Iterator[str]:
    found = Counter(child.tag for child in parent if (child.text or "").strip() or len(child))
    yield from (f"{found[name]} × {name} in {parent.tag}" for name in names if found[name] != 1)


def unique(name: str, values: list[str | None]) -> Iterator[str]:
    yield from (f"{count} × {name} {value}" for value, count in Counter(values).items() if count > 1)
