"""Things that a text names, `poll:name` alone on a line. What is shown of them is asked for each time that the text is
shown, as they change by themselves: stored HTML holds their places alone."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import Enum, auto
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element

from core.markup.tree import family, replace
from core.slugs import SLUG

NAMED = re.compile(rf"([a-z]+):({SLUG.pattern})")
#: Also in a quotation, and in what is indented below an entry of a list.
LINE = re.compile(rf"^[ \t]*(?:>[ \t]*)*{NAMED.pattern}[^\S\n]*$", re.MULTILINE)
#: In stored HTML. No writer's HTML has this attribute, see `cleaning.yaml`.
PLACE = re.compile(rf'<div(?: class="named")? data-named="{NAMED.pattern}"(?: class="named")?></div>')
OWN_ID = re.compile(' id="[^"]*"')
BETWEEN = "\0"


class Medium(Enum):
    """Where a text is shown. All but the last want HTML: a page with our style sheet, a mail with that of letters, a
    feed with neither."""

    PAGE = auto()
    MAIL = auto()
    FEED = auto()
    TEXT = auto()


type Names = Collection[str]
#: Shows those of the names that there are, with no more queries for many than for one, in the language that is active.
type Show = Callable[[Medium, Names], Mapping[str, str]]


class Kind(NamedTuple):
    """The word before the colon, and how what follows is shown. An app that `tells_why` says itself, in the checks,
    what of it is not shown."""

    word: str
    show: Show
    tells_why: bool = False


#: Apps add theirs in `ready()`.
kinds: list[Kind] = []


def find_named(root: Element) -> None:
    """Put a place where a line of a paragraph names a thing; lines before and behind it are paragraphs."""
    for parent, paragraph in family(root, "p"):
        texts = [paragraph.text, *(child.tail for child in paragraph)]
        if any(is_known([line]) for text in texts if text for line in text.split("\n")):
            replace(parent, paragraph, *blocks_of(paragraph))


def is_known(line: list[str | Element]) -> bool:
    """Whether a line is the name of a thing and nothing else."""
    found = NAMED.fullmatch(line[0].strip()) if len(line) == 1 and isinstance(line[0], str) else None
    return found is not None and found[1] in words()


def blocks_of(paragraph: Element) -> Iterator[Element]:
    for names, lines in groupby(lines_of(paragraph), is_known):
        if names:
            yield from (Element("div", {"class": "named", "data-named": str(line[0]).strip()}) for line in lines)
        else:
            block = Element("p", dict(paragraph.attrib))
            fill_with(block, [part for line in lines for part in ("\n", *line)][1:])
            if len(block) or (block.text or "").strip():
                yield block


def lines_of(paragraph: Element) -> list[list[str | Element]]:
    """What stands in each: words and elements, which lose their tails."""
    lines: list[list[str | Element]] = [[]]
    add_words(lines, paragraph.text or "")
    for child in paragraph:
        tail, child.tail = child.tail or "", None
        lines[-1].append(child)
        add_words(lines, tail)
    return lines


def add_words(lines: list[list[str | Element]], text: str) -> None:
    first, *others = text.split("\n")
    lines[-1] += [first] * bool(first)
    lines += [[other] * bool(other) for other in others]


def fill_with(block: Element, parts: Iterable[str | Element]) -> None:
    for part in parts:
        if isinstance(part, Element):
            block.append(part)
        elif len(block):
            block[-1].tail = (block[-1].tail or "") + part
        else:
            block.text = (block.text or "") + part


def words() -> set[str]:
    return {kind.word for kind in kinds}


def named_in(text: str) -> list[tuple[str, str]]:
    """Kind and name of each thing that a text may show, without rendering it."""
    known = words()
    return [(kind, name) for kind, name in dict.fromkeys(LINE.findall(text)) if kind in known]


def without_named(text: str) -> str:
    """A text that names nothing any more."""
    known = words()
    return LINE.sub(lambda line: "" if line[1] in known else line[0], text).strip()


def unknown(things: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of which there is nothing to show, and of which nobody else says so."""
    told = {kind.word for kind in kinds if kind.tells_why}
    things = [thing for thing in things if thing[0] not in told]
    known = shown(Medium.TEXT, things)
    return [thing for thing in things if thing not in known]


def fill(html: str, medium: Medium) -> str:
    """Show in HTML, of one text or of a page, what its places name; nothing where there is no such thing. What is
    there twice has its id once."""
    if "data-named" not in html:
        return html
    left = shown(medium, PLACE.findall(html))

    def show_next(place: re.Match[str]) -> str:
        text = left.get((place[1], place[2]), "")
        left[place[1], place[2]] = OWN_ID.sub("", text)
        return text

    return PLACE.sub(show_next, html)


def fill_all(texts: Collection[str], medium: Medium) -> list[str]:
    """The same for several texts, with as many queries as for one."""
    return fill(BETWEEN.join(texts), medium).split(BETWEEN) if texts else []


def fill_in(root: Element, medium: Medium) -> None:
    """Give each place in a tree its text, or nothing."""
    places = list(places_in(root))
    known = shown(medium, [(kind, name) for _place, kind, name in places])
    for place, kind, name in places:
        place.text = known.get((kind, name), "")


def places_in(root: Element) -> Iterator[tuple[Element, str, str]]:
    for element in root.iter("div"):
        if thing := element.get("data-named"):
            kind, _colon, name = thing.partition(":")
            yield element, kind, name


def shown(medium: Medium, things: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    wanted = set(things)
    return {
        (kind.word, name): text
        for kind in kinds
        if (names := {name for word, name in wanted if word == kind.word})
        for name, text in kind.show(medium, names).items()
    }
