"""The top of a document: its title, who wrote it and when, and what the page says before that. In a digest of a
mailing list each mail has one: it is an item, called what its subject says."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from newsletter.composing.captions import WORDS
from newsletter.composing.plan import FrontMatter, Remark
from newsletter.composing.raw.conversation import is_name, is_sentence
from newsletter.composing.raw.lines import HEADER, PARTS, QUESTION, Line
from newsletter.composing.raw.scaffolding import IMAGE, PATH, Role, has_role, key
from newsletter.moments import Exactness, Moment, looks_like_moment, moment

LONGEST_TITLE = 200
LONGEST_HEAD = 60
PROSE = 20
SHORTEST_ENTRY = 5
SHORTEST_SENTENCE = 6
LONGEST_NAME = 4
#: A name is shorter than a title is, most often.
WORDY = 4
#: So many lines above a date can be the title.
NEAR_DATE = 3
BELOW_SUBTITLE = 10
AGAIN = 3
MENU_WORDS = 3
MENU_LINES = 4
#: The lines at the end among which the writer is introduced.
BOX = 6
BY = rf"(?:{WORDS['by']})"
BYLINE = re.compile(
    rf"(?:(?:{WORDS['written']})\s)?{BY}[:：]?\s+(?P<name>.{{2,60}})|(?:作者|文字?)\s?[:：/]\s?(?P<chinese>.{{2,20}})",
    re.IGNORECASE,
)
POSTED = re.compile(
    rf"(?:{WORDS['posted']})(?:\s+(?:on|op|am|le|于))?[:：]?\s*(?P<when>.+?)(?:\s+{BY}\s+(?P<name>.{{2,60}}))?$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Head:
    """What a document says before its text. Without a title nothing is certain."""

    title: Line | None = None
    #: What the page says above its title, and of its writer below the text.
    around: list[Line] = field(default_factory=list)
    #: Of those who wrote.
    names: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def cut_head(lines: list[Line], about: FrontMatter) -> tuple[Head, list[Line]]:
    """Find the title among the first lines; what is said with it and above it does not come back as text. Where no
    title is found, nothing is cut."""
    head = Head()
    lines = open_mail(lines, head)
    end = next((place for place, line in enumerate(lines[:LONGEST_HEAD]) if is_text(line)), LONGEST_HEAD)
    marked = next((place + 1 for place, line in enumerate(lines) if line.level == 1), 0)
    end = min(len(lines), max(end, end_by_date(lines, end), marked))
    titles = [place for place, line in enumerate(lines[:end]) if is_title(line)]
    dated = next((place for place, line in enumerate(lines[:end]) if when_in(line)), None)
    if not titles:
        return Head(), lines
    title = max(titles, key=lambda place: (weight(lines[: end + AGAIN], place, dated), -place))
    head.title, same = lines[title], key(lines[title].text)
    above = [line for line in lines[:title] if key(line.text) != same]
    below = [line for line in lines[title + 1 :] if not (key(line.text) == same and line in lines[: end + AGAIN])]
    if lines[title].level == 1:
        return head, [*above, *below]
    logos = [line for line in below if line in lines[:end] and is_logo(line, same)]
    head.around += [*above, *logos]
    below = [line for line in below if line not in logos]
    if dated is None:
        dated = end_of_writer(lines, title, end)
    if dated is not None:
        below = take_byline(lines, title, dated, below, about, head)
    return head, below


def end_of_writer(lines: list[Line], title: int, end: int) -> int | None:
    """The last line about the writer, whose name stands twice below a title without a date."""
    names = [place for place in range(title + 1, end - 1) if lines[place].text == lines[place + 1].text]
    is_named = bool(names) and is_name(lines[names[0]].text)
    return end - 1 if is_named else None


def end_by_date(lines: list[Line], end: int) -> int:
    """Where a long subtitle stands between title and date, the head goes on to that."""
    near = range(end + 1, min(end + BELOW_SUBTITLE, len(lines)))
    dated = next((place for place in near if when_in(lines[place])), None)
    is_head = dated is not None and not any(map(is_text, lines[end + 1 : dated]))
    return dated + 1 if dated is not None and is_head else 0


def is_logo(line: Line, title: str) -> bool:
    """Whether a picture above a text shows the name of the newsletter."""
    found = IMAGE.fullmatch(line.text)
    return found is not None and set(key(found[1]).split()) <= set(title.split())


def open_mail(lines: list[Line], head: Head) -> list[Line]:
    """Without the lines above a mail, but for its subject and its date."""
    top = next((place for place, line in enumerate(lines) if not HEADER.match(line.text)), len(lines))
    if top < 2:
        return lines
    head.around += lines[:top]
    read = ((line, HEADER.match(line.text)) for line in lines[:top])
    told = ((line, found) for line, found in read if found and (found["subject"] or found["date"]))
    return [*(replace(line, text=found["value"]) for line, found in told), *lines[top:]]


def is_text(line: Line) -> bool:
    if QUESTION.match(line.text) or line.is_rule or (line.is_entry and line.words >= SHORTEST_ENTRY):
        return True
    is_short = len(line.text) <= LONGEST_TITLE and line.words < PROSE
    speaks = line.words >= SHORTEST_SENTENCE and is_sentence(line.text) and not line.level
    return not (is_of_page(line) or when_in(line)) and (not is_short or speaks)


def is_title(line: Line) -> bool:
    speaks = line.text.endswith((".", "。")) and not line.level
    is_other = line.is_rule or line.bullet or when_in(line) or BYLINE.match(line.text) or is_of_page(line)
    return bool(key(line.text)) and not (speaks or is_other)


def is_of_page(line: Line) -> bool:
    is_said = has_role(line.text, Role.ALWAYS, Role.OFTEN, Role.ACTIONS) or PATH.fullmatch(line.text)
    return bool(is_said) and not line.level


def weight(lines: list[Line], place: int, dated: int | None) -> int:
    """How much speaks for a line of the head being the title."""
    line, text = lines[place], key(lines[place].text)
    between = lines[place : dated or 0] if dated is not None and dated > place else []
    to_date = len({key(each.text) for each in between if not is_of_page(each)} - {""})
    is_below_date = dated is not None and 0 < place - dated <= 2
    is_first = place == 0 and not (len(lines) > 1 and is_of_page(lines[1]))
    is_said_again = sum(key(each.text) == text for each in lines) > 1
    beside = [*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2]]
    is_twice = any(key(each.text) == text for each in beside)
    is_near = 0 < to_date <= (NEAR_DATE + 1 if is_twice else 2) or (is_twice and dated is None)
    is_writer = is_near and is_name(line.text) and line.words <= WORDY
    return (
        8 * (line.level == 1)
        + 3 * is_said_again
        + 2 * is_first
        + 2 * (line.words >= WORDY)
        + 3 * (0 < to_date <= NEAR_DATE or is_below_date)
        - 6 * (is_writer and not is_first)
        - 4 * (is_in_menu(lines, place) and not (is_first or is_said_again))
    )


def is_in_menu(lines: list[Line], place: int) -> bool:
    """Whether a line stands among several of few words, some of which only pages say."""
    if lines[place].words > MENU_WORDS:
        return False
    start = end = place
    while start > 0 and lines[start - 1].words <= MENU_WORDS:
        start -= 1
    while end < len(lines) and lines[end].words <= MENU_WORDS:
        end += 1
    return end - start >= MENU_LINES and any(map(is_of_page, lines[start:end]))


def when_in(line: Line) -> str:
    """The date that a line of the head gives, in its words; empty where it gives none."""
    if len(line.text) > LONGEST_TITLE:
        return ""
    return next((words for part in PARTS.split(line.text) if (words := day_in(part))), "")


def day_in(text: str) -> str:
    found = POSTED.match(text)
    words = found["when"] if found else text
    return words if looks_like_moment(words) and (day := day_of(words)) and day.exactness == Exactness.DAY else ""


def take_byline(
    lines: list[Line], title: int, dated: int, below: list[Line], about: FrontMatter, head: Head
) -> list[Line]:
    """Take the date, and the name above it or in its line, where the document does not say better. What stands between
    name and date says what the writer does, and goes with them."""
    between = lines[title + 1 : dated + 1]
    gone = [lines[dated]]
    if dated < title:
        between = [lines[dated]]
    names = [name for part in PARTS.split(lines[dated].text) if (name := name_in(part))]
    for line in reversed(between[:-1]):
        is_short = len(line.text.split()) <= LONGEST_NAME and not line.text.isupper()
        is_writer = is_short and is_name(line.text) and not is_of_page(line)
        is_title_again = line.text in lines[title].text
        if name_in(line.text) or (is_writer and not names and not is_title_again) or line.text in names:
            names.append(name_in(line.text) or line.text)
            gone = between[between.index(line) :]
    about.authors = about.authors or names[:1]
    about.date = about.date or date_of(when_in(lines[dated]))
    said = " · ".join(line.text for line in gone)
    head.remarks.append(Remark(_("Taken as date and author: %(said)s") % {"said": said}, gone[0].number))
    head.names = names
    return [replace(line, is_bare=False) if line in between else line for line in below if line not in gone]


def cut_box(lines: list[Line], head: Head) -> tuple[list[Line], list[Line]]:
    """Divide where the writer is introduced, below the text."""
    last = range(max(0, len(lines) - BOX), len(lines))
    box = next((place for place in last if lines[place].text in head.names), len(lines))
    return lines[:box], lines[box:]


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


LIST = re.compile(r"\[[^\[\]]{1,40}\]\s*")
ADDRESS = re.compile(r"\s*<[^<>]*>|[\"“”]")


def open_digest(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of a digest with numbered titles in place of the heads of its mails, and what is left out for that.
    What is none comes back as it is."""
    headers = header_runs(lines)
    if len(headers) < 2:
        return lines, []
    opened: list[Line] = lines[:1]
    contents = (place for place, line in enumerate(lines) if has_role(line.text, Role.CONTENTS))
    position = min(next(contents, headers[0].start), headers[0].start)
    around = lines[1:position]
    for number, run in enumerate(headers, start=1):
        opened += lines[position : run.start]
        around += [lines[place] for place in run]
        position = run.stop
        subject = told(lines, run, "subject")
        if has_role(subject.text, Role.ENDS):
            return opened, [*around, *lines[run.stop :]]
        opened += [replace(subject, ordinal=number, level=2, gap=1), replace(told(lines, run, "sender"), gap=1)]
    return opened + lines[position:], around


def header_runs(lines: list[Line]) -> list[range]:
    """Where the heads of mails stand: several lines such as `From: …`, a subject among them."""
    runs = groupby(range(len(lines)), lambda place: HEADER.match(lines[place].text) is not None)
    headers = [list(places) for is_header, places in runs if is_header]
    with_subject = (run for run in headers if any(lines[place].text.startswith("Subject") for place in run))
    return [range(run[0], run[-1] + 1) for run in with_subject]


def told(lines: list[Line], run: range, what: str) -> Line:
    """What a head says of its mail: `subject`, without the list's name; or `sender`, without the address."""
    found = ((lines[place], HEADER.match(lines[place].text)) for place in run)
    line, value = next(((line, each["value"]) for line, each in found if each and each[what]), (lines[run.start], ""))
    return replace(line, text=LIST.sub("", ADDRESS.sub("", value), count=1).strip())
