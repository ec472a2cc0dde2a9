"""What the lines of a text look like: titles, headings, captions, by their form and by what stands beside them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from core.markup.parts import VIDEO
from newsletter.composing.captions import WORDS, caption_and_credit
from newsletter.composing.raw.lines import DASHES, QUESTION, Line
from newsletter.composing.raw.scaffolding import IMAGE, Role, calls, has_role, key

LONGEST_TITLE = 30
LONGEST_SECTION = 14
LONGEST_HEADING = 24
LONGEST_SENTENCE = 20
SHORTEST_SENTENCE = 6
LONGEST_CAPTION = 60
LONGEST_CONTENTS = 60
#: A line stands out beside paragraphs of so many words; a sentence, beside longer ones.
PARAGRAPH = 12
LONG_PARAGRAPH = 35
SENTENCE_BESIDE = 13
#: So many of a part's lines must be headings for a sentence to be one.
SEVERAL = 3
BESIDE = 4
#: How much of a title in the contents is found again below.
ALIKE = 0.7
CLOSED = r"['\"”“’‘»)）」』]*$"
STOP = re.compile(rf"[.。…;；,，:：!！]{CLOSED}")
SPEAKS = re.compile(rf"[.。?!？！…:：]{CLOSED}")
FULL_STOP = re.compile(rf"[.。]{CLOSED}")
SENTENCES = re.compile(r"[!?。！？]\s?[\w(（“\"]|[^\W\d_]{4}\.\s+[A-Z]")
BRACKETED = re.compile(r"[【〖][^【】〖〗]{2,20}[】〗]")
ASIDE = re.compile(r"[(（\[].*[)）\]]$")
QUOTED = re.compile(r"[“\"„«「『][^“”\"„«»]{20,400}[”\"“»」』][.。]?$")
URL = re.compile(r"<?(?P<url>https?://[^\s<>]+)>?$")
LABELLED_URL = re.compile(rf"(?:(?:{WORDS['leads_to']})\s?[:：→]\s?|→\s?){URL.pattern}", re.IGNORECASE)
MOVING = re.compile(WORDS["moving"], re.IGNORECASE)
CLICK = re.compile(WORDS["click"], re.IGNORECASE)
SPEAKER = re.compile(r"([^\W\d_][^:：.!?]{0,30})[:：]\s")
SOURCE = re.compile(rf"(?:{WORDS['source']})\s?[:：]", re.IGNORECASE)


class Look(Enum):
    """What a line is taken for, in an editor's words."""

    TEXT = "Text"
    SECTION = "Section"
    ESSAY = "Essay"
    ITEM = "Item"
    HEADING = "Heading"
    QUOTATION = "Quotation"
    CAPTION = "Caption"
    #: What a mail program writes for a picture, above its caption.
    PICTURE = "Picture"
    VIDEO = "Video"
    #: Of an item, alone on its line.
    ADDRESS = "Address"
    #: Titles that come again below.
    CONTENTS = "Contents"
    CLOSING = "Closing"


TITLES = {Look.SECTION, Look.ESSAY, Look.ITEM}


@dataclass(slots=True)
class Looks:
    """The lines of a text below its title, and what each looks like, by their places."""

    lines: list[Line]
    looks: list[Look] = field(default_factory=list)
    #: Those that say so themselves, and are no guess.
    certain: set[int] = field(default_factory=set)
    #: Who speaks in an interview, as it stands before their words.
    speakers: set[str] = field(default_factory=set)

    def __getitem__(self, place: int) -> Look | None:
        return self.looks[place] if 0 <= place < len(self.looks) else None

    def places(self, *looks: Look) -> list[int]:
        return [place for place, look in enumerate(self.looks) if look in looks]

    def is_plain(self, place: int) -> bool:
        """Whether nothing is known of a line, and it is neither an entry of a list nor a question."""
        line = self.lines[place]
        speaks = QUESTION.match(line.text) or speaker(line) in self.speakers
        return self[place] is Look.TEXT and not (line.is_entry or line.is_rule or not line.is_bare or speaks)

    def is_label(self, place: int, longest: int, *, may_end: str = "") -> bool:
        """Whether a line is short and no sentence, no aside and no address; it may end with one of these signs."""
        text = self.lines[place].text.rstrip(may_end)
        is_other = STOP.search(text) or SENTENCES.search(text) or ASIDE.match(text) or URL.search(text)
        has_letters = any(map(str.isalpha, text))
        is_short = has_letters and self.lines[place].words <= longest and not text.startswith(DASHES)
        return self.is_plain(place) and is_short and not is_other

    def is_paragraph(self, place: int, words: int = PARAGRAPH) -> bool:
        """Whether a line is text of so many words, or an entry of a list."""
        if self[place] not in {Look.TEXT, Look.QUOTATION, Look.CAPTION, Look.VIDEO}:
            return False
        line = self.lines[place]
        if words == PARAGRAPH and self[place] in {Look.CAPTION, Look.VIDEO}:
            return True
        speaks = bool(SPEAKS.search(line.text)) and line.words >= SHORTEST_SENTENCE
        return line.words >= words or line.is_entry or (words == PARAGRAPH and speaks)

    def stands_alone(self, place: int, words: int = PARAGRAPH, below: Collection[Look] = ()) -> bool:
        """Whether a line has a paragraph of so many words above and below it; the first, and one `below` a title of
        these kinds, need none above."""
        has_above = place == 0 or self.is_paragraph(place - 1, words) or self[place - 1] in below
        return has_above and self.is_paragraph(place + 1, words)


