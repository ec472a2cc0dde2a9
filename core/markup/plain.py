"""A text without markup: for mail clients that show none, and for machines."""

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from textwrap import indent
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from core.markup.figures import Figure, show_pictures
from core.markup.named import Medium, fill_in
from core.markup.tree import HEADINGS, INLINE, text_of
from core.markup.typography import IS_CJK
from core.markup.wrapping import display_width

WIDEST = 72
RULE = "* * *"
LINE_BREAK = "\v"
#: What alone is in blocks that have a shape of their own. A writer's HTML may hold anything there; then it comes as it
#: stands.
SHAPES = {
    "dl": {"dd", "dt"},
    "tr": {"td", "th"},
    **{tag: {"li"} for tag in ("ol", "ul")},
    **{tag: {"tr"} for tag in ("thead", "tbody", "tfoot")},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
}


def to_lines(root: Element, figures: Mapping[str, Figure]) -> str:
    show_pictures(root, figures, lambda _figure, alt: Element("img", {"alt": alt}))
    fill_in(root, Medium.TEXT)
    return "\n\n".join(blocks(root))


def blocks(container: Element) -> list[str]:
    """The blocks in an element. Loose text between them is a block as well."""
    found, line = [], container.text or ""
    for child in container:
        if child.tag in INLINE:
            line += inline(child)
        else:
            found += [tidy(line), (BLOCKS.get(child.tag, plain_block) if is_in_shape(child) else plain_block)(child)]
            line = ""
        line += child.tail or ""
    return [block for block in [*found, tidy(line)] if block]


def is_in_shape(element: Element) -> bool:
    inside = SHAPES.get(element.tag)
    return inside is None or (
        not own_text(element) and all(child.tag in inside and is_in_shape(child) for child in element)
    )


def own_text(element: Element) -> str:
    """What stands in an element beside its children."""
    return "".join([element.text or "", *(child.tail or "" for child in element)]).strip()


def line_of(element: Element) -> str:
    """All that is in an element, on one line."""
    return " ".join(" ".join(blocks(element)).split())


def tidy(line: str) -> str:
    return "\n".join(" ".join(part.split()) for part in line.strip().split(LINE_BREAK))


def plain_block(element: Element) -> str:
    return "\n\n".join(blocks(element))


def division(element: Element) -> str:
    if "data-named" in element.attrib:
        return element.text or ""
    if element.get("class") != "footnote":
        return plain_block(element)
    return f"{RULE}\n\n{list_of(element[-1], lambda number: f'[{number + 1}] ')}"


def heading(element: Element) -> str:
    text = line_of(element)
    return text if element.get("class") == "question" else f"{text}\n{'-' * min(display_width(text), WIDEST)}"


def quotation(element: Element) -> str:
    return "\n".join(f"> {line}".rstrip() for line in plain_block(element).split("\n"))


def code(element: Element) -> str:
    for image in element.iter("img"):
        image.text = inline(image)
    return indent("".join(element.itertext()).strip("\n"), "    ")


def numbers(element: Element) -> str:
    start = element.get("start", "")
    first = int(start) if re.fullmatch(r"[0-9]{1,9}", start) else 1
    return list_of(element, lambda number: f"{first + number}. ")


def list_of(element: Element, mark: Callable[[int], str]) -> str:
    between = "\n" if element.find("li/p") is None else "\n\n"
    items = (
        mark(number) + indent(between.join(blocks(item)), " " * len(mark(number))).lstrip(" ")
        for number, item in enumerate(element.findall("li"))
    )
    return between.join(items)


def definitions(element: Element) -> str:
    return "\n".join(indent(plain_block(child), "    " if child.tag == "dd" else "") for child in element)


def table(element: Element) -> str:
    """Columns in line, where they fit side by side."""
    rows = [[line_of(cell) for cell in row] for row in rows_of(element)]
    widths = [max(map(display_width, column)) for column in zip_longest(*rows, fillvalue="")]
    if sum(widths) + 3 * len(widths) > WIDEST:
        widths = [0] * len(widths)
    lines = [" | ".join(map(padded, row, widths)).rstrip() for row in rows]
    if any(widths) and element.find("thead") is not None:
        lines.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join([*map(line_of, element.findall("caption")), *lines])


def rows_of(table: Element) -> list[Element]:
    """Its own: a table in a cell has others."""
    return [row for part in table for row in ([part] if part.tag == "tr" else part) if row.tag == "tr"]


def padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def figure(element: Element) -> str:
    """`[Picture: what it shows — caption. Credit]`, or `[Video: caption]` above its address."""
    caption = element.find("figcaption")
    below = "" if caption is None else line_of_caption(caption)
    if element.get("class") == "video":
        words = _("[Video: %(words)s]") % {"words": below} if below else _("[Video]")
        return f"{words}\n{element[0].get('href')}"
    if own_text(element) or any(text_of(child) for child in element if child is not caption):
        return plain_block(element)
    shown = " ".join(image.get("alt", "") for image in element.iter("img"))
    words = below if shown in below else f"{shown} — {below}" if below else shown
    return _("[Picture: %(words)s]") % {"words": words}


def line_of_caption(caption: Element) -> str:
    """Caption and credit, with a full stop between them."""
    first = (caption.text or "").strip()
    if first[-1:].isalnum() and caption.find("span[@class='credit']") is not None:
        caption.text = f"{first}。" if IS_CJK.match(first[-1]) else f"{first}. "
    return line_of(caption)


def inline(element: Element) -> str:
    if element.tag in INLINES:
        return INLINES[element.tag](element)
    return (element.text or "") + "".join(inline(child) + (child.tail or "") for child in element)


def link(element: Element) -> str:
    """The words, and behind them the address, unless it is the words or leads nowhere from here."""
    text, address = line_of(element), element.get("href", "").removeprefix("mailto:")
    if element.get("class") == "footnote-ref":
        return f"[{text}]"
    if element.get("class") == "footnote-backref":
        return ""
    return text if address.startswith("#") or address == text else f"{text} ({address})"


BLOCKS: dict[str, Callable[[Element], str]] = {
    "blockquote": quotation,
    "div": division,
    "dl": definitions,
    "figure": figure,
    "hr": lambda _element: RULE,
    "ol": numbers,
    "pre": code,
    "table": table,
    "ul": lambda element: list_of(element, lambda _number: "- "),
    **dict.fromkeys(HEADINGS, heading),
}
INLINES: dict[str, Callable[[Element], str]] = {
    "a": link,
    "br": lambda _element: LINE_BREAK,
    "img": lambda element: f"[{element.get('alt')}]",
    "q": lambda element: f"“{line_of(element)}”",
    "rp": lambda _element: "",
    "rt": lambda element: f"({line_of(element)})",
}
