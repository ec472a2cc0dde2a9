"""The numbers that Word shows before paragraphs: no file holds them, so they are counted as Word counts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

# Around a number and how it is shown, at the beginning of a paragraph.
OPEN, CLOSE = "\ue020", "\ue021"
BULLETS = {"bullet", "none"}
LONGEST_CHAIN = 10


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a numbering: where it begins, and how it is shown: `%1.%2`."""

    start: int
    shown: str
    is_counted: bool


class Counting:
    def __init__(self, parts: Mapping[str, etree._Element]) -> None:
        self.levels: dict[tuple[str, int], Level] = {}
        self.definitions: dict[str, str] = {}
        self.begun_anew: dict[tuple[str, int], int] = {}
        self.counts: dict[tuple[str, int], int] = {}
        numbering, styles = parts.get("word/numbering.xml"), parts.get("word/styles.xml")
        self.styles = {} if styles is None else {value(style, "styleId"): style for style in styles.iter("{*}style")}
        if numbering is not None:
            self.read_numbering(numbering)

    def read_numbering(self, numbering: etree._Element) -> None:
        for definition in numbering.iter("{*}abstractNum"):
            for level in definition.iter("{*}lvl"):
                key = value(definition, "abstractNumId"), whole(value(level, "ilvl"))
                kind, shown = value(level.find("{*}numFmt"), "val"), value(level.find("{*}lvlText"), "val")
                self.levels[key] = Level(whole(value(level.find("{*}start"), "val"), 1), shown, kind not in BULLETS)
        for number in numbering.iter("{*}num"):
            name = value(number, "numId")
            self.definitions[name] = value(number.find("{*}abstractNumId"), "val")
            for override in number.iter("{*}lvlOverride"):
                if (start := override.find("{*}startOverride")) is not None:
                    self.begun_anew[name, whole(value(override, "ilvl"))] = whole(value(start, "val"), 1)

    def count(self, paragraph: etree._Element) -> str:
        """The number of the next paragraph and how it is shown, `2 1.2.`; empty where it has none."""
        name, depth = self.numbering_of(paragraph)
        definition = self.definitions.get(name, "")
        level = self.levels.get((definition, depth))
        if level is None or not level.is_counted:
            return ""
        start = self.begun_anew.pop((name, depth), None)
        if start is not None:
            self.counts[definition, depth] = start - 1
        self.counts[definition, depth] = self.counts.get((definition, depth), level.start - 1) + 1
        for deeper in range(depth + 1, 10):
            self.counts.pop((definition, deeper), None)
        shown = re.sub(r"%(\d)", lambda place: str(self.counts.get((definition, int(place[1]) - 1), 1)), level.shown)
        return f"{self.counts[definition, depth]} {shown}"

    def numbering_of(self, paragraph: etree._Element) -> tuple[str, int]:
        """The name of the numbering that a paragraph or its style belongs to, and how deep it is there."""
        for properties in self.properties_of(paragraph):
            found = properties.find("{*}numPr")
            if found is not None and found.find("{*}numId") is not None:
                return value(found.find("{*}numId"), "val"), whole(value(found.find("{*}ilvl"), "val"))
        return "", 0

    def properties_of(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        holder: etree._Element | None = paragraph
        for _step in range(LONGEST_CHAIN):
            properties = holder.find("{*}pPr") if holder is not None else None
            if properties is not None:
                yield properties
            based_on = holder.find("{*}basedOn") if holder is not paragraph and holder is not None else None
            style = properties.find("{*}pStyle") if holder is paragraph and properties is not None else based_on
            holder = self.styles.get(value(style, "val"))


def write_numbers(parts: Mapping[str, etree._Element]) -> None:
    """Put its number at the beginning of each paragraph that Word counts."""
    counting = Counting(parts)
    for name, part in parts.items():
        for paragraph in list(part.iter("{*}p")) if name.startswith("word/document") else []:
            if number := counting.count(paragraph):
                prefix = paragraph.tag.removesuffix("p")
                run = etree.Element(f"{prefix}r")
                etree.SubElement(run, f"{prefix}t").text = f"{OPEN}{number}{CLOSE}"
                paragraph.insert(1, run)


def value(element: etree._Element | None, name: str) -> str:
    """An attribute by its local name."""
    attributes = element.items() if element is not None else []
    return next((str(text) for key, text in attributes if etree.QName(key).localname == name), "")


def whole(text: str, otherwise: int = 0) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else otherwise
