"""Text as it was copied: what its lines are, where the page around it ends, and the conversation below it. A document
that marks its parts itself is taken at its word; only the page's own words and the conversation go. What is plain text
gets the marks of Markdown, line by line: what is certain at once, what is a guess as a proposal."""

from collections.abc import Iterator

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.composing.blocks import Block, Kind, split
from newsletter.composing.plan import Answers, FrontMatter, Proposal, Remark, Tail, Unreadable
from newsletter.composing.raw.conversation import cut_conversation, tells_who_or_when
from newsletter.composing.raw.heads import Head, cut_box, cut_head, open_digest
from newsletter.composing.raw.lines import Line, from_block, is_marked_up, lines_of, mend, running_heads
from newsletter.composing.raw.marking import Understood, escaped, mark_up
from newsletter.composing.raw.scaffolding import Role, cut_page, has_role, left_out
from newsletter.composing.structure import find_start

#: Nobody looks at the guesses about a longer one.
MOST_LINES = 5000


def understand(text: str, about: FrontMatter, answers: Answers, *, is_markdown: bool = False) -> Understood:
    """What a document is made of. `about` learns the date and the author that a page names below its title. Markdown
    that says itself what it is called was never a page: all of it counts."""
    says_itself = bool(about.title or about.slug)
    is_plain = not is_marked_up(text) and not (says_itself and is_markdown)
    found = Understood()
    lines = [part for line in lines_of(text) for part in parted(line)]
    if len(lines) > MOST_LINES:
        if not is_plain:
            return Understood(split(text))
        message = _("This text has more than %(most)s lines. Divide it, or mark its parts.")
        raise Unreadable(message % {"most": MOST_LINES})
    lines, said = cut_conversation(lines)
    if says_itself and not said and not is_plain:
        return Understood(split(text))
    gone = running_heads(text) if is_plain else []
    if said:
        found.conversation = said.comments
        found.proposals.append(conversation_proposal(len(said.comments)))
        if answers.tail is Tail.KEEP:
            lines = lines_of(text)
        else:
            gone += said.scaffolding
    lines, mended = mend(lines) if is_plain else (lines, [])
    head = Head()
    if is_plain or not is_divided(lines):
        lines, mails = open_digest(lines)
        head, lines = cut_head(lines, about)
        lines, around = cut_page(lines, is_page=said is not None)
        lines, box = cut_box(lines, head)
        around += [*mails, *box]
        mark(found, head, lines, answers)
    else:
        lines, around = cut_page(lines, is_page=said is not None)
        found.blocks = [line.block for line in lines if line.block]
    found.remarks = [*mended, *left_out([*gone, *around, *head.around]), *found.remarks]
    return found


def parted(line: Line) -> Iterator[Line]:
    """The lines of a paragraph in Markdown that are no paragraph: those of comments pasted below each other."""
    lines = line.block.lines if line.block and line.block.kind is Kind.PARAGRAPH else ()
    if len(lines) < 2 or not any(tells_who_or_when(each) or has_role(each, Role.ACTIONS) for each in lines):
        yield line
        return
    for number, each in enumerate(lines):
        yield from_block(Block(Kind.PARAGRAPH, (each,), line.number + number, 0 if number else line.gap))


def is_divided(lines: list[Line]) -> bool:
    """Whether a text in Markdown has headings or items below its title."""
    starts = (find_start(line.block, {}) for line in lines if line.block and line.block.kind is not Kind.HEADING)
    return any(starts) or any(line.level > 1 for line in lines)


def mark(found: Understood, head: Head, lines: list[Line], answers: Answers) -> None:
    """Put the marks of Markdown before the title and the parts below it."""
    marked = mark_up(lines, answers)
    found.remarks += [*head.remarks, *marked.remarks]
    found.proposals[:0] = marked.proposals
    found.blocks = marked.blocks
    if title := head.title:
        written = title.block.text if title.block and title.level else f"# {escaped(title.text)}"
        found.blocks.insert(0, Block(Kind.HEADING, tuple(written.split("\n")), title.number, 0))


def conversation_proposal(count: int) -> Proposal:
    message = ngettext(
        "The end looks like a conversation of %(count)s: bring it in as a comment, or cut it.",
        "The end looks like a conversation of %(count)s: bring it in as comments, or cut it.",
        count,
    )
    return Proposal(message % {"count": apnumber(count)})