def looks_of(lines: list[Line]) -> Looks:
    """What each line looks like. Nothing depends on what the editor decides about one of them."""
    spoken = Counter(map(speaker, lines))
    speakers = {name for name, times in spoken.items() if name and times >= SEVERAL}
    found = Looks(lines, [Look.TEXT] * len(lines), speakers=speakers)
    find_marked_headings(found)
    find_contents(found)
    find_items(found)
    find_linked_items(found)
    find_sections(found)
    find_first_essay(found)
    find_closing(found)
    find_captions(found)
    find_headings(found)
    find_quotations(found)
    find_addresses(found)
    return found


def speaker(line: Line) -> str:
    found = SPEAKER.match(line.text)
    return found[1] if found else ""


def find_marked_headings(found: Looks) -> None:
    """Underlined ones: numbered ones are items, those of the first rank sections, others stand inside a text."""
    marked = [place for place, line in enumerate(found.lines) if line.level and not line.block]
    first = min((found.lines[place].level for place in marked if found.lines[place].ordinal is None), default=0)
    for place in marked:
        look = Look.SECTION if found.lines[place].level == first else Look.HEADING
        found.looks[place] = look if found.lines[place].ordinal is None else Look.ITEM
        found.certain.add(place)


def find_contents(found: Looks) -> None:
    """A list of titles that stand again below, each on a line of its own; with what stands over it."""
    entries = [place for place, line in enumerate(found.lines) if line.is_entry and line.is_bare]
    for run in runs(entries, found.lines):
        if 1 < len(run) <= LONGEST_CONTENTS and come_again(run, found.lines):
            first = run[0] - 1 if run[0] and has_role(found.lines[run[0] - 1].text, Role.CONTENTS) else run[0]
            for place in range(first, run[-1] + 1):
                found.looks[place] = Look.CONTENTS


def runs(places: Iterable[int], lines: list[Line]) -> Iterator[list[int]]:
    """Entries that follow each other, as far as their numbers rise."""
    run: list[int] = []
    for place in places:
        if run and (place != run[-1] + 1 or (lines[place].ordinal or 999) <= (lines[run[-1]].ordinal or 0)):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def come_again(run: list[int], lines: list[Line]) -> bool:
    below = [set(key(line.text).split()) for line in lines[run[-1] + 1 :] if line.words <= LONGEST_TITLE]
    above = [set(key(lines[place].text).split()) for place in run]
    met = sum(any(are_alike(entry, title) for title in below) for entry in above)
    return met >= max(2, len(run) * ALIKE)


def are_alike(entry: set[str], title: set[str]) -> bool:
    shared = len(entry & title)
    return shared > 0 and (shared >= ALIKE * max(len(entry), len(title)) or entry <= title or 2 < len(title) == shared)


def find_items(found: Looks) -> None:
    """Numbered titles begin items. Those numbered in Chinese are sections where others are numbered in figures."""
    titles = [place for place, line in enumerate(found.lines) if line.ordinal is not None and is_item(found, place)]
    chinese = [place for place in titles if found.lines[place].is_chinese_ordinal]
    others = [place for place in titles if place not in set(chinese)]
    for place in chinese if others else []:
        found.looks[place] = Look.SECTION
    for place in others or chinese:
        if len(titles) > 1 or Look.CONTENTS in found.looks:
            found.looks[place] = Look.ITEM


