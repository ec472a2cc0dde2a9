"""A text as part of a web page."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from core.markup.cleaning import OUTGOING
from core.markup.figures import Figure, show_pictures
from core.markup.tree import HEADINGS, family, inner_html, replace, text_of
from core.markup.typography import reading_length
from core.slugs import slug_of

LONGEST_ANCHOR = 60
LONGEST_LABEL = 100
MARK = re.compile(r'<span class="mark">[^<]*</span> ?')
HEADING = re.compile(r"(</?h)([1-6])(?=[ >])")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML, and what a page has to know of it."""

    html: str
    #: Names of the pictures in it, in order, given or not.
    pictures: tuple[str, ...]
    #: Anchor, question and HTML of the answer, for structured data.
    questions: tuple[tuple[str, str, str], ...]
    #: Level, anchor and text.
    headings: tuple[tuple[int, str, str], ...]
    #: How long it takes to read, see `reading_length`.
    words: int
    #: Names of pictures that were not given.
    missing: tuple[str, ...]


def to_page(root: Element, figures: Mapping[str, Figure], *, prefix: str, base: int, eager_first: bool) -> Rendered:
    words = reading_length("".join(root.itertext()))
    names = show_pictures(root, figures, responsive_image)
    if eager_first and (first := root.find(".//img")) is not None:
        del first.attrib["loading"]
        first.set("fetchpriority", "high")
    outline(root, base)
    name_anchors(root, prefix)
    frame_tables(root)
    plain_headings = [heading for heading in all_headings(root) if heading.get("class") != "question"]
    return Rendered(
        html=OUTGOING.clean(inner_html(root)).strip(),
        pictures=names,
        questions=tuple(questions(root)),
        headings=tuple((int(heading.tag[1]), heading.get("id", ""), text_of(heading)) for heading in plain_headings),
        words=words,
        missing=tuple(name for name in dict.fromkeys(names) if name not in figures),
    )


def responsive_image(figure: Figure, alt: str) -> Element:
    size = {"width": str(figure.width), "height": str(figure.height)} if figure.width and figure.height else {}
    tall = {"class": "tall"} if figure.is_tall else {}
    image = Element("img", {**tall, "src": figure.url, "alt": alt, **size, "loading": "lazy", "decoding": "async"})
    if not figure.sources:
        return image
    picture = Element("picture")
    for mime_type, srcset in figure.sources:
        SubElement(picture, "source", {"type": mime_type, "srcset": srcset, "sizes": figure.sizes or "100vw"})
    picture.append(image)
    return picture


def outline(root: Element, base: int) -> None:
    """Let headings begin at level `base` and skip none, whatever levels the writer chose. Questions stand one level
    below the heading above them. A heading without words is none."""
    ranks: list[int] = []
    for element in all_headings(root):
        level = base + len(ranks)
        if element.get("class") != "question":
            rank = int(element.tag[1])
            ranks = [*(above for above in ranks if above < rank), rank]
            level = base + len(ranks) - 1
        element.tag = f"h{min(level, 6)}" if text_of(element) or element.find(".//img") is not None else "div"


def all_headings(root: Element) -> list[Element]:
    return [element for element in root.iter() if element.tag in HEADINGS]


def name_anchors(root: Element, prefix: str) -> None:
    """Give each heading and question an id made of its own words, which stays when others change, and put `prefix`
    before all ids and addresses within the text."""
    taken: Counter[str] = Counter()
    for element in root.iter():
        anchor = without_spaces(element.attrib.pop("id", ""))
        if anchor and anchor not in taken:
            element.set("id", anchor)
            taken[anchor] = 1
    for heading in all_headings(root):
        if "id" not in heading.attrib:
            heading.set("id", unused(slug_of(question_text(heading), LONGEST_ANCHOR, "section"), taken))
    for element in root.iter():
        if "id" in element.attrib:
            element.set("id", prefix + element.attrib["id"])
        if element.get("href", "").startswith("#"):
            element.set("href", f"#{prefix}{without_spaces(element.attrib['href'][1:])}")


def without_spaces(anchor: str) -> str:
    return "-".join(anchor.split())


def unused(anchor: str, taken: Counter[str]) -> str:
    taken[anchor] += 1
    return anchor if taken[anchor] == 1 else unused(f"{anchor}-{taken[anchor]}", taken)


def frame_tables(root: Element) -> None:
    """Let tables scroll by themselves, by touch and by keyboard. Their header names the frame for those who listen,
    in the language of the text."""
    for parent, table in family(root, "table"):
        cells = table.findall("caption") or table.findall(".//th") or table.findall(".//td")
        label = ", ".join(filter(None, map(text_of, cells)))[:LONGEST_LABEL]
        frame = Element("div", {"class": "table", "role": "group", "tabindex": "0", "aria-label": label or "…"})
        replace(parent, table, frame)
        frame.append(table)
    for cell in [element for element in root.iter() if element.tag in {"td", "th"}]:
        if align := cell.attrib.pop("align", ""):
            cell.set("class", f"align-{align}")
        if not text_of(cell) and cell.find(".//img") is None:
            cell.tag = "td"


def questions(root: Element) -> Iterator[tuple[str, str, str]]:
    for block in root.iter("div"):
        if block.get("class") == "qa" and len(block) > 1:
            answer = OUTGOING.clean(MARK.sub("", inner_html(block[1]))).strip()
            yield block[0].get("id", ""), question_text(block[0]), answer


def question_text(heading: Element) -> str:
    """The words of a heading, without the mark of a question."""
    return text_of(heading).removeprefix(heading.findtext("span[@class='mark']", "")).strip()


def shift_headings(html: str, by: int) -> str:
    """Stored HTML for another place on a page: its headings `by` levels lower, at most at level 6."""
    return HEADING.sub(lambda found: f"{found[1]}{min(int(found[2]) + by, 6)}", html)
