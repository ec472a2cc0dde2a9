"""A document as blocks of whole lines: what begins and ends where, without a letter changed; only odd spaces at their
marks become plain ones. Follows CommonMark, and the renderer of `core.markup` where it differs: a block of raw HTML
ends with its closing tag, a fence that nobody closes is text, a picture alone on its line is a block, `##Title` is a
heading. What code is, and where HTML ends, is read by the renderer's own functions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from core.markup.containers import FRAMES, partners, tags_apart
from core.markup.fences import fences
from core.markup.marks import plain_marks
from core.markup.source import ALONE, ENDS, QUESTION, SHOWN, begins_table


class Kind(Enum):
    HEADING = auto()
    PARAGRAPH = auto()
    #: One entry of a list, with everything inside it.
    ENTRY = auto()
    QUOTE = auto()
    CODE = auto()
    HTML = auto()
    RULE = auto()
    #: Of a link's address or of a footnote.
    DEFINITION = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Lines that belong together at the top level of a document."""

    kind: Kind
    lines: tuple[str, ...]
    #: The number of its first line in the document, from 1.
    line: int
    #: Blank lines before it.
    gap: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def level(self) -> int:
        """Of a heading: 1 to 6."""
        if found := HEADING.match(self.lines[0]):
            return len(found[1])
        return 1 if "=" in self.lines[1] else 2

    @property
    def heading(self) -> str:
        """Of a heading: what it says, in Markdown."""
        found = HEADING.match(self.lines[0])
        return re.sub(r"(^|[ \t]+)#+[ \t]*$", "", self.lines[0][found.end() :]) if found else self.lines[0].strip()


