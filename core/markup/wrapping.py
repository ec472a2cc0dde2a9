"""Plain text in lines of a width: Latin words whole, Chinese as its printers break it, addresses never."""

import re
from unicodedata import east_asian_width

WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
#: What no line begins with, and what none ends with.
CLOSING, OPENING = "，。、；：？！）》〉」』】〕”’…·～", "（《〈「『【〔“‘"
#: An address, a Chinese character or a word, with what belongs to it on both sides.
PIECE = re.compile(
    rf"[{OPENING}(<]{{0,9}}(?:https?://[^ \t{WIDE}]+|[{WIDE}]|[^ \t{WIDE}]+|[ \t]+)[{CLOSING}]*[ \t]*", re.DOTALL
)
#: Marks of quotations and lists, and the room before a line.
BEFORE = re.compile(r"(?:>[ ]|[-–][ ]|\[?[0-9]{1,3}[.\]][ ]|[ ]+)*")


def wrapped(text: str, columns: int) -> str:
    """Break lines that are longer than so many columns. What is quoted or listed stays behind its mark."""
    return "\n".join(line for long in text.split("\n") for line in lines_of(long, columns))


def lines_of(line: str, columns: int) -> list[str]:
    if display_width(line) <= columns:
        return [line]
    before = BEFORE.match(line)[0]  # type: ignore[index]  # it matches nothing as well
    lines, next_before = [before], re.sub(r"[^> ]", " ", before)
    for piece in PIECE.findall(line[len(before) :]):
        if lines[-1].strip(" >") and display_width(lines[-1] + piece.rstrip()) > columns:
            lines.append(next_before)
        lines[-1] += piece
    return [each.rstrip() for each in lines]


def display_width(text: str) -> int:
    """In columns of a typewriter; Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
