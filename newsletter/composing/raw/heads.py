"""The top of a document: its title, who wrote it and when, and what the page says before that."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from newsletter.composing.plan import Finding, FrontMatter
from newsletter.composing.raw.conversation import SENTENCE, is_name
from newsletter.composing.raw.lines import QUESTION, Line
from newsletter.composing.raw.scaffolding import Role, has_role, key
from newsletter.moments import Exactness, Moment, looks_like_moment, moment

LONGEST_TITLE = 200
PROSE = 20
SHORTEST_ENTRY = 5
LONGEST_NAME = 4
#: So many lines above a date can be the title.
NEAR_DATE = 3
MENU_WORDS = 2
MENU_LINES = 4
PARTS = re.compile(r"\s*[|·•∙]\s*")
BYLINE = re.compile(
    r"(?:by|door|von|par|作者)[:：]?\s+(?P<name>.{2,60})|(?:作者|文)\s?[:：/]\s?(?P<chinese>.{2,20})", re.IGNORECASE
)
POSTED = re.compile(
    r"(?:posted|published|updated|geplaatst|gepubliceerd|veröffentlicht|publié|发布|发表)(?:\s+(?:on|op|am|le|于))?[:：]?\s*(?P<when>.+?)"
    r"(?:\s+(?:by|door|von|par)\s+(?P<name>.{2,60}))?$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Head:
    """What a document says before its text. Without a title nothing is certain."""

    title: Line | None = None
    #: What the page says above its title, and of its author below the text.
    around: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def cut_head(lines: list[Line], about: FrontMatter, *, is_top: bool) -> tuple[Head, list[Line]]:
    """Find the title among the first lines; what is said with it and above it does not come back as text.

    `is_top` tells that nothing of the page stood above these. Where no title is found, nothing is cut.
    """
    end = next((place for place, line in enumerate(lines) if is_text(line)), len(lines))
    end = max(end, next((place + 1 for place, line in enumerate(lines) if line.level == 1), 0))
    titles = [place for place in range(end) if is_title(lines[place])]
    dated = next((place for place in range(end) if when_in(lines[place])), None)
    if not titles:
        return Head(), lines
    title = max(titles, key=lambda place: (weight(lines[:end], place, dated, is_top=is_top), -place))
    head = Head(lines[title])
    above, below = lines[:title], lines[title + 1 :]
    same = key(lines[title].text)
    others = [line for line in above if key(line.text) != same]
    if lines[title].level == 1:
        return head, [*others, *below]
    head.around = others
    below = [line for line in below if not (key(line.text) == same and line in lines[:end])]
    if dated is not None and dated > title:
        below = take_byline(lines[title + 1 : dated + 1], below, about, head)
    return head, below


def is_text(line: Line) -> bool:
    if QUESTION.match(line.text) or line.is_rule or (line.is_entry and line.words >= SHORTEST_ENTRY):
        return True
    is_short = len(line.text) <= LONGEST_TITLE and line.words < PROSE
    return not (is_short or when_in(line)) or bool(line.words >= 6 and SENTENCE.search(line.text) and not line.level)


def is_title(line: Line) -> bool:
    is_of_page = has_role(line.text, Role.ALWAYS, Role.OFTEN, Role.ACTIONS) and not line.level
    is_sentence = line.text.endswith((".", "。")) and not line.level
    is_other = line.is_rule or line.has_bullet or when_in(line) or BYLINE.match(line.text)
    return bool(key(line.text)) and not (is_of_page or is_sentence or is_other)


def weight(lines: list[Line], place: int, dated: int | None, *, is_top: bool) -> int:
    """How much speaks for a line of the head being the title."""
    line, text = lines[place], key(lines[place].text)
    to_date = dated - place if dated is not None and dated > place else 0
    is_first = place == 0 and is_top
    is_twice = any(key(each.text) == text for each in [*lines[place - 1 : place], *lines[place + 1 : place + 2]])
    is_writer = 0 < to_date <= (NEAR_DATE + 1 if is_twice else 2) and is_name(line.text) and not is_first
    return (
        8 * (line.level == 1)
        + 3 * (sum(key(each.text) == text for each in lines) > 1)
        + 2 * is_first
        + 3 * (0 < to_date <= NEAR_DATE)
        - 6 * is_writer
        - 4 * is_in_menu(lines, place)
    )


def is_in_menu(lines: list[Line], place: int) -> bool:
    """Whether a line stands among several of a word or two."""
    start = end = place
    while start > 0 and lines[start - 1].words <= MENU_WORDS:
        start -= 1
    while end < len(lines) and lines[end].words <= MENU_WORDS:
        end += 1
    return end - start >= MENU_LINES


def when_in(line: Line) -> str:
    """The date that a line of the head gives, in its words; empty where it gives none."""
    if len(line.text) > LONGEST_TITLE:
        return ""
    return next((words for part in PARTS.split(line.text) if (words := day_in(part))), "")


def day_in(text: str) -> str:
    found = POSTED.match(text)
    words = found["when"] if found else text
    return words if looks_like_moment(words) and (day := day_of(words)) and day.exactness == Exactness.DAY else ""


def take_byline(between: list[Line], below: list[Line], about: FrontMatter, head: Head) -> list[Line]:
    """Take the date, and the name above it or in its line, where the document does not say better."""
    dated, gone = between[-1], [between[-1]]
    names = [name for part in PARTS.split(dated.text) if (name := name_in(part))]
    for line in reversed(between[:-1]):
        is_writer = is_name(line.text) and len(line.text.split()) <= LONGEST_NAME
        if BYLINE.match(line.text) or (is_writer and not names) or line.text in names:
            names.append(name_in(line.text) or line.text)
            gone = between[between.index(line) :]
    about.authors = about.authors or names[:1]
    about.date = about.date or date_of(when_in(dated))
    said = " · ".join(line.text for line in gone)
    head.findings.append(Finding(_("Taken as date and author: %(said)s") % {"said": said}, gone[0].number))
    rest = [replace(line, is_bare=False) if line in between else line for line in below if line not in gone]
    box = next((place for place in range(max(0, len(rest) - 6), len(rest)) if rest[place].text in names), len(rest))
    head.around += rest[box:]
    return rest[:box]


def name_in(text: str) -> str:
    """Who wrote, as a line says it: `By Ada Moor`, `Posted on … by Ada Moor`."""
    if found := BYLINE.match(text):
        return (found["name"] or found["chinese"]).strip()
    posted = POSTED.match(text)
    return (posted["name"] or "").strip() if posted else ""


def date_of(words: str) -> datetime | None:
    """The day that words with a year name; an age or a day without a year is none."""
    found = day_of(words) if re.search(r"\d{4}", words) else None
    return found.at.replace(hour=0, minute=0, second=0, microsecond=0) if found else None


def day_of(words: str) -> Moment | None:
    return moment(words, translation.get_language() or "en", timezone.localtime())
