"""Where the opening, the sections, the articles and the closing of a document begin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from newsletter.composing.blocks import Block, Kind, indent
from newsletter.composing.inline import Targets
from newsletter.composing.plan import Action, Choice
from newsletter.composing.titles import Title, heading_title, numbered_title, without_source


@dataclass(slots=True)
class Start:
    """A block with which something begins, and the blocks up to the next one."""

    block: Block
    title: Title
    is_section: bool = False
    #: A section that has text and no article is an article itself.
    is_article: bool = False
    can_merge: bool = False
    below: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    opening: list[Block] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    closing: list[Block] = field(default_factory=list)

    @property
    def is_issue(self) -> bool:
        return any(start.is_section or start.title.number is not None for start in self.starts)


def outline(blocks: list[Block], references: Targets) -> Outline:
    """Divide a document. The last part, behind a thematic break, is the closing."""
    found = Outline()
    for block in blocks:
        if start := find_start(block, references):
            found.starts.append(start)
        else:
            (found.starts[-1].below if found.starts else found.opening).append(block)
    found.closing = cut_closing(found.starts[-1].below if found.starts else found.opening)
    mark_essays(found.starts)
    mark_mergeable(found.starts)
    return found


def find_start(block: Block, references: Targets) -> Start | None:
    """What begins with this block, if anything does."""
    if block.kind is Kind.HEADING and block.level in {2, 3}:
        is_section = block.level == 2
        title = heading_title(block.heading, references, with_number=is_section)
        return Start(block, title, is_section, not is_section) if title.words else None
    if block.kind in {Kind.PARAGRAPH, Kind.ENTRY}:
        numbered = numbered_title(flush(block), references)
        return Start(block, numbered, is_article=True) if numbered else None
    return None


def hidden_start(block: Block) -> int | None:
    """The number of the line in a paragraph that would begin an item if it stood alone."""
    lines = enumerate(block.lines[1:], start=block.line + 1) if block.kind is Kind.PARAGRAPH else ()
    return next((number for number, line in lines if numbered_title(line.strip(), {})), None)


def flush(block: Block) -> str:
    """The text of a paragraph or an entry, with what is indented below its first line moved to the margin."""
    inside = [line for line in block.lines[1:] if indent(line) >= 2]
    columns = min((indent(line) for line in inside), default=0)
    rest = (line.expandtabs(4) if indent(line) else line for line in block.lines[1:])
    return "\n".join([block.lines[0].strip(), *(line[min(columns, indent(line)) :] for line in rest)])


def cut_closing(blocks: list[Block]) -> list[Block]:
    """Take off what comes behind the last thematic break that has text behind it."""
    for position in range(len(blocks) - 1, -1, -1):
        if blocks[position].kind is Kind.RULE and has_text(blocks[position:]):
            closing = blocks[position:]
            del blocks[position:]
            return closing
    return []


def mark_essays(starts: list[Start]) -> None:
    """A section with text and without an article of its own is one essay; any other section has no source."""
    for position, start in enumerate(starts):
        if start.is_section:
            following = starts[position + 1 : position + 2]
            start.is_article = has_text(start.below) and (not following or following[0].is_section)
            start.title = start.title if start.is_article else without_source(start.title, start.block.heading)


def has_text(blocks: Iterable[Block]) -> bool:
    return any(block.kind not in {Kind.RULE, Kind.DEFINITION} for block in blocks)


def mark_mergeable(starts: list[Start]) -> None:
    """An article can join the one before it in its section; a section that is one essay, any before it."""
    article_before = article_in_section = False
    for start in starts:
        if start.is_section:
            article_in_section = False
        start.can_merge = start.is_article and (article_before if start.is_section else article_in_section)
        article_before |= start.is_article
        article_in_section |= start.is_article


def choose(found: Outline, choices: Mapping[int, Choice]) -> list[Start]:
    """Do with the articles what the editor decided, by the lines in which they begin; returns those left out. What is
    merged stays in the document as it was written, only nothing begins with it."""
    starts: list[Start] = []
    left_out: list[Start] = []
    for start in found.starts:
        action = choices[start.block.line].action if start.block.line in choices else Action.KEEP
        if action is Action.LEAVE_OUT and start.is_article:
            left_out.append(start)
        elif action is Action.MERGE and start.can_merge:
            (starts[-1].below if starts else found.opening).extend([start.block, *start.below])
        else:
            starts.append(start)
    found.starts = starts
    return left_out
