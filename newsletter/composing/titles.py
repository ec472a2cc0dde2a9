"""Titles as people write them: with a number, in bold, around a link, with a note behind it."""

import re
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from newsletter.composing.inline import (
    LONGEST_READ,
    Link,
    Targets,
    bare,
    emphasised,
    holds_more_than_words,
    link_at,
    links,
    plain,
)
from newsletter.composing.languages import language_note, unknown_language
from newsletter.moments import MONTHS

LONGEST_TITLE = 250
LONGEST_SOURCE = 1000
LONGEST_BEFORE = 40
LONGEST_SOURCE_NAME = 120
NUMBER = r"\s*([0-9０-９]{1,3})\s*(?:\\?[.)]|[、．）])(?![0-9])\s*"
NUMBERED = re.compile(rf"{NUMBER}(?=\S)")
NUMBERED_IN_BOLD = re.compile(rf"(?:\*\*|__){NUMBER}(?:\*\*|__)\s*(?=\S)")
#: `10. August`, `2. 5. 2019`. What is also a word in English is a month only where a sentence could not go on.
DATED = re.compile(
    rf"(?:\*\*|__)?\s*(?:0?[1-9]|[12]\d|3[01])\s*\\?\.\s*"
    rf"(?:(?:{MONTHS})\b\.?(?:(?<!may)(?<!march)|(?=\s*(?:$|[^\w\s]|\d)))"
    rf"|(?:0?[1-9]|1[0-2])\s*\.\s*(?:\d{{4}}|\d{{2}})(?!\d))",
    re.IGNORECASE,
)
ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}]*\}\s*$")
NOTE_BEHIND = re.compile(r"\s*[(（\[【][^()（）\[\]【】]{2,60}[)）\]】]$")
# What sets words apart from the title before them.
ASIDE = re.compile(r"[(（\[【|·,，;；:：–—-]")
SEPARATOR = re.compile(r"\s*(?:[:：.。–—]|-\s)\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """What a heading, or the beginning of a numbered paragraph, says."""

    words: str
    number: int | None = None
    source_url: str = ""
    source_name: str = ""
    source_language: str = ""
    #: Markdown that stands behind the title or cannot be part of one, for the text below.
    rest: str = ""
    #: What the editor should know.
    remarks: list[str] = field(default_factory=list)
    #: What told the language of a source whose address did not come along.
    note: str = ""


def heading_title(text: str, references: Targets, *, with_number: bool = False) -> Title:
    """The title in a heading; its words are empty where there is none. `with_number` leaves a number in it."""
    if len(text) > LONGEST_READ:
        return fitting(Title(text), text)
    text = bare(ATTRIBUTES.sub("", text))
    number, words = take_number(text)
    sign, inside, behind = emphasised(words)
    if len(sign) >= 2 and ASIDE.match(behind):
        title = with_text_behind(strong_title(number, inside, references), behind)
    else:
        title = with_language(read_title(number, words, references))
    title = with_whole_line(title, words, references)
    if with_number and title.number is not None:
        title = replace(title, words=plain(text, references), number=None)
    return with_rest_reported(fitting(title, text))


def with_whole_line(title: Title, line: str, references: Targets) -> Title:
    """A heading is one line: words behind the link around its beginning belong to it."""
    if not title.source_url or not title.rest or title.remarks or holds_more_than_words(title.rest, references):
        return title
    _before, _title, behind = plain(line, references).partition(title.words)
    language, left = language_note(behind.strip())
    behind = f"{'' if left[:1] in set(',;:.，；：') else ' '}{left}" if language else behind.rstrip()
    return replace(title, words=f"{title.words}{behind}", rest="")


def with_language(title: Title) -> Title:
    """The title of an item whose link did not come along: a note behind it still tells the language of the source."""
    note = NOTE_BEHIND.search(title.words) if title.number is not None and not title.source_url else None
    language, behind = language_note(note[0].strip()) if note else ("", "")
    if not note or not language or behind:
        return title
    return replace(title, words=title.words[: note.start()], source_language=language, note=note[0].strip())


def without_source(title: Title, text: str) -> Title:
    """The title of something that has no source: a link around it stays in the text."""
    bare_title = replace(title, source_url="", source_name="", source_language="", rest=text)
    return with_rest_reported(bare_title) if title.source_url else title


def numbered_title(text: str, references: Targets) -> Title | None:
    """The title with which a paragraph or an entry of a list begins: a number, then words in bold or a link. The
    number may stand inside either."""
    number, words = take_number(text)
    sign, inside, behind = emphasised(words)
    if len(sign) < 2:
        if not (link := link_at(words, 0, references)):
            return None
        inside, behind = words[: link.end], words[link.end :].strip()
    if len(inside) > LONGEST_READ:
        return None
    title = strong_title(number, inside, references)
    if title.number is None or not title.words:
        return None
    return with_text_behind(fitting(title, inside), behind)


def linked_title(text: str, references: Targets) -> Title | None:
    """The title with which a paragraph begins: words in bold that are a link, or a link around words in bold."""
    sign, inside, behind = emphasised(text)
    if len(sign) < 2:
        link = link_at(text, 0, references)
        if not link or len(emphasised(link.label)[0]) < 2 or emphasised(link.label)[2]:
            return None
        inside, behind = text[: link.end], text[link.end :].strip()
    if len(inside) > LONGEST_READ:
        return None
    return with_text_behind(fitting(read_title(None, inside, references), inside), behind)


def entry_title(text: str, references: Targets) -> Title | None:
    """The title of an entry of a list that leads elsewhere: the words of its first link, and a word or two before."""
    if len(text) > LONGEST_READ or not (link := next(links(text, references), None)):
        return None
    before = plain(text[: link.start], references)
    if len(before) > LONGEST_BEFORE or not is_source(link) or holds_more_than_words(link.label, references):
        return None
    title = fitting(Title(f"{before} {plain(link.label, references)}".strip(), source_url=link.target.url), text)
    title = replace(title, source_name=link.target.title)
    return with_text_behind(title, text[link.end :].strip(" *_")) if title.words else None


def strong_title(number: int | None, text: str, references: Targets) -> Title:
    """The title in a link or in bold; the number may be inside."""
    if number is None:
        number, text = take_number(text)
    return read_title(number, text, references)


def with_rest_reported(title: Title) -> Title:
    if not title.rest or title.remarks:
        return title
    remark = _("“%(rest)s” cannot be part of a title and is kept in the text.") % {"rest": title.rest}
    return replace(title, remarks=[remark])


def take_number(text: str) -> tuple[int | None, str]:
    """The number with which a title begins, and the title. A date has none: `10. August: Sturm`."""
    found = None if DATED.match(text) else NUMBERED_IN_BOLD.match(text) or NUMBERED.match(text)
    return (int(found[1]), text[found.end() :]) if found else (None, text)


def read_title(number: int | None, text: str, references: Targets) -> Title:
    """The title in `text`, with its source where a link is around the whole of it."""
    text = bare(text)
    if not (link := link_at(text, 0, references)):
        return only_words(number, text, references)
    label = bare(link.label)
    if number is None:
        number, label = take_number(label)
    language, behind = language_note(text[link.end :].strip())
    if (behind and not ASIDE.match(behind)) or holds_more_than_words(label, references) or not is_source(link):
        return only_words(number, text, references)
    url, name = link.target.url, link.target.title
    return Title(plain(label, references), number, url, name, language, behind, doubts(behind))


def only_words(number: int | None, text: str, references: Targets) -> Title:
    """A title without a source. What words cannot say stays in the text."""
    return Title(plain(text, references), number, rest=text if holds_more_than_words(text, references) else "")


def is_source(link: Link) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(link.target.url)
    except ValidationError:
        return False
    return len(link.target.url) <= LONGEST_SOURCE and len(link.target.title) <= LONGEST_SOURCE_NAME


def doubts(behind: str) -> list[str]:
    if not (note := unknown_language(behind)):
        return []
    return [_("%(note)s names no language that is known here: it is kept in the text.") % {"note": note}]


def with_text_behind(title: Title, behind: str) -> Title:
    """The title of an item with what follows on the same line: a note on its source, then text."""
    if title.source_url and not title.source_language:
        language, behind = language_note(behind)
        title = replace(title, source_language=language, remarks=[*title.remarks, *doubts(behind)])
    behind = SEPARATOR.sub("", behind, count=1) if SEPARATOR.match(behind) else behind
    return replace(title, rest=f"{title.rest} {behind}".strip())


def fitting(title: Title, text: str) -> Title:
    """The title, cut where it is too long to be one; then all of it stays in the text as well."""
    if len(title.words) <= LONGEST_TITLE:
        return title
    words = title.words[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    remark = _("This title has more than %(limit)s characters: it is cut, and complete in the text.")
    return replace(title, words=words, rest=text, remarks=[*title.remarks, remark % {"limit": LONGEST_TITLE}])