def find_linked_items(found: Looks) -> None:
    """Where nothing is numbered: short lines with text and one address below each are the titles of items."""
    if Look.ITEM in found.looks:
        return
    labels = [place for place in range(len(found.lines) - 1) if is_linked_title(found, place)]
    for start, end in pairwise([*labels, len(found.lines)]):
        below = range(start + 1, end)
        addresses = [place for place in below if is_address(found.lines[place].text)]
        if len(labels) >= SEVERAL and len(addresses) == 1:
            found.looks[start], found.looks[addresses[0]] = Look.ITEM, Look.ADDRESS
    for place in found.places(Look.ITEM):
        if place and found.is_label(place - 1, LONGEST_SECTION, may_end=":："):
            found.looks[place - 1] = Look.SECTION


def is_linked_title(found: Looks, place: int) -> bool:
    is_label = found.is_label(place, LONGEST_HEADING) and not is_in_capitals(found, place)
    return is_label and found.is_paragraph(place + 1) and found[place + 1] is Look.TEXT


def is_address(text: str) -> bool:
    return bool(URL.match(text)) and not re.fullmatch(VIDEO.pattern, text)


def is_item(found: Looks, place: int) -> bool:
    """A short numbered line with its text, its source or its picture below it, and no further number."""
    line, below = found.lines[place], found.lines[place + 1 : place + 2]
    is_other = FULL_STOP.search(line.text) or QUESTION.match(line.text) or line.words > LONGEST_TITLE
    if found[place] is not Look.TEXT or not line.is_bare or is_other or not below:
        return False
    opens_list = below[0].bullet and below[0].indent > line.indent
    return not opens_list and (below[0].ordinal is None or line.is_chinese_ordinal > below[0].is_chinese_ordinal)


def find_sections(found: Looks) -> None:
    """Short lines in capitals; where there are none, those right above the first item or above a title."""
    capitals = [place for place in range(len(found.lines)) if is_in_capitals(found, place)]
    for place in capitals:
        is_below = found[place - 1] is Look.SECTION and place > 0
        found.looks[place] = Look.ESSAY if is_below else Look.SECTION
    for place in found.places(Look.SECTION):
        if place + 2 < len(found.lines) and found.is_label(place + 1, LONGEST_SECTION) and Look.ITEM in found.looks:
            found.looks[place + 1] = Look.ESSAY if found.is_paragraph(place + 2) else Look.TEXT
    if Look.ITEM in found.looks and Look.SECTION not in found.looks:
        find_sections_by_place(found)


def is_in_capitals(found: Looks, place: int) -> bool:
    """Whether a line is a label in capitals, or in the brackets that Chinese has for that."""
    line = found.lines[place]
    if BRACKETED.fullmatch(line.text):
        return found.is_plain(place)
    letters = [sign for sign in line.text if sign.upper() != sign.lower()]
    is_label = found.is_label(place, LONGEST_SECTION, may_end=":：!！ ")
    return is_label and len(letters) > 3 and all(map(str.isupper, letters))


def find_sections_by_place(found: Looks) -> None:
    first_item = found.looks.index(Look.ITEM)
    for begin in {first_item, min(found.places(Look.ITEM, Look.CONTENTS))}:
        above = begin - 1
        while above > 0 and (ASIDE.match(found.lines[above].text) or found[above] is Look.CONTENTS):
            above -= 1
        if above >= 0 and found.is_label(above, LONGEST_SECTION, may_end=":："):
            found.looks[above] = Look.SECTION
    for place in range(first_item - 2):
        is_section = found.is_label(place, LONGEST_SECTION, may_end=":：")
        if is_section and found.is_label(place + 1, LONGEST_SECTION) and found.is_paragraph(place + 2):
            found.looks[place : place + 2] = [Look.SECTION, Look.ESSAY]


def find_first_essay(found: Looks) -> None:
    """In an issue, the first line that stands out below the opening is the title of its essay."""
    titles = found.places(*TITLES)
    for place in range(1, titles[0] if titles else 1):
        if found.is_label(place, LONGEST_HEADING) and found.stands_alone(place):
            found.looks[place] = Look.ESSAY
            return


