"""Footnotes: a sign that leads to a text further down, which leads back, becomes `[^1]`."""

import re

from lxml.html import HtmlElement

from core.rich_text.page import BLOCKS, HEADINGS, Page, become_text, elements, holds_blocks, is_blank, text_of
from core.rich_text.signs import PLAIN

LABEL = re.compile(r"[\[(]?\s*(?:\d{1,3}|[ivxlc]{1,6}|[a-z]|[*†‡§¶]{1,3})\s*[\])]?")
WAY_BACK = re.compile(
    rf"{LABEL.pattern}|[↩↑^⤴⏎]\ufe0e?|\s*|(?:back|zurück|terug|retour|返回)\b.{{0,30}}", re.IGNORECASE
)
NAMED = re.compile(r"(?:^|[-_:.]|sd|mso-)(?:foot|end)?(?:note|fn|ftn|edn|ftnt|cite_note)", re.IGNORECASE)
OF_WORD = re.compile(r"mso-element:\s*(?:foot|end)note(?!-)", re.IGNORECASE)
HEADED = re.compile(
    r"(?:foot|end)?notes?|(?:fuß)?noten|anmerkungen|(?:voet|eind)?noten|notes de bas de page|[脚注释註釋]{1,3}",
    re.IGNORECASE,
)


def find_notes(page: Page, first: int = 1) -> None:
    """Put `[^n]` for each sign, from `first` on, and the notes at the end, without their ways back."""
    order = {element: number for number, element in enumerate(page.root.iter())}
    places: dict[str, HtmlElement] = {}
    for element in order:
        for name in filter(None, (element.get("id"), element.get("name"))):
            places.setdefault(name, element)
    numbers: dict[HtmlElement, int] = {}
    signs = []
    for link in elements(page.root, "a"):
        note = note_of(places.get(fragment(link)), page.root)
        if note is not None and LABEL.fullmatch(text_of(link)) and is_note(note, link, order, places):
            signs.append((link, numbers.setdefault(note, first + len(numbers))))
    for note in numbers:
        drop_ways_back(note, order, places)
    for link, number in signs:
        put_sign(link, number)
    gather(page.root, numbers)


def fragment(link: HtmlElement) -> str:
    return link.get("href", "").rpartition("#")[2] if "#" in link.get("href", "") else ""


def note_of(target: HtmlElement | None, root: HtmlElement) -> HtmlElement | None:
    """The element that holds all of the note to which this place belongs."""
    if target is None:
        return None
    above = [target, *target.iterancestors()]
    above = above[: above.index(root)] if root in above else []
    whole = [element for element in above if element.tag in {"li", "dd"} or OF_WORD.search(element.get("style", ""))]
    return next(iter([*whole, *(element for element in above if element.tag in BLOCKS)]), None)


def is_note(
    note: HtmlElement, link: HtmlElement, order: dict[HtmlElement, int], places: dict[str, HtmlElement]
) -> bool:
    """Whether what a sign leads to stands below it, and leads back or is called a note."""
    if order[note] < order[link] or note in link.iterancestors() or next(note.iter(*HEADINGS), None) is not None:
        return False
    leads_back = any(is_way_back(way, note, order, places) for way in note.iter("a"))
    return leads_back or bool(NAMED.search(fragment(link)))


def is_way_back(
    way: HtmlElement, note: HtmlElement, order: dict[HtmlElement, int], places: dict[str, HtmlElement]
) -> bool:
    place = places.get(fragment(way))
    is_back = place is not None and order[place] < order[note]
    return is_back and WAY_BACK.fullmatch(text_of(way)) is not None


def drop_ways_back(note: HtmlElement, order: dict[HtmlElement, int], places: dict[str, HtmlElement]) -> None:
    for way in [way for way in note.iter("a") if is_way_back(way, note, order, places)]:
        parent = way.getparent()
        way.drop_tree()
        if parent.tag in {"sup", "span"} and is_blank(parent):
            parent.drop_tree()
    first = next((element for element in note.iter("sup", "span") if text_of(element)), None)
    if (
        first is not None
        and first.tag == "sup"
        and LABEL.fullmatch(text_of(first))
        and text_of(note).startswith(text_of(first))
    ):
        first.drop_tree()


def put_sign(link: HtmlElement, number: int) -> None:
    raised = link.getparent()
    sign = f"[^{number}]".translate(PLAIN)
    become_text(link, sign)
    while raised.tag == "sup" and text_of(raised) == sign:
        raised, inner = raised.getparent(), raised
        inner.drop_tag()


def gather(root: HtmlElement, numbers: dict[HtmlElement, int]) -> None:
    """Move the notes to the end, and drop what stood above them there: a line, the word “Footnotes”."""
    for note, number in numbers.items():
        note.drop_tree()
        note.tag, note.tail = "note", None
        note.attrib.clear()
        note.set("number", str(number))
    while numbers and (last := last_block(root)) is not None and (last.tag == "hr" or HEADED.fullmatch(text_of(last))):
        last.drop_tree()
    root.extend(numbers)


def last_block(root: HtmlElement) -> HtmlElement | None:
    blocks = [block for block in root.iterdescendants(*BLOCKS) if not holds_blocks(block) and not is_blank(block)]
    return blocks[-1] if blocks else None
