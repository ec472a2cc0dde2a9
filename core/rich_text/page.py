"""HTML as a program copied or stored it: a tree, and what is found out about it on the way."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import yaml
from django.utils.translation import gettext as _
from lxml.etree import iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring

LARGEST_TEXT = 5 * 1024 * 1024
MOST_TAGS = 40_000
DEEPEST = 200
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
#: What other programs call the parts of a page, and what they say in it.
NAMES = yaml.safe_load(Path(__file__).with_name("pages.yaml").read_text(encoding="utf-8"))
FRAMES = {*NAMES["frames"].split()}
BLOCKS = FRAMES | HEADINGS | {*NAMES["blocks"].split()}
# What tables are called that only lay out a page.
LAID_OUT = {"presentation", "none"}
START, END = "<!--StartFragment-->", "<!--EndFragment-->"
WORDS_NOTES = re.compile(r"<div[^<>]*mso-element:\s*(?:foot|end)note-list", re.IGNORECASE)
PART_OF_TABLE = re.compile(r"\s*<(?:col|colgroup|thead|tbody|tfoot|tr|td|th)\b", re.IGNORECASE)
SOURCE = re.compile(r"^SourceURL:(https?://\S+)", re.MULTILINE)
EMBEDDED = re.compile(r"data:image/[\w.+-]+(?:;[\w=-]+)*;base64,([\w+/=\s]+)")
# The parser closes these before a paragraph, which browsers do not.
RENAMED = {"b": "strong", "i": "em", "s": "del", "strike": "del", "u": "ins", "small": "ins", "big": "ins"}
RENAMED_TAG = re.compile(rf"<(/?)({'|'.join(RENAMED)})(?=[\s/>])", re.IGNORECASE)
# To HTML the end of a page is a space.
SOFT_BREAK = re.compile("[\x0b\x85\u2028\u2029]+")
TAG_OR_BREAK = re.compile(rf"(<[^<>]*>)|{SOFT_BREAK.pattern}")
# Control characters; signs of private use, among them the pictures of icon fonts; halves of characters.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ud800-\udfff\ufffe\uffff]")
#: The same, written as a number.
REFERENCE = re.compile(r"&#(?:\d+|x[\da-f]+);?", re.IGNORECASE)


class Unreadable(Exception):
    """Nothing can be made of this without a loss; the message says why and what to do, in an editor's words."""


@contextmanager
def failures_in_words(message: str) -> Iterator[None]:
    """Tell the editor what libraries tell the programmer. A broken file breaks them in any way: all failures count."""
    try:
        yield
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(message) from error


@dataclass(slots=True)
class Page:
    """A document on its way to Markdown."""

    root: HtmlElement
    #: The `<style>` of the whole.
    styles: str = ""
    #: Where it was copied from, for relative addresses.
    base: str = ""
    #: Pictures inside the HTML, in base 64. `src="data:0"` is the first of them.
    embedded: list[str] = field(default_factory=list)
    #: Files that came beside it, by the addresses that the HTML has for them.
    files: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def page_of(html: str) -> Page:
    """The part of a page that was chosen. Raises Unreadable where it is too large, or too deep to be a text."""
    styles = "\n".join(part[part.rfind("<style") :] for part in html.split("</style>")[:-1])
    source = SOURCE.search(html[:2000])
    embedded: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        embedded.append(found[1])
        return f"data:{len(embedded) - 1}"

    text = NO_TEXT.sub("", REFERENCE.sub(unless_unprintable, with_breaks(EMBEDDED.sub(put_aside, chosen(html)))))
    if len(text) > LARGEST_TEXT or text.count("<") > MOST_TAGS:
        raise Unreadable(_("This is more than one text can hold. Take it in parts."))
    root = parse(RENAMED_TAG.sub(lambda tag: f"<{tag[1]}{RENAMED[tag[2].lower()]}", text))
    base = next((found.get("href", "") for found in root.getroottree().iter("base")), "")
    return Page(root, styles, base or (source[1] if source else ""), embedded)


def with_breaks(html: str) -> str:
    """HTML in which soft breaks are those of HTML, though not in its tags."""
    html = html.replace("\x0c", " ")
    return TAG_OR_BREAK.sub(lambda found: found[1] or "<br>", html) if SOFT_BREAK.search(html) else html


def unless_unprintable(reference: re.Match[str]) -> str:
    sign = unescape(reference[0])
    return reference[0] if sign and not NO_TEXT.match(sign) else ""


def chosen(html: str) -> str:
    """What stands between the marks of the clipboard, with the notes that Word puts behind the second."""
    start, end = html.find(START), html.rfind(END)
    if not 0 <= start < end:
        return html
    inside = html[start + len(START) : end]
    notes = WORDS_NOTES.search(html, end)
    table = "<table>" if PART_OF_TABLE.match(inside) else ""
    return table + inside + (html[notes.start() :] if notes else "")


def parse(html: str) -> HtmlElement:
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    if not html.strip():
        refuse_nothing()
    root = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    depth = deepest = 0
    for event, _element in iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise Unreadable(_("This is nested too deeply to be a text. Paste it without formatting."))
    if root.find("body") is None:
        refuse_nothing()
    return root.find("body")


def refuse_nothing() -> None:
    raise Unreadable(_("There is no text in it."))


def elements(root: HtmlElement, *tags: str) -> list[HtmlElement]:
    """Those below `root`, in their order; the tree may be changed meanwhile."""
    return [element for element in root.iter(*tags) if element is not root and isinstance(element.tag, str)]


def text_of(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def is_blank(element: HtmlElement) -> bool:
    """Whether there is nothing to read and nothing to see."""
    return not str(element.text_content()).strip() and next(element.iter("img", "hr"), None) is None


def holds_blocks(element: HtmlElement) -> bool:
    return any(True for _block in element.iterdescendants(*BLOCKS))


def enclose(element: HtmlElement, tag: str, **attributes: str) -> HtmlElement:
    """Put all that is in an element into a new one inside it."""
    inner = element.makeelement(tag, attributes)
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    element.append(inner)
    return inner


def become_text(element: HtmlElement, text: str) -> None:
    """Put text in the place of an element and of all that is in it."""
    del element[:]
    element.text = text
    element.drop_tag()
