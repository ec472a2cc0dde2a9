"""HTML as a tree: read it, look into it, write it."""

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from unicodedata import category
from xml.etree.ElementTree import Element, SubElement, tostring

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
VOID = {"br", "col", "hr", "img", "source", "wbr"}
VERBATIM = {"code", "kbd", "pre", "samp", "var"}
INLINE = VERBATIM - {"pre"} | {
    *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "del", "dfn", "em", "i", "img", "ins", "mark", "picture", "q"),
    *("rp", "rt", "ruby", "s", "small", "source", "span", "strong", "sub", "sup", "time", "u", "wbr"),
}
#: Classes of the links from a text to its notes and back, and of the notes.
NOTES = {"footnote", "footnote-ref", "footnote-backref"}
# Attributes that say nothing when they are empty.
EMPTIED = {"class", "title"}
# Recursion over the tree stays far from Python's limit.
DEEPEST = 100
# What XML, and so a feed, cannot carry.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Letters, marks and symbols that show nothing, though Unicode does not count them as format characters.
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U0001d159\U000e0100-\U000e01ef]"
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("div")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1]
        if len(self.open) < DEEPEST:
            parent = SubElement(
                parent, tag, {name: value or "" for name, value in attrs if value or name not in EMPTIED}
            )
        if tag not in VOID:
            self.open.append(parent)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        append_text(self.open[-1], data)


def parse(html: str) -> Element:
    """A `div` with the tree of well-formed `html`, as the cleaner writes it. Elements more than 100 deep are left out,
    what is in them stays."""
    reader = _Reader()
    reader.feed(UNPRINTABLE.sub("", html))
    reader.close()
    return reader.root


def inner_html(element: Element) -> str:
    children = (tostring(child, encoding="unicode", method="html") for child in element)
    return escape(element.text or "", quote=False) + "".join(children)


def text_of(element: Element) -> str:
    """Its words on one line, without its notes and their marks."""
    return " ".join("".join(words_of(element)).split())


def words_of(element: Element) -> Iterator[str]:
    yield " " if element.tag == "br" else element.text or ""
    for child in element:
        if child.get("class") not in NOTES:
            yield from words_of(child)
        yield child.tail or ""


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of a text: spaces, format and control characters, marks without a letter."""
    return all(category(sign)[0] in "CMZ" for sign in BLANK.sub("", text))


def append_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def family(root: Element, tag: str) -> Iterator[tuple[Element, Element]]:
    """Each element of that name below `root`, after its parent; the tree may be changed meanwhile."""
    parents = {child: parent for parent in root.iter() for child in parent}
    yield from [(parents[child], child) for child in root.iter(tag) if child is not root]


def replace(parent: Element, old: Element, *new: Element) -> None:
    """Put elements in the place of a child; the text behind it stays behind them."""
    index = list(parent).index(old)
    parent[index : index + 1] = new
    new[-1].tail, old.tail = old.tail, None


def unwrap(parent: Element, old: Element) -> None:
    """Leave only what is in a child, in its place."""
    index = list(parent).index(old)
    behind = parent[index + 1 :]
    del parent[index:]
    append_text(parent, old.text or "")
    parent.extend(old)
    append_text(parent, old.tail or "")
    parent.extend(behind)


def become(element: Element, tag: str, text: str = "", **attributes: str) -> None:
    """Turn an element, where it stands, into another one that holds only text."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = tag, text, tail
    element.attrib.update(attributes)


def all_that_is_in(element: Element, tag: str) -> list[Element]:
    """The children, if they all have that name and no text is beside them."""
    text = [element.text, *(child.tail for child in element)]
    return (
        []
        if any(part and part.strip() for part in text) or any(child.tag != tag for child in element)
        else list(element)
    )
