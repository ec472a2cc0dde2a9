"""The top of a document: its title, who wrote it and when, and what the page says before that."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from newsletter.composing.plan import Finding, FrontMatter
from newsletter.composing.raw.conversation import SENTENCE, is_name
from newsletter.composing.raw.lines import QUESTION, Line
from newsletter.composing.raw.scaffolding import Role, has_role, key, left_out
from newsletter.moments import Exactness, Moment, looks_like_moment, moment

LONGEST_TITLE = 200
PROSE = 20
#: The lines above a date that can be a title, a subtitle, a name and what it does.
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
    findings: list[Finding] = field(default_factory=list)


def cut_head(lines: list[Line], about: FrontMatter) -> tuple[Head, list[Line]]:
    """Find the title among the first lines; what is said with it and above it does not come back as text.

    Where no title is found, nothing is cut.
    """
    end = next((place for place, line in enumerate(lines) if is_text(line)), len(lines))
    end = max(end, next((place + 1 for place, line in enumerate(lines) if line.level == 1), 0))
    titles = [place for place in range(end) if is_title(lines[place])]
    dated = next((place for place in range(end) if when_in(lines[place])), None)
    if not titles:
        return Head(), lines
    title = max(titles, key=lambda place: (weight(lines, place, titles, dated, end), -place))
    head = Head(lines[title])
    above, below = lines[:title], lines[title + 1 :]
    same = key(lines[title].text)
    others = [line for line in above if key(line.text) != same]
    if lines[title].level == 1:
        return head, [*others, *below]
    head.findings += left_out(others)
    below = [line for line in below if not (key(line.text) == same and line in lines[:end])]
    if dated is not None and dated > title:
        below = take_byline(lines[title + 1 : dated + 1], below, about, head)
    return head, below


def is_text(line: Line) -> bool:
    if line.is_entry or line.is_rule or QUESTION.match(line.text):
        return True
    is_short = len(line.text) <= LONGEST_TITLE and line.words < PROSE
    return not (is_short or when_in(line)) or bool(line.words >= 6 and SENTENCE.search(line.text) and not line.level)


def is_title(line: Line) -> bool:
    is_of_page = has_role(line.text, Role.ALWAYS, Role.OFTEN, Role.ACTIONS) and not line.level
    is_sentence = line.text.endswith((".", "。")) and not line.level
    return not (line.is_rule or is_of_page or is_sentence or when_in(line) or BYLINE.match(line.text)) and bool(
        key(line.text)
    )


def weight(lines: list[Line], place: int, titles: list[int], dated: int | None, end: int) -> int:
    """How much speaks for a line being the title."""
    text = key(lines[place].text)
    said = sum(key(line.text) == text for line in lines[:end])
    is_first = place == titles[0] and not any(has_role(line.text, Role.ALWAYS, Role.OFTEN) for line in lines[:place])
    below = lines[place + 1].text if place + 1 < len(lines) else ""
    before_date = dated is not None and 0 < dated - place <= 4
    is_writer = (
        before_date and is_name(lines[place].text) and dated is not None and dated - place <= 2 and not is_first
    )
    return (
        8 * (lines[place].level == 1)
        + 3 * (said > 1)
        + 2 * is_first
        + 3 * before_date
        + 5
        * bool(
            re.match(r"report this (?:article|post)|举报此文章|diesen artikel melden|signaler cet article", key(below))
        )
        - 6 * is_writer
    )


def when_in(line: Line) -> str:
    """The date that a line of the head gives, in its words; empty where it gives none."""
    found = POSTED.match(line.text) if len(line.text) < LONGEST_TITLE else None
    words = found["when"] if found else line.text
    return words if looks_like_moment(words) and (day := day_of(words)) and day.exactness == Exactness.DAY else ""


def take_byline(between: list[Line], below: list[Line], about: FrontMatter, head: Head) -> list[Line]:
    """Take the date, and the name above it or in its line, where the document does not say better."""
    dated, gone = between[-1], [between[-1]]
    posted = POSTED.match(dated.text)
    names = [(posted["name"] or "") if posted else ""]
    for line in reversed(between[:-1]):
        written = BYLINE.match(line.text)
        if written or (is_name(line.text) and not any(names) and len(line.text.split()) <= 4):
            names.append((written["name"] or written["chinese"]) if written else line.text)
            gone.append(line)
    about.authors = about.authors or [name for name in names if name][:1]
    when = date_of(when_in(dated))
    about.date = about.date or when
    said = " · ".join(line.text for line in reversed(gone))
    head.findings.append(Finding(_("Taken as date and author: %(said)s") % {"said": said}, gone[-1].number))
    return [line for line in below if line not in gone]


def date_of(words: str) -> datetime | None:
    """The day that words with a year name; an age or a day without a year is none."""
    found = day_of(words) if re.search(r"\d{4}", words) else None
    return found.at.replace(hour=0, minute=0, second=0, microsecond=0) if found else None


def day_of(words: str) -> Moment | None:
    return moment(words, translation.get_language() or "en", timezone.localtime())
