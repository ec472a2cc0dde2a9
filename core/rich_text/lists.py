"""Lists as programs write them become lists in lists: Word's paragraphs, flat ones with levels, lists beside items."""

import re
from itertools import groupby

from lxml.html import HtmlElement

from core.rich_text.page import HEADINGS, Page, become_text, elements, text_of

LEVEL_OF_WORD = re.compile(r"mso-list:\s*\w+\s+level(\d)", re.IGNORECASE)
MARKER = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
LEVEL_OF_GOOGLE = re.compile(r"\blst-kix_\w+-(\d)\b")
NUMBER = re.compile(r"\(?(\d{1,4}|[a-zA-Z]|[ivxlcIVXLC]{2,6})[.)]")
LISTS = {"ul", "ol"}


def number_word_paragraphs(page: Page) -> None:
    """Note which paragraphs of Word are entries, and their signs, before these are dropped as unseen. The number of a
    heading is a part of it."""
    for paragraph in elements(page.root, "p", "div", *HEADINGS):
        level = LEVEL_OF_WORD.search(paragraph.get("style", ""))
        marker = next((span for span in paragraph.iter("span") if MARKER.search(span.get("style", ""))), None)
        if level and marker is not None:
            number = NUMBER.fullmatch(text_of(marker))
            if paragraph.tag not in HEADINGS:
                paragraph.set("data-level", level[1])
                paragraph.set("data-sign", number[1] if number else "")
            elif number:
                become_text(marker, f"{number[0]} ")


def nest_lists(page: Page) -> None:
    for numbered in elements(page.root, "ol"):
        if (first := numbered.find("li")) is not None and first.get("data-number"):
            numbered.set("start", first.get("data-number"))
    nest_word_paragraphs(page.root)
    nest_flat_lists(page.root)
    for inner in elements(page.root, *LISTS):
        if inner.getparent().tag in LISTS:
            move_into_item(inner)
    for item in elements(page.root, "li"):
        if item.getparent().tag not in LISTS:
            wrap_items(item)


def nest_word_paragraphs(root: HtmlElement) -> None:
    parents = dict.fromkeys(paragraph.getparent() for paragraph in elements(root) if paragraph.get("data-level"))
    for parent in parents:
        for is_entry, run in groupby(list(parent), lambda child: bool(child.get("data-level"))):
            if is_entry:
                rebuild([(int(entry.get("data-level")), entry.get("data-sign"), entry) for entry in run])


def rebuild(entries: list[tuple[int, str, HtmlElement]]) -> None:
    """Make lists of entries that stand side by side: of each its level, its number (empty for a bullet), itself."""
    open_lists: list[tuple[int, HtmlElement]] = []
    for level, sign, entry in entries:
        kind = "ol" if sign else "ul"
        while open_lists and open_lists[-1][0] > level:
            open_lists.pop()
        if open_lists and open_lists[-1][0] == level and open_lists[-1][1].tag != kind:
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < level:
            made = entry.makeelement(kind, {"start": sign} if sign.isdigit() else {})
            if open_lists:
                open_lists[-1][1][-1].append(made)
            else:
                entry.addprevious(made)
            open_lists.append((level, made))
        entry.tag, entry.tail = "li", None
        open_lists[-1][1].append(entry)


def nest_flat_lists(root: HtmlElement) -> None:
    """Lists side by side whose entries say how deep they are, as Google Docs and Word Online write them."""
    for found in elements(root, "div"):
        if "ListContainerWrapper" in found.get("class", ""):
            found.drop_tag()
    parents = dict.fromkeys(found.getparent() for found in elements(root, *LISTS) if level_of(found))
    for parent in parents:
        for is_list, run in groupby(list(parent), lambda child: bool(level_of(child))):
            lists = list(run) if is_list else []
            if len({level_of(found) for found in lists}) > 1:
                rebuild_flat(lists)


def rebuild_flat(lists: list[HtmlElement]) -> None:
    lists[0].addprevious(place := lists[0].makeelement("div"))
    entries = []
    for found in lists:
        start = int(found.get("start")) if found.get("start", "").isdigit() else 1
        for number, entry in enumerate(found.findall("li"), start):
            entries.append((level_of(found), str(number) if found.tag == "ol" else "", entry))
    place.extend(entry for _level, _sign, entry in entries)
    for found in lists:
        found.drop_tree()
    rebuild(entries)


def level_of(found: HtmlElement) -> int:
    """How deep a list is by what it says itself; 0 where it says nothing, or holds lists."""
    if found.tag not in LISTS or next(found.iterdescendants(*LISTS), None) is not None:
        return 0
    if of_google := LEVEL_OF_GOOGLE.search(found.get("class", "")):
        return int(of_google[1]) + 1
    entry = found.find("li")
    level = entry.get("data-aria-level", "") if entry is not None else ""
    return int(level) if level.isdigit() else 0


def move_into_item(inner: HtmlElement) -> None:
    """A list right inside a list belongs to the entry before it."""
    before = inner.getprevious()
    if before is None or before.tag != "li":
        before = inner.makeelement("li")
        inner.addprevious(before)
    tail, inner.tail = inner.tail, None
    before.append(inner)
    before.tail = (before.tail or "") + (tail or "")


def wrap_items(item: HtmlElement) -> None:
    """Entries of no list become one."""
    item.addprevious(made := item.makeelement("ul"))
    while item is not None and item.tag == "li" and not (made.tail or "").strip():
        following = item.getnext()
        made.tail, item.tail = item.tail, None
        made.append(item)
        item = following
