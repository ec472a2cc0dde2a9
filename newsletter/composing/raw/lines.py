"""The lines of a document: its paragraphs, headings and entries of lists, each on one line; and signs in them that
characters left where they were lost on the way: `?In September`, `12? times`, `don�t`."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from django.utils.translation import gettext as _

from core.markup.typography import IS_CJK, reading_length
from newsletter.composing.blocks import Block, Kind, split
from newsletter.composing.captions import WORDS
from newsletter.composing.inline import plain
from newsletter.composing.plan import Remark
from newsletter.moments import looks_like_moment

#: Marks of Markdown that nobody writes by accident. That of a title alone is no sign.
MARKED_UP = re.compile(
    r"^ {0,3}#{2,6} |\]\((?:https?:|mailto:|/|#|\w)|!\[[^\]]*\]\(|^\[[^\]]+\]: |(?<!\*)\*\*[^\s*]"
    r"|^ {0,3}(?:```|~~~)|^ {0,3}\|? *:?-{3,}:? *\|"
    r"|^ {0,3}</?[a-zA-Z][\w-]*(?:\s[^<>]*)?>|<img\s[^<>]*>",
    re.MULTILINE,
)
NOTHING = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\ufe0f"))
ITALIC = re.compile(r"([*_])(?!\1).*\1")
BREAKS = str.maketrans("\u000b\u000c\u2028\u2029", "    ")
BULLET = re.compile(r"(?:[•‣◦▪▫■□●○◆◇►▸➢➤➔✓✔∙⁃\uf0b7\uf0a7\uf076\uf0d8]\s*|[·*+–—-]\s+)(?=\S)")
#: The lines above a mail, as programs write them.
HEADER = re.compile(
    rf"(?:(?P<subject>{WORDS['subject']})|(?P<date>{WORDS['date']})|(?P<sender>{WORDS['sender']})|{WORDS['header']})"
    r"\s?[:：]\s*(?P<value>.+)"
)
DASHES = ("–", "—")
PARTED = re.compile(r"[^\W\d_]+-$")
WORD = re.compile(r"[^\W\d_]+")
PAGE = re.compile(r"\d{1,3}")
STOPS = (".", "!", "?", "…", "。", "！", "？", "”", "»", '"')
LONE_BULLET = re.compile(r"[•‣◦▪●○\uf0b7\uf0a7]$")
NUMBER = re.compile(
    r"[(（]?(?:(?P<digits>\d{1,3})\s*(?:[.)．）、]|\u20e3)(?!\d)"
    r"|(?P<chinese>[一二三四五六七八九十]{1,3})\s*[、．.)）])\s*"
)
CHINESE = {sign: value for value, sign in enumerate("一二三四五六七八九十", start=1)}
PARTS = re.compile(r"\s*[|·•∙]\s*|\s[—–]\s")
RULE = re.compile(r"([-=_*~—·•⁂#])(?: ?\1){2,}$|⁂$")
QUESTION = re.compile(
    r"(?:[QA问問答]|(?i:Question|Answer|Vraag|Antwoord|Frage|Antwort|Réponse)|[问問]题|回答)\s?\d{0,2}\s?[:：]"
    r"|[QA]\d{0,2}[.)]\s"
)
#: Longer lines are paragraphs, and nobody wraps there.
WIDEST = 100
SHORTEST_WRAPPED = 40
PROSE = 5
LONGEST_LOOKED_AT = 1000


@dataclass(eq=False)
class Line:
    """One of a document. `text` is without the mark of a list, and for marked-up text without any marks."""

    text: str
    #: Its number in the document, from 1.
    number: int
    #: Blank lines before it.
    gap: int = 0
    #: Of an entry of a list: the columns before its mark.
    indent: int = 0
    bullet: str = ""
    #: The number with which it begins, and whether that is written in Chinese.
    ordinal: int | None = None
    is_chinese_ordinal: bool = False
    #: Of a heading that is underlined or marked: 1 for the first rank.
    level: int = 0
    is_rule: bool = False
    #: What it is in marked-up text, and whether it holds words alone, or words in bold.
    block: Block | None = None
    is_bare: bool = True

    @cached_property
    def words(self) -> int:
        return reading_length(self.text)

    @property
    def is_entry(self) -> bool:
        """Whether it could be one of a list."""
        return bool(self.bullet) or self.ordinal is not None


def is_marked_up(text: str) -> bool:
    """Whether a document is written in Markdown: more than the mark of its title."""
    return bool(MARKED_UP.search(text))


def lines_of(text: str) -> list[Line]:
    if is_marked_up(text):
        return [from_block(block) for block in split(text)]
    return with_notes(with_speech(list(plain_lines(text))))


def from_block(block: Block) -> Line:
    """What is code, HTML or long has no words to be looked at."""
    if block.kind is Kind.HEADING:
        words = plain(block.heading, {})
        return Line(words, block.line, block.gap, level=block.level, block=block, is_bare=False)
    is_text = block.kind in {Kind.PARAGRAPH, Kind.ENTRY} and len(block.text) <= LONGEST_LOOKED_AT
    line = begin(block.lines[0], block.text.strip() if is_text else "", block.line, block.gap)
    words = plain(line.text, {})
    is_bare = is_text and line.text.strip("*_ ") == words and not ITALIC.fullmatch(line.text)
    return replace(line, text=words, level=0, is_rule=block.kind is Kind.RULE, block=block, is_bare=is_bare)


def plain_lines(text: str) -> Iterator[Line]:
    """Lines as a clipboard or a mail program leaves them: each is a paragraph, or several are, wrapped at a width."""
    written = [line.translate(BREAKS).translate(NOTHING).expandtabs(4).rstrip() for line in text.split("\n")]
    width = wrapping_width(written)
    heads = {head.number for head in running_heads(text)}
    last: Line | None = None
    gap, ends_last = 0, True
    bullet: tuple[str, int] | None = None
    for number, line in enumerate(written, start=1):
        words = " ".join(line.split())
        if number in heads:
            continue
        if not words:
            gap += 1
        elif LONE_BULLET.match(words):
            bullet = (words, indent_of(line))
        elif last and not gap and is_underline(words, last):
            last.level, ends_last = (1 if words[0] == "=" else 2), True
        elif last and not gap and not ends_last and goes_on(last, line, words):
            last.text = joined(last.text, words, text)
            ends_last = ends_paragraph(line, width)
        else:
            if last:
                yield last
            last = begin(line, words, number, gap)
            if bullet is not None:
                (last.bullet, last.indent), bullet = bullet, None
            gap, ends_last = 0, ends_paragraph(line, width)
    if last:
        yield last


def joined(above: str, below: str, text: str) -> str:
    """Two lines of a paragraph. A word that was parted is whole again, unless the text writes it with a hyphen."""
    if IS_CJK.match(above[-1]) and IS_CJK.match(below[0]):
        return above + below
    start, end = PARTED.search(above), WORD.match(below)
    if start and end and below[0].islower() and f"{start[0]}{end[0]}" not in text:
        return above[:-1] + below
    return f"{above} {below}" if not start else above + below


def running_heads(text: str) -> list[Line]:
    """The lines that stand on every page of a document that was printed, at its number, and those numbers."""
    written = text.split("\n")
    times = Counter(" ".join(line.split()) for line in written)
    heads = []
    for number, (line, below) in enumerate(pairwise(written), start=1):
        words = " ".join(line.split())
        if words and PAGE.fullmatch(below.strip()) and times[words] > 2:
            heads += [Line(words, number), Line(below.strip(), number + 1)]
    return heads if wrapping_width(written) else []


def with_notes(lines: list[Line]) -> list[Line]:
    """Footnotes whose numbers stand alone above them, as the entries of a list that they are."""
    kept: list[Line] = []
    wanted = 1
    for place, line in enumerate(lines):
        above = lines[place - 1] if place else line
        if above.text == str(wanted) and place > len(lines) // 2 and line.words > PROSE and not line.is_entry:
            kept[-1:] = [replace(line, ordinal=wanted)]
            wanted += 1
        else:
            kept.append(line)
    return kept


def with_speech(lines: list[Line]) -> list[Line]:
    """Dashes before sentences are those of a list where it is announced; else somebody speaks."""
    told = list(lines)
    for place, line in enumerate(told):
        above = told[place - 1] if place else line
        is_listed = above.text.endswith((":", "：")) or (place and above.bullet.startswith(DASHES))
        if line.bullet.startswith(DASHES) and not is_listed and line.text.endswith(STOPS):
            told[place] = replace(line, text=f"{line.bullet.strip()} {line.text}", bullet="")
    return told


def wrapping_width(written: list[str]) -> int:
    """The width at which a document is wrapped; 0 where each paragraph is one line."""
    width = max(map(len, written), default=0)
    if not SHORTEST_WRAPPED < width <= WIDEST:
        return 0
    followed = [len(line) for line, below in pairwise(written) if line.strip() and below.strip()]
    full = [length for length in followed if length >= 0.7 * width]
    return width if len(full) >= 2 and len(full) >= 0.4 * len(followed) else 0


def ends_paragraph(line: str, width: int) -> bool:
    """Whether a paragraph ends with a line, since the next word had found room in it."""
    return not width or len(line) < 0.6 * width or (len(line) < 0.85 * width and line.endswith(STOPS))


def is_underline(words: str, last: Line) -> bool:
    return bool(RULE.match(words)) and words[0] in "=-" and not last.level and not last.is_rule and last.words < 25


def goes_on(last: Line, line: str, words: str) -> bool:
    if HEADER.match(words) or HEADER.match(last.text) or (words.isupper() and not last.text.isupper()):
        return False
    if RULE.match(words) or QUESTION.match(words) or BULLET.match(words) or last.level or last.is_rule:
        return False
    return not NUMBER.match(words) or (last.is_entry and indent_of(line) > last.indent)


def begin(line: str, words: str, number: int, gap: int) -> Line:
    """The line of a document that begins with these words."""
    if RULE.match(words):
        return Line(words, number, gap, is_rule=True)
    if words.startswith("# "):
        return Line(words[2:].strip(), number, gap, level=1)
    if found := BULLET.match(words):
        return Line(words[found.end() :], number, gap, indent_of(line), bullet=found[0])
    found = NUMBER.match(words)
    if found and words[found.end() :] and not looks_like_moment(PARTS.split(words)[0]):
        ordinal = int(found["digits"]) if found["digits"] else chinese_number(found["chinese"])
        is_chinese, rest = not found["digits"], words[found.end() :]
        return Line(rest, number, gap, indent_of(line), ordinal=ordinal, is_chinese_ordinal=is_chinese)
    return Line(words, number, gap)


def chinese_number(signs: str) -> int:
    """From 一 to 九十九."""
    tens, ten, ones = signs.rpartition("十")
    return (CHINESE.get(tens, 1) * 10 if ten else 0) + (CHINESE.get(ones, 0) if ones else 0)


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


LOST = "?\ufffd\ufffc"
AT_START = re.compile(rf"^[{LOST}]+\s*(?=[\w“‘\"'«(（「《¿¡])")
IN_NUMBER = re.compile(rf"(?<=\d)[{LOST}]+(?=\s[a-z])")
#: A question ends with a number seldom enough.
DOUBTFUL = re.compile(r"\S*\d\? [^\W\d_]+")
REPLACED = (
    (re.compile(r"(?<=\w)\ufffd(?=\w)"), "’"),
    (re.compile(r"\s\ufffd+\s"), " – "),
    (re.compile(r"[\ufffd\ufffc]+"), ""),
)
#: Only where the document has lost signs elsewhere: each may be meant.
AT_END = re.compile(r"(?<=[.!])\s?\?+$|(?<=[^\s?])\s\?+$")
SURE = re.compile(r"(?<=[^.]\.)\?$")
EVIDENCE = 2


def mend(lines: list[Line]) -> tuple[list[Line], list[Remark]]:
    """The lines without the signs that certainly stand for nothing, and a remark that names each."""
    bare = [line for line in lines if not line.text.strip(LOST + " ")]
    has_lost = len(bare) + sum(bool(AT_START.match(line.text)) for line in lines) >= EVIDENCE
    mended = []
    for place, line in enumerate(lines):
        if line in bare:
            mended.append(_("“%(sign)s” (line %(line)s)") % {"sign": line.text, "line": line.number})
            continue
        text = mend_text(line.text, has_lost=has_lost)
        if text != line.text:
            mended.append(_("“%(sign)s” (line %(line)s)") % {"sign": around(line.text, text), "line": line.number})
            lines[place] = replace(line, text=text)
    remark = _("Signs that a lost character left were taken away: %(signs)s")
    found = [Remark(remark % {"signs": ", ".join(mended)})] if mended else []
    doubts = [each for line in lines for each in DOUBTFUL.findall(line.text)] if has_lost else []
    if doubts:
        found.append(Remark(_("Perhaps a lost character, too: %(signs)s") % {"signs": ", ".join(doubts)}))
    return [line for line in lines if line not in bare], found


def mend_text(text: str, *, has_lost: bool) -> str:
    text = IN_NUMBER.sub("", AT_START.sub("", text, count=1))
    for lost, instead in REPLACED:
        text = lost.sub(instead, text)
    return (AT_END if has_lost else SURE).sub("", text).strip()


def around(before: str, after: str) -> str:
    """The word where two texts first differ, as it was."""
    at = next((place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(after))
    start = before.rfind(" ", 0, at) + 1
    return before[start : at + 12].partition(" ")[0] or before[start : at + 12]
