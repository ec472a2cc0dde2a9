"""What the lines of a plain text look like: titles, headings, captions, by their form and by what stands beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

from core.markup.parts import VIDEO
from newsletter.composing.captions import caption_and_credit
from newsletter.composing.raw.lines import QUESTION, Line
from newsletter.composing.raw.scaffolding import Role, has_role, key

LONGEST_TITLE = 30
LONGEST_SECTION = 14
LONGEST_HEADING = 24
LONGEST_CAPTION = 60
#: So many words make a paragraph beside which a short line stands out.
PARAGRAPH = 12
LONG_PARAGRAPH = 35
#: How much of a title of the contents is found again below.
ALIKE = 0.7
STOP = re.compile(r"[.。…;；,，:：]['\"”’»)）]*$")
FULL_STOP = re.compile(r"[.。]['\"”’»]*$")
ONE_SENTENCE = re.compile(r"[^.!?。！？]+(?:[.!?]\w[^.!?]*)*[.?。？]['\"”’»]*$")
ASIDE = re.compile(r"[(（\[].*[)）\]]$")
QUOTED = re.compile(r"[“\"„«「『].{20,400}[”\"“»」』][.。]?$")
URL = re.compile(r"<?(?P<url>https?://[^\s<>]+)>?$")
LABELLED_URL = re.compile(
    r"(?P<label>(?:source|link|read more|more|full story|bron|lees meer|quelle|mehr|lien|lire la suite|来源|原文|链接)\s?[:：→]\s?|→\s?)"
    r"<?(?P<url>https?://[^\s<>]+)>?$",
    re.IGNORECASE,
)
SENTENCES = re.compile(r"[!?。！？]\s?[\w(（“\"]|[^\W\d_]{4}\.\s+[A-Z]")
MOVING = re.compile(r"(?i)\b(?:youtube|vimeo|video|vidéo)s?\b|视频|▶")
SOURCE_LINE = re.compile(r"(?i)(?:source|quelle|bron|来源|來源)\s?[:：]")
#: How an issue ends: the writer asks readers for something, or says goodbye.
CALL = re.compile(
    r"\b(?:let (?:me|us) know|write (?:to )?(?:me|us)|drop (?:me|us) a line|send (?:me|us|your|in)|tell (?:me|us)|get in touch"
    r"|hit reply|reply to this|any tips?|got a tip|have (?:a|any) tips?|see you (?:next|in|soon)|until next|thanks? (?:you )?for reading|that's (?:it|all)"
    r"|laat (?:het )?(?:me|mij|ons)|stuur (?:me|mij|ons)|schrijf (?:me|mij|ons)|mail (?:me|mij|ons)|tot (?:de )?volgende|bedankt voor het lezen"
    r"|lassen sie (?:es )?(?:mich|uns)|lass(?:t)? (?:es )?(?:mich|uns)|schreib(?:en sie|t)? (?:mir|uns)|sag(?:en sie|t)? (?:mir|uns)|meldet? euch|bis zum nächsten"
    r"|danke fürs lesen|faites[- ](?:le[- ])?(?:moi|nous)|dites[- ](?:le[- ])?(?:moi|nous)|écrivez[- ](?:moi|nous)|à (?:la )?prochaine|merci (?:de|d'avoir) l)"
    r"|告诉我|告诉我们|请来信|欢迎来信|欢迎投稿|来信|下期见|下次见|下月见|感谢阅读|请留言",
    re.IGNORECASE,
)


class Look(Enum):
    """What a line is taken for."""

    TEXT = auto()
    SECTION = auto()
    ESSAY = auto()
    ITEM = auto()
    HEADING = auto()
    QUOTATION = auto()
    CAPTION = auto()
    VIDEO = auto()
    #: Of an item, alone on its line.
    ADDRESS = auto()
    #: Titles that come again below.
    CONTENTS = auto()
    CLOSING = auto()


TITLES = {Look.SECTION, Look.ESSAY, Look.ITEM}


@dataclass(slots=True)
class Looks:
    """The lines of a text below its title, and what each looks like; what the document says itself is no guess."""

    lines: list[Line]
    looks: list[Look] = field(default_factory=list)
    #: Places of lines that are underlined or otherwise say what they are.
    certain: set[int] = field(default_factory=set)

    def __getitem__(self, place: int) -> Look | None:
        return self.looks[place] if 0 <= place < len(self.looks) else None


def looks_of(lines: list[Line]) -> Looks:
    """What each line looks like. Nothing depends on what the editor decides about one of them."""
    found = Looks(lines, [Look.TEXT] * len(lines))
    find_headings_of_its_own(found)
    find_items(found)
    find_sections(found)
    find_closing(found)
    find_captions(found)
    find_headings(found)
    find_quotations(found)
    find_addresses(found)
    return found


def find_headings_of_its_own(found: Looks) -> None:
    """Headings that are underlined say so themselves: the first rank is a section, where there are two."""
    levels = sorted({line.level for line in found.lines if line.level})
    for place, line in enumerate(found.lines):
        if line.level:
            found.looks[place] = Look.SECTION if line.level == levels[0] else Look.HEADING
            found.certain.add(place)


def find_items(found: Looks) -> None:
    """Numbered titles begin items; a list of the same titles above them is the contents, and kept once."""
    numbered = [place for place, line in enumerate(found.lines) if line.ordinal is not None]
    for run in runs(numbered, found.lines):
        if len(run) > 1 and is_contents(run, found.lines):
            for place in run:
                found.looks[place] = Look.CONTENTS
            if run[0] and has_role(found.lines[run[0] - 1].text, Role.CONTENTS):
                found.looks[run[0] - 1] = Look.CONTENTS
    titles = [place for place in numbered if found[place] is Look.TEXT and is_item_title(found, place)]
    chinese = [place for place in titles if found.lines[place].is_chinese_ordinal]
    others = [place for place in titles if not found.lines[place].is_chinese_ordinal]
    if others and chinese:
        for place in chinese:
            found.looks[place] = Look.SECTION
    for place in others or chinese:
        if len(titles) > 1 or Look.CONTENTS in found.looks:
            found.looks[place] = Look.ITEM


def runs(places: list[int], lines: list[Line]) -> Iterator[list[int]]:
    """Numbered lines that follow each other, as far as their numbers rise."""
    run: list[int] = []
    for place in places:
        if run and (place != run[-1] + 1 or lines[place].ordinal <= lines[run[-1]].ordinal):  # type: ignore[operator]
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def is_contents(run: list[int], lines: list[Line]) -> bool:
    below = [line for line in lines[run[-1] + 1 :] if line.words <= LONGEST_TITLE * 2]
    met = [any(is_alike(lines[place].text, line.text) for line in below) for place in run]
    return sum(met) >= max(2, len(run) * ALIKE)


def is_alike(entry: str, title: str) -> bool:
    mine, its = set(key(entry).split()), set(key(title).split())
    if not mine or not its:
        return False
    return len(mine & its) >= ALIKE * max(len(mine), len(its)) or mine <= its or (len(its) > 2 and its <= mine)


def is_item_title(found: Looks, place: int) -> bool:
    """A short numbered line with its text, its source or its picture below it, and no further number."""
    line, below = found.lines[place], found.lines[place + 1 : place + 2]
    if line.words > LONGEST_TITLE or FULL_STOP.search(line.text) or QUESTION.match(line.text):
        return False
    return bool(below) and below[0].ordinal is None and not (below[0].is_entry and below[0].indent > line.indent)


def find_sections(found: Looks) -> None:
    """Short lines in capitals; where there are none, those right above the first item or above a title."""
    lines = found.lines
    capitals = [place for place, line in enumerate(lines) if found[place] is Look.TEXT and is_in_capitals(line)]
    for place in capitals:
        follows = place > 0 and found[place - 1] is Look.SECTION
        found.looks[place] = Look.ESSAY if follows else Look.SECTION
        if not follows and place + 1 < len(lines) and is_loose(found, place + 1) and place + 1 not in capitals:
            if place + 2 < len(lines) and lines[place + 2].words >= PARAGRAPH and Look.ITEM in found.looks:
                found.looks[place + 1] = Look.ESSAY
    if capitals or Look.SECTION in found.looks or Look.ITEM not in found.looks:
        return
    first_item = found.looks.index(Look.ITEM)
    begin_lists = [place for place, look in enumerate(found.looks) if look in {Look.CONTENTS, Look.ITEM}]
    for place in (begin_lists[0], first_item):
        above = place - 1
        while above > 0 and (ASIDE.match(lines[above].text) or found[above] is Look.CONTENTS):
            above -= 1
        if above >= 0 and is_loose(found, above):
            found.looks[above] = Look.SECTION
    for place in range(first_item - 2):
        if is_loose(found, place) and is_loose(found, place + 1) and lines[place + 2].words >= PARAGRAPH:
            found.looks[place], found.looks[place + 1] = Look.SECTION, Look.ESSAY


def is_in_capitals(line: Line) -> bool:
    letters = [sign for sign in line.text if sign.isalpha() and sign.upper() != sign.lower()]
    is_short = line.words <= LONGEST_SECTION and len(letters) > 3 and not line.is_entry and line.ordinal is None
    return is_short and all(map(str.isupper, letters)) and not ASIDE.match(line.text) and not URL.search(line.text)


def is_loose(found: Looks, place: int) -> bool:
    """Whether a line is short and no sentence; a colon may end it."""
    line = found.lines[place]
    is_plain = found[place] is Look.TEXT and not line.is_entry and line.ordinal is None and not line.is_rule
    stops = STOP.search(line.text.rstrip("：: "))
    is_other = QUESTION.match(line.text) or ASIDE.match(line.text) or URL.search(line.text)
    return is_plain and 0 < line.words <= LONGEST_SECTION and not stops and not is_other


def find_closing(found: Looks) -> None:
    """The call for tips with which an issue ends, and what follows it."""
    if not TITLES & set(found.looks):
        return
    last = max(place for place, look in enumerate(found.looks) if look in TITLES)
    for place in range(max(last + 2, len(found.lines) - 4), len(found.lines)):
        if found[place] is Look.TEXT and CALL.search(found.lines[place].text.replace("’", "'")):
            found.looks[place:] = [Look.CLOSING] * (len(found.lines) - place)
            return


def find_captions(found: Looks) -> None:
    """Lines that name who made a picture; and a line without a full stop below which nothing follows any more."""
    for place, line in enumerate(found.lines):
        if found[place] is not Look.TEXT or line.is_entry or line.ordinal is not None or line.words > LONGEST_CAPTION:
            continue
        caption, credit = caption_and_credit(line.text)
        names_maker = bool(credit) and not (SOURCE_LINE.match(line.text) or URL.search(line.text))
        ends_text = found[place + 1] in TITLES | {Look.CLOSING} and found[place - 1] is Look.TEXT
        is_last = ends_text and is_heading_like(found, place) and found.lines[place - 1].words >= PARAGRAPH
        shows = (
            MOVING.search(line.text)
            and line.words <= LONGEST_HEADING
            and (ends_text or re.match("(?i)click|watch", line.text))
        )
        if names_maker or is_last or shows:
            found.looks[place] = Look.VIDEO if shows else Look.CAPTION


def is_heading_like(found: Looks, place: int) -> bool:
    line = found.lines[place]
    is_plain = not line.is_entry and line.ordinal is None and not line.is_rule and line.words
    is_other = QUESTION.match(line.text) or ASIDE.match(line.text) or URL.search(line.text)
    is_short = line.words <= LONGEST_HEADING and not STOP.search(line.text) and not line.text.endswith(("!", "！"))
    is_other = is_other or SENTENCES.search(line.text)
    return bool(is_plain and is_short and not is_other and found[place] is Look.TEXT)


def find_headings(found: Looks) -> None:
    """Short lines without a full stop that stand between paragraphs; with one, among several others."""
    for place in range(len(found.lines)):
        if is_heading_like(found, place) and stands_alone(found, place, PARAGRAPH):
            found.looks[place] = Look.HEADING
    for part in parts(found):
        headings = [place for place in part if found[place] is Look.HEADING]
        for place in part:
            if len(headings) > 2 and is_lone_sentence(found, place) and headings[0] < place:
                found.looks[place] = Look.HEADING


def find_quotations(found: Looks) -> None:
    """A sentence alone between long paragraphs, a formula that is announced, a line in quotation marks."""
    for place in range(1, len(found.lines)):
        line, above = found.lines[place], found.lines[place - 1]
        if found[place] is not Look.TEXT or line.is_entry or line.ordinal is not None or QUESTION.match(line.text):
            continue
        announced = above.text.endswith((":", "：")) and " = " in line.text and line.words <= LONGEST_CAPTION
        quoted = QUOTED.match(line.text) and stands_alone(found, place, PARAGRAPH)
        lone = is_lone_sentence(found, place) and line.words >= 6 and stands_alone(found, place, LONG_PARAGRAPH)
        if announced or quoted or lone:
            found.looks[place] = Look.QUOTATION


def is_lone_sentence(found: Looks, place: int) -> bool:
    line = found.lines[place]
    is_short = found[place] is Look.TEXT and not line.is_entry and line.ordinal is None and line.words <= 20
    return is_short and bool(ONE_SENTENCE.match(line.text)) and stands_alone(found, place, PARAGRAPH)


def stands_alone(found: Looks, place: int, words: int) -> bool:
    """Whether a line has paragraphs of so many words above and below it. A list is one."""
    above, below = place - 1, place + 1
    if below >= len(found.lines) or found[below] in TITLES | {Look.CLOSING}:
        return False
    is_first = above < 0
    above_is_text = not is_first and (found[above] in {Look.TEXT, Look.QUOTATION, Look.CAPTION, Look.VIDEO})
    is_paragraph = is_first or (above_is_text and (found.lines[above].words >= words or found.lines[above].is_entry))
    return is_paragraph and found[below] is Look.TEXT and found.lines[below].words >= words


def parts(found: Looks) -> Iterator[range]:
    """The places of each stretch of text between titles."""
    starts = [place for place, look in enumerate(found.looks) if look in TITLES]
    for start, end in pairwise([-1, *starts, len(found.looks)]):
        yield range(start + 1, end)


def find_addresses(found: Looks) -> None:
    """An address alone below the title of an item, or told as its source at its end."""
    for place, look in enumerate(found.looks):
        if look is not Look.TEXT:
            continue
        text = found.lines[place].text
        below_title = found[place - 1] is Look.ITEM and URL.match(text)
        ends_item = LABELLED_URL.match(text) and (found[place + 1] in TITLES | {Look.CLOSING, None})
        if (below_title or ends_item) and not re.fullmatch(VIDEO.pattern, text):
            found.looks[place] = Look.ADDRESS
