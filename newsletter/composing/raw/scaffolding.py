"""What a web page or a mail prints around a text: buttons, menus, counts, the way to sign in."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from newsletter.composing.plan import Remark
from newsletter.composing.raw.lines import PARTS, Line

PHRASES = Path(__file__).with_name("phrases.yaml")
LONGEST = 240
LONGEST_CALL = 600
#: A page ends before its end only where this part of its words comes before.
MOST_OF_IT = 0.6
PROSE = 25
LABEL = 10
TAG = 3
SEVERAL_TAGS = 3
TIME = re.compile(r"\W*\d{1,2}:\d{2}(?::\d{2})?\W*")
NUMBER = re.compile(r"\d+(?: \d+)*(?: ?[km千万w](?![^\W\d]))?")
#: What mail programs write for a picture.
IMAGE = re.compile(r"\[(?:image|img|picture|bild|afbeelding|图片)\s?[:：]\s*([^\[\]]+)\]", re.IGNORECASE)
ADDRESS = re.compile(r"<(?:https?://|mailto:)[^<>\s]*>")
COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[\s(c)©]*\d{4}", re.IGNORECASE)
#: `Blog / Coast / Webinars`: where a page stands on its site.
PATH = re.compile(r"[^/>»›]{1,30}(?:\s[/>»›]\s[^/>»›]{1,30}){2,}")


class Role(StrEnum):
    """What a line of the page is for; `phrases.yaml` holds what they say."""

    ALWAYS = "always"
    OFTEN = "often"
    ACTIONS = "actions"
    OPENERS = "openers"
    ENDS = "ends"
    CONTENTS = "contents"
    CALLS = "calls"
    BESIDE = "beside"


#: What a line of the page itself can be.
OF_THE_PAGE = (Role.ALWAYS, Role.OFTEN, Role.ACTIONS, Role.OPENERS, Role.ENDS)


def has_role(text: str, *roles: str) -> bool:
    """Whether a line says what such lines say, and nothing else; of several parts, whether each does."""
    whole, *parts = roles_of(text)
    is_wanted = [not found.isdisjoint(roles) for found in parts]
    return not whole.isdisjoint(roles) or (len(parts) > 1 and all(is_wanted))


@lru_cache(maxsize=10_000)
def roles_of(text: str) -> list[frozenset[str]]:
    """The roles of a line as a whole, and those of each of its parts."""
    text = IMAGE.sub(r"\1 | ", ADDRESS.sub("", text)).strip(" |")
    if not text or len(text) > LONGEST or TIME.fullmatch(text):
        return [frozenset()]
    return [said_by(key(text)), *(said_by(said) for part in PARTS.split(text) if (said := key(part)))]


def said_by(said: str) -> frozenset[str]:
    """The roles of one phrase, with a 0 for each number in it."""
    said = NUMBER.sub("0", said)
    exact, patterns = phrases()
    found = {role for role, pattern in patterns.items() if role != Role.CALLS and pattern.fullmatch(said)}
    return frozenset(found) | exact.get(said, frozenset())


@cache
def phrases() -> tuple[dict[str, frozenset[str]], dict[str, re.Pattern[str]]]:
    """The roles of the phrases that are whole; and by role, those that leave something open, as one pattern."""
    exact: dict[str, frozenset[str]] = {}
    patterns = {}
    for role, lines in yaml.safe_load(PHRASES.read_text(encoding="utf-8")).items():
        listed = [phrase for line in lines for phrase in line.split(", ")]
        for phrase in listed:
            exact[key(phrase)] = exact.get(key(phrase), frozenset()) | {role}
        patterns[role] = re.compile("|".join(pattern(phrase) for phrase in listed if "…" in phrase) or "(?!)")
        if role == Role.CALLS:
            joined = "|".join(re.escape(key(phrase)) for phrase in listed)
            patterns[role] = re.compile(f"(?<![a-zà-ÿ])(?:{joined})(?![a-zà-ÿ])")
    return exact, patterns


def pattern(phrase: str) -> str:
    first, *parts = (re.escape(key(part)) for part in phrase.split("…"))
    return " ?".join([first, *(rf".{{1,200}} ?{part}" if part else ".{1,200}" for part in parts)])


def calls(text: str) -> bool:
    """Whether a paragraph speaks to the readers as the last of an issue does."""
    return len(text) <= LONGEST_CALL and bool(phrases()[1][Role.CALLS].search(key(text)))


def key(text: str) -> str:
    """A line as it is compared: small letters, no signs."""
    return re.sub(r"[^\w'+]+", " ", text.casefold().replace("’", "'")).strip()


def places() -> list[str]:
    """The programs that are known by what they alone say."""
    return [name for name in phrases()[1] if name not in set(Role)]


def cut_page(lines: list[Line], *, is_page: bool) -> tuple[list[Line], list[Line]]:
    """The lines of the text, and those of the page around it. Who removes a word says so: see `left_out`. `is_page`
    tells that there was a conversation below."""
    kept, rest = cut_end(lines)
    around = [is_around(lines, position) for position in range(len(kept))]
    text = [line for line, goes in zip(kept, around, strict=True) if not goes]
    gone = [line for line, goes in zip(kept, around, strict=True) if goes]
    tags = tags_below(text) if is_page or len(gone) + len(rest) >= SEVERAL_TAGS else 0
    return text[: len(text) - tags], [*text[len(text) - tags :], *gone, *rest]


def tags_below(lines: list[Line]) -> int:
    """How many lines at the end are single words below each other, as tags are."""
    count = 0
    for line in reversed(lines):
        if line.words > TAG or line.is_entry or not line.is_bare or not line.text[-1:].isalpha():
            break
        count += 1
    return count if count >= SEVERAL_TAGS else 0


def cut_end(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Divide where the rest is of the page: behind “Others also viewed”, below the signature of a mailing list."""
    before = list(accumulate((line.words for line in lines), initial=0))
    for position, line in enumerate(lines):
        is_late, rest = before[position] >= MOST_OF_IT * before[-1], lines[position:]
        if is_late and ((has_role(line.text, Role.ENDS) and is_of_page(rest)) or is_signature(line, rest[1:])):
            return lines[:position], rest
    return lines, []


