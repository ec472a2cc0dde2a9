"""Where the opening, the sections, the articles and the closing of a document begin."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import pairwise, takewhile

from newsletter.composing.blocks import ENTRY, Block, Kind, indent
from newsletter.composing.inline import Targets, plain
from newsletter.composing.plan import Action, Choice
from newsletter.composing.titles import (
    Title,
    entry_title,
    heading_title,
    linked_title,
    numbered_title,
    without_source,
)


class Rank(Enum):
    """What a heading begins."""

    SECTION = auto()
    ARTICLE = auto()


@dataclass(slots=True)
class Start:
    """A block with which something begins, and the blocks up to the next one."""

    block: Block
    title: Title
    is_section: bool = False
    is_item: bool = False
    can_merge: bool = False
    below: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    opening: list[Block] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    closing: list[Block] = field(default_factory=list)

    @property
    def blocks(self) -> Iterator[Block]:
        """All of the document, in its order."""
        yield from self.opening
        for start in self.starts:
            yield from (start.block, *start.below)
        yield from self.closing

    @property
    def is_issue(self) -> bool:
        return any(start.is_section or start.is_item for start in self.starts)


def outline(blocks: list[Block], references: Targets, title: str = "", *, lists_as_items: bool = False) -> Outline:
    """Divide a document; its title may stand elsewhere. The last part, behind a thematic break, is the closing."""
    found = Outline()
    ranks = ranks_in(blocks, references, title)
    linked = find_linked(blocks, references)
    for block in blocks:
        start = find_start(block, references, ranks.get(block)) or linked.get(block)
        if start is None and lists_as_items:
            start = find_entry(block, references)
        if start:
            found.starts.append(start)
        else:
            (found.starts[-1].below if found.starts else found.opening).append(block)
    found.closing = cut_closing(found.starts[-1].below if found.starts else found.opening)
    if lists_as_items:
        raise_headings(found.starts)
    for start in found.starts:
        start.title = without_source(start.title, start.block.heading) if start.is_section else start.title
    mark_mergeable(found.starts)
    return found


def ranks_in(blocks: list[Block], references: Targets, title: str) -> dict[Block, Rank]:
    """What the headings of a document begin: those of the second rank sections, those of the third articles. Several
    of the first rank that are not the title are sections themselves: with what is nearest below them as their articles
    where they come first, else beside the others."""
    headings = [block for block in blocks if block.kind is Kind.HEADING and block.heading]
    tops = [block for block in headings if block.level == 1]
    if tops and (not title or plain(tops[0].heading, references).casefold() == title.casefold()):
        headings.remove(tops.pop(0))
    usual = {2: Rank.SECTION, 3: Rank.ARTICLE}
    ranks = {block: usual[block.level] for block in headings if block.level in usual}
    if len(tops) > 1 and headings[0] is tops[0]:
        return ranks_below(headings)
    if len(tops) > 1 or (title and tops and headings[0].level == 2):
        ranks |= dict.fromkeys(tops, Rank.SECTION)
    return ranks


def ranks_below(headings: list[Block]) -> dict[Block, Rank]:
    """Sections are of the first rank; in each, articles of the highest rank below it."""
    ranks: dict[Block, Rank] = {}
    highest = 0
    for position, block in enumerate(headings):
        if block.level == 1:
            inside = takewhile(lambda each: each.level > 1, headings[position + 1 :])
            highest = min((each.level for each in inside), default=0)
            ranks[block] = Rank.SECTION
        elif block.level == highest and highest in {2, 3}:
            ranks[block] = Rank.ARTICLE
    return ranks


def find_start(block: Block, references: Targets, rank: Rank | None = None) -> Start | None:
    """What begins with this block, if anything does: a heading by its rank, or a numbered title."""
    if block.kind is Kind.HEADING and rank:
        is_section = rank is Rank.SECTION
        title = heading_title(block.heading, references, with_number=is_section)
        is_item = title.number is not None
        return Start(block, title, is_section, is_item) if title.words else None
    if block.kind in {Kind.PARAGRAPH, Kind.ENTRY}:
        numbered = numbered_title(flush(block), references)
        return Start(block, numbered, is_item=True) if numbered else None
    return None


def find_linked(blocks: list[Block], references: Targets) -> dict[Block, Start]:
    """Items that begin with a link in bold, with thematic breaks between them. Behind the last break such a link alone
    is a call to do something."""
    titles = {
        block: title
        for before, block in pairwise([None, *blocks])
        if block and block.kind is Kind.PARAGRAPH
        if before is None or before.kind in {Kind.RULE, Kind.HEADING}
        if (title := linked_title(flush(block), references)) and title.source_url
    }
    breaks = [position for position, block in enumerate(blocks) if block.kind is Kind.RULE]
    if len(breaks) < 2 - (len(titles) > 1) or not breaks:
        return {}
    if len(blocks) - breaks[-1] == 2 and blocks[-1] in titles and not titles[blocks[-1]].rest:
        del titles[blocks[-1]]
    behind = {blocks[position + 1] for position in breaks if position + 1 < len(blocks)}
    if behind.isdisjoint(titles):
        return {}
    return {block: Start(block, title, is_item=True) for block, title in titles.items()}


def find_entry(block: Block, references: Targets) -> Start | None:
    """An entry of a list that leads elsewhere, as an item."""
    if block.kind is not Kind.ENTRY or not (mark := ENTRY.match(block.lines[0])):
        return None
    bare = replace(block, lines=(block.lines[0][mark.end() :], *block.lines[1:]))
    title = entry_title(flush(bare), references)
    return Start(block, title, is_item=True) if title else None


def raise_headings(starts: list[Start]) -> None:
    """What has nothing but items of a list below it is no article but their section."""
    for start, following in pairwise(starts):
        if start.block.kind is Kind.HEADING and not start.is_item and not has_text(start.below):
            start.is_section |= following.block.kind is Kind.ENTRY


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


def has_text(blocks: Iterable[Block]) -> bool:
    return any(block.kind not in {Kind.RULE, Kind.DEFINITION} for block in blocks)


def mark_mergeable(starts: list[Start]) -> None:
    """An article can join the one before it in its section."""
    for before, start in pairwise(starts):
        start.can_merge = not before.is_section and not start.is_section


def choose(found: Outline, choices: Mapping[int, Choice]) -> list[Start]:
    """Do with the articles what the editor decided, by the lines in which they begin; returns those left out. What is
    merged stays in the document as it was written, only nothing begins with it."""
    starts: list[Start] = []
    left_out: list[Start] = []
    for start in found.starts:
        action = choices[start.block.line].action if start.block.line in choices else Action.KEEP
        if action is Action.LEAVE_OUT and not start.is_section:
            left_out.append(start)
        elif action is Action.MERGE and start.can_merge:
            (starts[-1].below if starts else found.opening).extend([start.block, *start.below])
        else:
            starts.append(start)
    found.starts = starts
    return left_out