LONGEST_BLOCK = 1000
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$|(?<=##)(?=[^#\s]))")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
QUOTE = re.compile(r" {0,3}>")
ENTRY = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
INTERRUPTING_ENTRY = re.compile(r" *(?:[-*+]|1[.)])[ \t]+(?=\S)")
# An entry to those who write Chinese, though Markdown knows no such list.
CHINESE_ENTRY = re.compile(r" {0,3}(?:[0-9０-９]{1,3}[、．）]\s*(?:\*\*|__|\[)|(?:\*\*|__|\[)[0-9０-９]{1,3}[、．）])")
ASKED = re.compile(rf" {{0,3}}{QUESTION}")
LINK_DEFINITION = re.compile(r" {0,3}\[(?!\^)([^\[\]]+)\]:[ \t]*(\S+)(?:[ \t]+(\".*\"|'.*'|\(.*\)))?[ \t]*$")
FOOTNOTE = re.compile(r" {0,3}\[\^([^\[\]]+)\]:")
RAW_TAG = re.compile(
    r" {0,3}<(/?)(address|article|aside|blockquote|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|"
    r"footer|form|h[1-6]|header|iframe|li|main|math|nav|ol|p|pre|script|section|style|summary|svg|table|tbody|td|"
    r"textarea|tfoot|th|thead|tr|ul|video|audio|hr|br)(?![\w-])",
    re.IGNORECASE,
)
COMMENT = re.compile(r" {0,3}<!--")
FRAME = re.compile(rf" {{0,3}}</?(?:{'|'.join(FRAMES)})(?![\w-])", re.IGNORECASE)


class Lines(list[str]):
    """Those of a document, and the lines behind what the renderer sets aside before it looks for blocks."""

    def __init__(self, text: str) -> None:
        super().__init__(plain_marks(text).split("\n"))
        found = list(fences([line.expandtabs(4) for line in self]))
        #: Of each fence by its first line.
        self.fences = {fence.start: fence.end for fence in found}
        self.own_fences = {fence.start for fence in found if not fence.before.strip()}
        bare = list(self)
        for fence in found:
            bare[fence.start : fence.end] = ["`"] * (fence.end - fence.start)
        #: Of each element by the line that begins with its tag.
        self.elements = {start: end + 1 for start, end in partners(bare).items()}
        #: Of tags that only hold other blocks, which are blocks like those outside then.
        self.frames = {tags.start: tags.end for tags in tags_apart(bare) if FRAME.match(bare[tags.start])}


def split(text: str) -> list[Block]:
    """The blocks of a document with `\\n` at the ends of its lines, in their order."""
    lines = Lines(text)
    blocks: list[Block] = []
    position = end_of_last = 0
    while position < len(lines):
        if not lines[position].strip():
            position += 1
            continue
        kind, end = find_block(lines, position)
        blocks.append(Block(kind, tuple(lines[position:end]), position + 1, position - end_of_last))
        position = end_of_last = end
    return blocks


def join(blocks: Iterable[Block]) -> str:
    """The source of neighbouring blocks, as it was written."""
    return "".join("\n" * (block.gap + 1) + block.text for block in blocks).strip("\n")


def find_block(lines: Lines, start: int) -> tuple[Kind, int]:
    """The kind of the block that begins on a line, and the line behind it."""
    line = lines[start]
    above = lines[start - 1] if start else ""
    if indent(line) >= 4 and not (SHOWN.match(above) or (above.strip() and INTERRUPTING_ENTRY.match(line))):
        return Kind.CODE, end_of_indented(lines, start, 4)
    if start in lines.own_fences:
        return Kind.CODE, lines.fences[start]
    if RULE.match(line):
        return Kind.RULE, start + 1
    if HEADING.match(line):
        return Kind.HEADING, start + 1
    if QUOTE.match(line):
        return Kind.QUOTE, end_of_quote(lines, start)
    if ENTRY.match(line) or INTERRUPTING_ENTRY.match(line):
        return Kind.ENTRY, end_of_entry(lines, start)
    if end := end_of_html(lines, start):
        return Kind.HTML, end
    if LINK_DEFINITION.match(line):
        return Kind.DEFINITION, start + 1
    if FOOTNOTE.match(line):
        return Kind.DEFINITION, end_of_entry(lines, start, inside=4)
    return find_paragraph(lines, start)


def find_paragraph(lines: Lines, start: int) -> tuple[Kind, int]:
    """A paragraph, or a heading where its only line is underlined."""
    if start + 1 < len(lines) and UNDERLINE.match(lines[start + 1]) and not stands_alone(lines[start]):
        return Kind.HEADING, start + 2
    end = start + 1
    while not stands_alone(lines[end - 1]) and continues(lines, end):
        end += 1
    return Kind.PARAGRAPH, end


def continues(lines: Lines, position: int) -> bool:
    """Whether the text of a paragraph, a quotation or a list goes on with this line."""
    if position >= len(lines) or not lines[position].strip():
        return False
    line = lines[position]
    starts = (RULE, HEADING, QUOTE, INTERRUPTING_ENTRY, CHINESE_ENTRY, LINK_DEFINITION, FOOTNOTE, ASKED)
    if stands_alone(line) or any(start.match(line) for start in starts):
        return False
    if begins_table(line, lines[position + 1] if position + 1 < len(lines) else ""):
        return False
    return position not in lines.fences and not end_of_html(lines, position)


def stands_alone(line: str) -> bool:
    """Whether nothing belongs to a line above or below it: a picture, a video."""
    return indent(line) < 4 and bool(ALONE.match(line.strip()))


def end_of_indented(lines: Lines, start: int, columns: int) -> int:
    """The line behind those that are indented, blank ones between them and the code in them included."""
    end = position = lines.fences.get(start, start + 1)
    while position < len(lines) and (not lines[position].strip() or indent(lines[position]) >= columns):
        position = lines.fences.get(position, position + 1)
        end = position if lines[position - 1].strip() else end
    return end


def end_of_quote(lines: Lines, start: int) -> int:
    end = start + 1
    while end < len(lines) and (QUOTE.match(lines[end]) or continues(lines, end)):
        end += 1
    return end


def end_of_entry(lines: Lines, start: int, inside: int = 2) -> int:
    """The line behind an entry: the lines of its paragraph, and all that is indented below."""
    columns = indent(lines[start]) + inside
    end = start
    while True:
        end = end_of_indented(lines, end, columns)
        last = lines[end - 1]
        is_closed = end in lines.fences.values() or stands_alone(last) or ENDS.match(last.strip())
        if is_closed or not continues(lines, end) or (inside == 2 and ENTRY.match(lines[end])):
            return end


def end_of_html(lines: Lines, start: int) -> int:
    """The line behind a block of raw HTML: that of its closing tag, else the next blank one; 0 where none begins."""
    if COMMENT.match(lines[start]):
        return next((end + 1 for end in reach(lines, start) if "-->" in lines[end]), end_of_lines(lines, start))
    if not RAW_TAG.match(lines[start]):
        return 0
    return lines.frames.get(start) or lines.elements.get(start) or end_of_lines(lines, start)


def reach(lines: list[str], start: int) -> range:
    """The lines among which the end of a block is looked for: not many, as each that is left open has them read."""
    return range(start, min(len(lines), start + LONGEST_BLOCK))


def end_of_lines(lines: list[str], start: int) -> int:
    """The next blank line, or the end."""
    return next((end for end in range(start, len(lines)) if not lines[end].strip()), len(lines))


def indent(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip(" "))
