"""From a tree of blocks to Markdown: a library writes what stands on lines, we what it stands in. The library follows
CommonMark. Our dialect wants a blank line and four columns where that wants neither, and knows terms and footnotes."""

import re
from collections.abc import Iterator
from textwrap import indent

from django.utils.translation import gettext as _
from html_to_markdown import ConversionOptions
from html_to_markdown import convert as written_by_library
from lxml.etree import tostring
from lxml.html import HtmlElement

from core.rich_text.page import HEADINGS, Unreadable
from core.rich_text.signs import Escaper, with_signs

LEAVES = {"p", "pre", "table", "hr", *HEADINGS}
BESIDE = {"p", "ul", "ol", *HEADINGS}
CLOSE: tuple[list[str], ...] = ([], ["p"], ["p", "ul"], ["p", "ol"], ["ul"], ["ol"])
ONLY_MARKS = re.compile(r" *(?:(?:-|\d+\.) )+\n")
SEAM = "\ue010"
OPTIONS = ConversionOptions(
    extract_metadata=False,  # else it begins with front matter
    br_in_tables=True,
    compact_tables=True,
    expand_abbreviations=False,
)
#: What a heading ends with that Python-Markdown takes for none.
SLASHED = re.compile(r"\\\\\Z")


def write(root: HtmlElement) -> str:
    """Raises Unreadable where a letter would be lost."""
    leaves = list(root.iterdescendants(*LEAVES))
    texts = [letters(leaf) for leaf in leaves]
    Escaper().escape(root)
    html = (tostring(leaf, encoding="unicode", with_tail=False) for leaf in leaves)
    parts = written_by_library(f"<p>{SEAM}</p>".join(html), OPTIONS).content or ""
    written = [part.strip("\n") for part in parts.split(SEAM)]
    written = [SLASHED.sub("&#92;", with_signs(part)) if part.startswith("#") else part for part in written]
    markdown = "\n\n".join(blocks(root, iter(written)))
    if len(leaves) > len(written) or not all(map(is_in, texts, written)) or not is_in("".join(texts), markdown):
        refuse_loss()
    return with_signs(markdown)


def letters(element: HtmlElement) -> str:
    return "".join(filter(str.isalnum, str(element.text_content())))


def is_in(text: str, longer: str) -> bool:
    """Whether all letters of a text are found again, in their order."""
    following = iter(longer)
    return all(letter in following for letter in text)


def refuse_loss() -> None:
    raise Unreadable(_("A part of the text would be lost as Markdown. Paste it without formatting."))


def blocks(container: HtmlElement, written: Iterator[str]) -> list[str]:
    """The Markdown of the blocks in an element, without empty ones."""
    found = [
        next(written) if block.tag in LEAVES else HOLDING.get(block.tag, frame)(block, written) for block in container
    ]
    return [block for block in found if block]


def frame(element: HtmlElement, written: Iterator[str]) -> str:
    return "\n\n".join(blocks(element, written))


def list_of(element: HtmlElement, written: Iterator[str]) -> str:
    """Entries of one paragraph, with the lists in them, stand close to each other."""
    parts = [blocks(entry, written) for entry in element]
    beside = [begins_beside(entry, inside) for entry, inside in zip(element, parts, strict=True)]
    is_close = all(beside) and all([child.tag for child in entry] in CLOSE for entry in element)
    start, entries = element.get("start", ""), []
    first = int(start) if start.isdigit() and len(start) < 9 else 1
    for number, (inside, is_beside) in enumerate(zip(parts, beside, strict=True), first):
        mark = f"{number}." if element.tag == "ol" else "-"
        text = indent(("\n" if is_close else "\n\n").join(inside), "    ")
        entries.append(f"{mark} {text.lstrip(' ')}" if is_beside else f"{mark} \n\n{text}")
    return ("\n" if is_close else "\n\n").join(entries)


def begins_beside(entry: HtmlElement, inside: list[str]) -> bool:
    """Code and quotations do not begin beside the mark, nor does a list whose first entry begins so."""
    return not inside or (entry[0].tag in BESIDE and not ONLY_MARKS.match(inside[0]))


def quotation(element: HtmlElement, written: Iterator[str]) -> str:
    lines = frame(element, written).split("\n")
    return "\n".join(f"> {line}" if line else ">" for line in lines)


def terms(element: HtmlElement, written: Iterator[str]) -> str:
    lines = []
    for child in element:
        inside = frame(child, written)
        lines.append(f"\n{inside}" if child.tag == "dt" else ": " + indent(inside, "    ").lstrip(" "))
    return "\n".join(lines).strip("\n")


def note(element: HtmlElement, written: Iterator[str]) -> str:
    return f"[^{element.get('number')}]: " + indent(frame(element, written), "    ").lstrip(" ")


HOLDING = {"ul": list_of, "ol": list_of, "blockquote": quotation, "dl": terms, "note": note}
