"""Fenced code as CommonMark reads it: whatever its first line says of the code, in quotations and lists too. What
nobody closes is text. One reading for the renderer and for composing."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

OPENING = re.compile(r"(?P<before>(?:[ >]|(?:[-+*]|\d{1,9}[.)]) )*+)(?P<sign>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
CLOSING = re.compile(r"(?P<before>[ >]*+)(?P<sign>`{3,}|~{3,})\s*$")
#: With the one space that belongs to each sign.
QUOTED = re.compile(r" *> ?")
LANGUAGE = re.compile(r"\s*\{?\.?([\w#+.-]*)")
NAME = re.compile(r"[^{]*\{[^{}#]*#([\w-]+)")
#: In lines: whoever looks for the end of one that is left open looks no further.
LONGEST = 3000


class Fence(NamedTuple):
    """The lines from `start` up to `end`."""

    start: int
    end: int
    #: Marks of quotations and lists, and room, before its sign.
    before: str
    #: What is said of the code behind the sign.
    info: str

    @property
    def depth(self) -> int:
        return self.before.count(">")

    @property
    def indent(self) -> int:
        """Columns of its sign, inside a quotation."""
        return len(without_quotes(self.before, self.depth))

    def code(self, lines: Sequence[str]) -> str:
        """What it holds, without what quotes and indents it."""
        inside = (without_quotes(line, self.depth) for line in lines[self.start + 1 : self.end - 1])
        return "\n".join(line[min(self.indent, room(line)) :] for line in inside)


def fences(lines: Sequence[str]) -> Iterator[Fence]:
    """The blocks of fenced code in lines without tabs, in their order."""
    if not any("```" in line or "~~~" in line for line in lines):
        return
    closings = [(number, found) for number, line in enumerate(lines) if (found := CLOSING.match(line))]
    end = 0
    for number, line in enumerate(lines):
        if number >= end and (found := OPENING.match(line)):
            opened = Fence(number, 0, found["before"], found["info"].strip())
            while closings and closings[0][0] <= number:
                closings.pop(0)
            if end_of_it := closed(opened, found["sign"], lines, closings):
                end = end_of_it
                yield opened._replace(end=end)


def closed(fence: Fence, sign: str, lines: Sequence[str], closings: list[tuple[int, re.Match[str]]]) -> int:
    """The line behind a fence, 0 where none closes it."""
    last = min(len(lines), fence.start + LONGEST)
    if fence.depth:
        last = next((n for n in range(fence.start, last) if lines[n].count(">") < fence.depth), last)
    for number, found in closings:
        if number >= last:
            break
        if found["sign"].startswith(sign) and found["before"].count(">") <= fence.depth:
            columns = len(without_quotes(found["before"], fence.depth))
            if fence.indent - 4 < columns < fence.indent + 4:
                return number + 1
    return 0


def without_quotes(line: str, depth: int) -> str:
    for _ in range(depth):
        found = QUOTED.match(line)
        line = line[found.end() :] if found else line
    return line


def room(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def language(info: str) -> str:
    """The language that a fence names first, as `js` in `js {1,3} title="x"` and `python` in `{.python #id}`."""
    found = LANGUAGE.match(info)
    return found[1] if found else ""
