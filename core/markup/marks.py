"""Marks of blocks as keyboards and other programs write them: with spaces around them that Markdown takes for letters,
and lines broken by what it takes for nothing. One reading for the renderer, for comments and for composing."""

import re
from collections.abc import Iterator, Sequence

from core.markup.fences import fences

#: Ends of lines inside a paragraph, as Word and some systems write them, and the end of a page.
BREAK = "\x0b\x0c\x85\u2028\u2029"
#: What nobody sees. Joiners are letters to some scripts, and stay.
UNSEEN = "\u200b\u200e\u200f\u2060\ufeff"
#: As wide as two letters.
WIDE = "\u3000"
ODD = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f" + WIDE + UNSEEN
SPACES = " \t" + ODD
ROOM = f"[{SPACES}]"

SUSPECT = re.compile(f"[{ODD}{BREAK}]|＃{ROOM}")
HAS_ODD = re.compile(f"[{ODD}]")
# A star with nothing seen behind it may as well begin emphasis: *词*, with unseen spaces around.
MARK = re.compile(
    rf"(?P<room>{ROOM}*+)(?P<mark>[#＃]{{1,6}}(?={ROOM}|$)|[-+](?={ROOM})|\d{{1,9}}[.)](?={ROOM})|>"
    rf"|\*(?={ROOM})(?![{UNSEEN}]+[^*\n]+\*))(?P<behind>{ROOM}*+)"
)
#: What else begins a block, or is one: fences, pictures, definitions, tables, HTML, rules, addresses and names alone.
BEGINS = re.compile(
    r"`{3}|~{3}|!\[|\[!\[|\[\^?[^\[\]]+\]:|\||</?[a-zA-Z]|<!--|[:：] |(?:[-*_=][ \t]*){3,}$|https?://\S+$|[a-z]+:[\w-]+$"
)
LIST_MARK = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]")
INDENTED = re.compile(r" {4}| {0,3}\t")
HEADING = re.compile(r"[ \t>]*#{1,6}[ \t]")
SOFT_BREAKS = re.compile(f"[{BREAK}]+")
LONGEST_ROOM = 99
WITHOUT_UNSEEN = str.maketrans("", "", UNSEEN)


def plain_marks(text: str) -> str:
    """`text` with plain spaces at the marks of its blocks, and breaks of lines for soft ones. Words stay as they are,
    code too."""
    if not SUSPECT.search(text):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    plain = list(plain_lines(lines))
    code = {number for fence in fences(plain) for number in range(fence.start + 1, fence.end - 1)}
    return "\n".join(
        "\n".join(broken(line)) if number in code else with_breaks(better)
        for number, (line, better) in enumerate(zip(lines, plain, strict=True))
    )


def plain_lines(lines: Sequence[str]) -> Iterator[str]:
    """Each line by itself; what is indented as code is, outside of lists, stays."""
    in_list = False
    for line in lines:
        is_code = not in_list and bool(INDENTED.match(line))
        plain = line if is_code or not SUSPECT.search(line) else plain_line(line)
        if plain and not is_code and (LIST_MARK.match(plain) or not plain[0].isspace()):
            in_list = bool(LIST_MARK.match(plain))
        yield plain


def plain_line(line: str) -> str:
    line = without_odd_end(line.strip(BREAK))
    marks, position = "", 0
    while not marks.rstrip().endswith("#") and (found := MARK.match(line, position)):
        mark, is_last = found["mark"].replace("＃", "#"), not MARK.match(line, found.end())
        marks += columns(found["room"], 3 if mark[0] in "#>" else LONGEST_ROOM) + mark
        marks += columns(found["behind"], 1 if is_last or mark != ">" else LONGEST_ROOM) or " "[: len(found["behind"])]
        position = found.end()
    rest = line[position:]
    if marks:
        return marks + rest
    words = rest.lstrip(SPACES)
    room = rest[: len(rest) - len(words)]
    return (columns(room, 3) if BEGINS.match(words) else room.translate(WITHOUT_UNSEEN)) + words


def without_odd_end(line: str) -> str:
    shown = line.rstrip(SPACES)
    return shown if HAS_ODD.search(line, len(shown)) else line


def columns(room: str, most: int) -> str:
    """As many plain spaces as odd ones take on the screen, at most so many."""
    if not HAS_ODD.search(room):
        return room
    return " " * min(sum(2 if space == WIDE else space not in UNSEEN for space in room), most)


def with_breaks(line: str) -> str:
    """A line where no soft break is left. A heading has no second line, the row of a table none of Markdown's."""
    first, *others = broken(line)
    if not others:
        return line
    between = " " if HEADING.match(line) else "<br>" if "|" in line else "  \n"
    return between.join([first, *others])


def broken(text: str) -> list[str]:
    """What stands between soft breaks, without the spaces beside them."""
    first, *others = SOFT_BREAKS.split(text)
    parts = [first, *(part.lstrip(" ") for part in others)]
    return [*(part.rstrip(" ") for part in parts[:-1]), parts[-1]]