def find_closing(found: Looks) -> None:
    """The call for tips with which an issue ends, and what follows it."""
    titles = found.places(*TITLES)
    if not titles:
        return
    for place in range(max(titles[-1] + 2, len(found.lines) - 4), len(found.lines)):
        if found.is_plain(place) and calls(found.lines[place].text):
            found.looks[place:] = [Look.CLOSING] * (len(found.lines) - place)
            return


def find_captions(found: Looks) -> None:
    """Lines that name who made a picture; and a line without a full stop below which nothing follows any more."""
    for place, line in enumerate(found.lines):
        if not found.is_plain(place) or line.words > LONGEST_CAPTION or URL.search(line.text):
            continue
        if shows_picture(found, place - 1) or IMAGE.fullmatch(line.text):
            continue
        _caption, credit = caption_and_credit(line.text)
        names_maker = credit and not SOURCE.match(line.text)
        ends_text = found[place + 1] in TITLES | {Look.CLOSING} and found.is_paragraph(place - 1)
        is_last = ends_text and found.is_label(place, LONGEST_HEADING)
        moves = MOVING.search(line.text) and (ends_text or CLICK.search(line.text)) and line.words <= LONGEST_HEADING
        if names_maker or is_last or moves:
            found.looks[place] = Look.VIDEO if moves else Look.CAPTION
            found.certain |= {place} if names_maker or moves else set()
    for place, line in enumerate(found.lines):
        if found.is_plain(place) and IMAGE.fullmatch(line.text):
            found.looks[place] = Look.PICTURE if found[place + 1] is Look.CAPTION else Look.CAPTION
            found.certain.add(place)


def shows_picture(found: Looks, place: int) -> bool:
    above = found.lines[place].block if place >= 0 else None
    return above is not None and "![" in above.text


def find_headings(found: Looks) -> None:
    """Short lines without a full stop between paragraphs; with one, among several others."""
    for place in range(len(found.lines)):
        if found.is_label(place, LONGEST_HEADING) and found.stands_alone(place, below={Look.ITEM, Look.ESSAY}):
            found.looks[place] = Look.HEADING
    for part in parts(found):
        headings = [place for place in part if found[place] is Look.HEADING]
        for place in part:
            is_between = any(place - BESIDE <= each < place for each in headings)
            is_between = is_between and any(place < each <= place + BESIDE for each in headings)
            if len(headings) >= SEVERAL and is_between and is_lone_sentence(found, place):
                found.looks[place] = Look.HEADING


def find_quotations(found: Looks) -> None:
    """A formula that is announced, a line in quotation marks; in an issue also a sentence between long paragraphs."""
    is_issue = bool(found.places(*TITLES))
    for place in range(1, len(found.lines)):
        line, above = found.lines[place], found.lines[place - 1].text
        if not found.is_plain(place):
            continue
        is_announced = above.endswith((":", "：")) and " = " in line.text and line.words <= LONGEST_CAPTION
        is_quoted = QUOTED.match(line.text) and found.stands_alone(place)
        is_long = line.words >= SHORTEST_SENTENCE and found.stands_alone(place, LONG_PARAGRAPH)
        is_lone = is_issue and is_long and is_lone_sentence(found, place)
        if is_announced or is_quoted or is_lone:
            found.looks[place] = Look.QUOTATION


def is_lone_sentence(found: Looks, place: int) -> bool:
    line = found.lines[place]
    is_one = (
        line.text[0] not in '“„«「『"'
        and line.words <= LONGEST_SENTENCE
        and FULL_STOP.search(line.text)
        and not SENTENCES.search(line.text)
    )
    return bool(is_one) and found.is_plain(place) and found.stands_alone(place, SENTENCE_BESIDE)


def parts(found: Looks) -> Iterator[range]:
    """The places of each stretch of text between titles."""
    for start, end in pairwise([-1, *found.places(*TITLES), len(found.looks)]):
        yield range(start + 1, end)


def find_addresses(found: Looks) -> None:
    """An address alone below the title of an item, or told as its source at its end."""
    for place in found.places(Look.TEXT):
        text = found.lines[place].text
        is_below_title = found[place - 1] is Look.ITEM
        ends_item = LABELLED_URL.match(text) and (found[place + 1] in TITLES | {Look.CLOSING, None})
        if (is_below_title and is_address(text)) or ends_item:
            found.looks[place] = Look.ADDRESS