def is_of_page(rest: list[Line]) -> bool:
    """Whether what follows is of the page. A heading that an author has marked needs others to say so."""
    return not rest[0].block or sum(has_role(line.text, *OF_THE_PAGE) for line in rest) > 2


def is_signature(line: Line, below: list[Line]) -> bool:
    """The line above what a mail program or a mailing list adds: few short lines to the end."""
    is_mark = line.text == "--" or (line.is_rule and line.text.startswith("_" * 10))
    return is_mark and len(below) <= 10 and all(each.words < PROSE for each in below)


def is_around(lines: list[Line], position: int) -> bool:
    """Whether a line belongs to the page: by itself, or because its neighbours do."""
    text = lines[position].text
    if lines[position].level == 1 or (lines[position].level and lines[position].block):
        return False
    is_short = lines[position].words < PROSE
    if not key(text) and not lines[position].is_rule and not lines[position].block:
        return True
    is_sure = has_role(text, Role.ALWAYS) and not lines[position].level
    if is_short and (is_sure or COPYRIGHT.match(text) or PATH.fullmatch(text)):
        return True
    near = [lines[place].text for place in (position - 1, position + 1) if 0 <= place < len(lines)]
    beside = [has_role(each, *OF_THE_PAGE) for each in near]
    if has_role(text, *OF_THE_PAGE, Role.BESIDE):
        return any(beside)
    is_inside = len(near) > 1 and all(beside) and any(has_role(each, Role.ALWAYS) for each in near)
    return lines[position].words <= LABEL and is_inside


def left_out(lines: Iterable[Line]) -> Iterator[Remark]:
    """One remark for all that is gone, as it was written."""
    gone = sorted(lines, key=lambda line: line.number)
    if gone:
        said = " · ".join(line.text if line.is_bare or not line.block else line.block.text for line in gone)
        yield Remark(_("Left out, since the page says it and not the text: %(said)s") % {"said": said}, gone[0].number)
