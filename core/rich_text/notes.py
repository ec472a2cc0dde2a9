"""Footnotes: a sign that leads to a text further down, which leads back, becomes `[^1]`."""

import re
from itertools import takewhile

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
    places = Places(page.root)
    signs = [(link, note) for link in elements(page.root, "a") if (note := places.note_of(link)) is not None]
    numbers = {note: first + place for place, note in enumerate(dict.fromkeys(note for _link, note in signs))}
    for note in numbers:
        drop_ways_back(note, places)
    for link, note in signs:
        put_sign(link, numbers[note])
    gather(page.root, numbers)


class Places:
    """Where the links within a page lead."""

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.order = {element: number for number, element in enumerate(root.iter())}
        self.named: dict[str, HtmlElement] = {}
        for element in self.order:
            for name in filter(None, (element.get("id"), element.get("name"))):
                self.named.setdefault(name, element)

    def note_of(self, link: HtmlElement) -> HtmlElement | None:
        """The note to which a sign leads: it stands below, and leads back or is called a note."""
        target = self.named.get(fragment(link)) if LABEL.fullmatch(text_of(link)) else None
        note = whole(target, self.root) if target is not None else None
        if note is None or self.order[note] < self.order[link] or note in link.iterancestors():
            return None
        is_note = any(map(self.leads_back, note.iter("a"))) or NAMED.search(fragment(link))
        return note if is_note and next(note.iter(*HEADINGS), None) is None else None

    def leads_back(self, way: HtmlElement) -> bool:
        place = self.named.get(fragment(way))
        return place is not None and self.order[place] < self.order[way] and bool(WAY_BACK.fullmatch(text_of(way)))


def fragment(link: HtmlElement) -> str:
    address = link.get("href", "")
    return address.rpartition("#")[2] if "#" in address else ""


def whole(target: HtmlElement, root: HtmlElement) -> HtmlElement | None:
    """The element that holds all of the note to which this place belongs."""
    above = list(takewhile(lambda element: element is not root, [target, *target.iterancestors()]))
    entries = [element for element in above if element.tag in {"li", "dd"} or OF_WORD.search(element.get("style", ""))]
    return next(iter([*entries, *(element for element in above if element.tag in BLOCKS)]), None)


def drop_ways_back(note: HtmlElement, places: Places) -> None:
    for way in [way for way in note.iter("a") if places.leads_back(way)]:
        parent = way.getparent()
        way.drop_tree()
        if parent.tag in {"sup", "span"} and is_blank(parent):
            parent.drop_tree()
    first = next((raised for raised in note.iter("sup") if text_of(raised)), None)
    if first is not None and LABEL.fullmatch(text_of(first)) and text_of(note).startswith(text_of(first)):
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
