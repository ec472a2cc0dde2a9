"""HTML with Markdown in it, as GitHub reads it: below a blank line that follows the line of an opening tag, up to the
closing tag. One reading for the renderer and for composing."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

BLOCKS = (
    "address|article|aside|blockquote|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|li|main|nav|ol|p|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
#: What leaves no trace in the HTML that readers get: they only hold other blocks.
FRAMES = ("article", "aside", "center", "dialog", "fieldset", "footer", "form", "header", "main", "nav", "section")
TAG = re.compile(rf"(?P<room> *)<(?P<closing>/?)(?P<name>{BLOCKS})(?![\w-])", re.IGNORECASE)
ANY_TAG = re.compile(r"<!--.*?-->|<(?P<closing>/?)(?P<name>[a-zA-Z][\w-]*)")
#: Words that a tag alone holds are Markdown as well.
LABEL = re.compile(r"(?is)(<(summary|figcaption)(?:\s[^<>]*)?>)(.*?)(</\2>)")


class Tags(NamedTuple):
    """Lines from `start` up to `end` that are HTML, where what is around them is Markdown."""

    start: int
    end: int
    room: str
    #: A tag to close at once, as nothing else does.
    unclosed: str = ""


def partners(lines: Sequence[str]) -> dict[int, int]:
    """For each line that begins with an opening tag: the line of its closing tag."""
    opened: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    found = {}
    for number, line in enumerate(lines):
        if "<" not in line:
            continue
        for tag in ANY_TAG.finditer(line):
            name = (tag["name"] or "").lower()
            if name and not tag["closing"]:
                opened[name].append((number, not line[: tag.start()].strip()))
            elif name and opened[name]:
                start, is_first = opened[name].pop()
                if is_first:
                    found[start] = number
    return found


def tags_apart(lines: Sequence[str]) -> Iterator[Tags]:
    """The pieces of HTML that open and close what holds Markdown."""
    if not any("<" in line for line in lines):
        return
    ends, blanks = partners(lines), next_blanks(lines)
    around: list[tuple[int, str]] = []
    number = 0
    while number < len(lines):
        while around and around[-1][0] < number:
            around.pop()
        tags, number = tags_at(lines, number, around, ends, blanks[number])
        if tags:
            yield tags


def tags_at(
    lines: Sequence[str], number: int, around: list[tuple[int, str]], ends: Mapping[int, int], blank: int
) -> tuple[Tags | None, int]:
    """What begins on a line inside the elements `around`, given by their last lines, and where to go on."""
    found = TAG.match(lines[number])
    if not found or (not around and (found["closing"] or len(found["room"]) > 3)):
        return None, number + 1
    room = around[-1][1] if around and len(found["room"]) > 3 else found["room"]
    end = ends.get(number)
    if found["closing"]:
        behind = min(blank, around[-1][0] + 1)
        return Tags(number, behind, room), behind
    if end is not None and end < blank:
        is_label = bool(around) and found["name"].lower() in {"summary", "figcaption"}
        return Tags(number, end + 1, room) if is_label else None, end + 1
    if end is not None:
        around.append((end, room))
    elif blank == len(lines):
        return None, blank
    return Tags(number, blank, room, "" if around else f"</{found['name']}>"), blank


def next_blanks(lines: Sequence[str]) -> list[int]:
    """For each line the next one that is blank, or the end."""
    found, blank = [], len(lines)
    for number in reversed(range(len(lines))):
        blank = blank if lines[number].strip() else number
        found.append(blank)
    return found[::-1]
