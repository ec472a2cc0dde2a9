"""Markdown as this house speaks it: Python-Markdown, its extensions, and ours. The HTML is not safe yet."""

import re
import string
from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import (
    BACKTICK_RE,
    BacktickInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString
from pymdownx.betterem import BetterEmExtension
from pymdownx.highlight import HighlightExtension
from pymdownx.superfences import SuperFencesBlockPreprocessor, SuperFencesCodeExtension
from pymdownx.tilde import DeleteSubExtension

from core.markup.containers import LABEL as HTML_LABEL
from core.markup.containers import tags_apart
from core.markup.fences import NAME, fences, language
from core.markup.marks import plain_marks
from core.markup.source import RULE, mend, tame
from core.markup.typography import CJK

# A bare address ends at a space, a quote, a bracket that it did not open, a Chinese character, a sign put aside.
IN_ADDRESS = rf"[^\s()\[\]<>\"`\x02\x03“”‘’—…{CJK}]"
ADDRESS = rf"(?i)(?<![a-z0-9_@/.-])(?:https?://|www\.)(?=[a-z0-9])(?:{IN_ADDRESS}|\({IN_ADDRESS}*+\))+"
# Where a definition `[name]: address` may lead.
SCHEMES = "https?:|mailto:|tel:|picture:|#"
MOST_GROWTH = 30
#: In characters. Where editors store a text, a longer one is refused.
LONGEST_TEXT = 200_000
BRACKETS = ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref")
# The text of a link, with brackets three deep, and its target, with parentheses three deep. Possessive: linear.
LABEL = re.compile(r"((?:[^\[\]]++|\[(?:[^\[\]]++|\[[^\[\]]*+\])*+\])*+)\]")
TARGET = re.compile(
    r"\(\s*+(?:<([^<>\n]*+)>|((?:[^\s()<]++|\((?:[^\s()]++|\([^\s()]*+\))*+\))*+))"
    r"(?:\s++(?:\"([^\"]*+)\"|'([^']*+)'))?+\s*+\)"
)


def convert(text: str) -> str:
    """Unsafe HTML. Each text has a parser of its own, as parsers remember what they read. A text that grows by more
    than a factor of 30, as no text does that is meant to be read, or that is as long as a book, is shown as it is
    written."""
    if len(text) > LONGEST_TEXT:
        return f"<pre>{escape(text)}</pre>"
    text = plain_marks(text)
    notes = NoteExtension(BACKLINK_TITLE="", USE_DEFINITION_ORDER=False)
    blocks = DefListExtension(), notes, TableExtension(use_align_attribute=True)
    html = html_of(text, AttrListExtension(), *blocks, HouseExtension())
    return html if len(html) < MOST_GROWTH * (len(text) + 1000) else f"<pre>{escape(text)}</pre>"


def html_of(text: str, *more: Extension) -> str:
    """Markdown with what editors and readers both have, and with more."""
    extensions = [
        BetterEmExtension(punctuation=False),  # by CommonMark’s rule on punctuation, **注意：**请看 is not bold
        DeleteSubExtension(subscript=False),
        HighlightExtension(use_pygments=False),
        SaneListExtension(),
        FenceExtension(),
        *more,
    ]
    return Markdown(extensions=extensions, output_format="html").convert(text)


class HouseExtension(Extension):
    """Mends what surprises writers, and what takes more than linear time."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.ESCAPED_CHARS = [sign for sign in string.punctuation if sign != "&"]
        md.preprocessors.register(TamePreprocessor(md), "tame", 22)  # code is put aside at 25, HTML at 20
        md.preprocessors.register(ContainerPreprocessor(md), "markdown_in_html", 21)
        mend_blocks(md)
        md.parser.blockprocessors.register(HeadingProcessor(md.parser), "hashheader", 70)
        md.inlinePatterns.register(CodeInlineProcessor(BACKTICK_RE), "backtick", 190)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"(?<!\\)\\\n", "br"), "backslash_break", 185)
        md.inlinePatterns.register(AddressInlineProcessor(ADDRESS, md), "address", 85)  # after HTML, before emphasis
        narrow(md.parser.blockprocessors["reference"], "RE", r"([^\s]+)", rf"(<?(?:{SCHEMES})[^\s]+)")
        for name in ("HEADER_RE", "BLOCK_RE", "INLINE_RE"):
            narrow(md.treeprocessors["attr_list"], name, r"\{", r"\{(?=:?[ ]*(?:[#.]|[\w-]+=))")
        for name in BRACKETS:
            processor = md.inlinePatterns[name]
            processor.__class__ = type(name, (LinearBrackets, type(processor)), {})


def mend_blocks(md: Markdown) -> None:
    """Let blocks begin and end where `core.markup.source` says so. What it takes for a thematic break is none of the
    lists that it flattens: taken for a list here, it would be as deep as it is long."""
    md.parser.__class__ = MendingParser
    md.parser.blockprocessors["hr"].SEARCH_RE = re.compile(f"^{RULE}", re.MULTILINE)  # type: ignore[attr-defined]


def narrow(processor: object, name: str, old: str, new: str) -> None:
    """Let a pattern of Python-Markdown take less for markup: what it takes and does not know would be lost."""
    pattern: re.Pattern[str] = getattr(processor, name)
    setattr(processor, name, re.compile(pattern.pattern.replace(old, new, 1), pattern.flags))


class NoteExtension(FootnoteExtension):
    """Numbers the references to one note in linear time, and lets a note be empty, which the original does not."""

    def unique_ref(self, reference: str, found: bool = False) -> str:
        if not found:
            return reference
        count = self.found_refs[reference] = self.found_refs.get(reference, 0) + 1
        return reference if count == 1 else reference.replace(":", f"{count}:", 1)

    def makeFootnotesDiv(self, root: Element) -> Element | None:  # noqa: N802
        notes = super().makeFootnotesDiv(root)
        for note in notes.iterfind("ol/li") if notes is not None else ():
            if not len(note):
                back = note.attrib["id"].replace("fn", "#fnref", 1)
                SubElement(SubElement(note, "p"), "a", {"class": "footnote-backref", "href": back}).text = "↩"
        return notes


class HeadingProcessor(HashHeaderProcessor):
    """Signs at the end of a heading close it only behind a space: `# C#` is about C#. `##Title` is a heading too."""

    RE = re.compile(
        r"(?:^|\n)(?P<level>#{1,6})(?:(?= )|(?<=##)(?=[^#\s]))(?P<header>[^\n]*?)(?<!\\)(?: +#+)? *(?:\n|$)"
    )


class FenceExtension(SuperFencesCodeExtension):
    """Fences as `core.markup.fences` reads them. What is indented as code gets back those that it holds."""

    def patch_fenced_rule(self) -> None:
        super().patch_fenced_rule()
        self.md.preprocessors["fenced_code_block"].__class__ = FencePreprocessor


class FencePreprocessor(SuperFencesBlockPreprocessor):
    def run(self, lines: list[str]) -> list[str]:
        for fence in reversed(list(fences(lines))):
            name, spoken = NAME.match(fence.info), language(fence.info)
            attributes = f' class="language-{spoken}"' * bool(spoken) + (f' id="{name[1]}"' if name else "")
            code = escape(fence.code(lines).strip("\n"), quote=False)
            place = self.md.htmlStash.store(f"<pre><code{attributes}>{code}</code></pre>")
            self.extension.stash.store(place[1:-1], "\n".join(lines[fence.start : fence.end]), len(fence.before))
            lines[fence.start : fence.end] = [fence.before + place]
        return lines


class TamePreprocessor(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return tame("\n".join(lines)).split("\n")


class ContainerPreprocessor(Preprocessor):
    """Puts tags aside that hold Markdown, so that it is read as Markdown."""

    def run(self, lines: list[str]) -> list[str]:
        for tags in reversed(list(tags_apart(lines))):
            html = "\n".join(lines[tags.start : tags.end]) + tags.unclosed
            lines[tags.start : tags.end] = ["", *self.apart(html, tags.room), ""]
        return lines

    def apart(self, html: str, room: str) -> Iterator[str]:
        """The HTML put aside; the words of a label in a paragraph that begins with nothing, lest a block begin."""
        store, position = self.md.htmlStash.store, 0
        for label in HTML_LABEL.finditer(html):
            yield from (room + store(html[position : label.end(1)]), "", room + store("") + label[3].strip(), "")
            position = label.start(4)
        yield room + store(html[position:])


class MendingParser(BlockParser):
    """Mends the document, and the inside of each quotation and footnote."""

    def parseChunk(self, parent: Element, text: str) -> None:  # noqa: N802
        super().parseChunk(parent, mend(text))


class CodeInlineProcessor(BacktickInlineProcessor):
    def find_code_spans(self, start: int, text: str) -> tuple[int, int | None]:  # type: ignore[override]
        """Where a span ends that begins with these backticks: before the next run of as many."""
        opening = re.compile("`+").match(text, start)
        inside = opening.end() if opening else start
        closing = re.compile(rf"(?<!`)`{{{inside - start}}}(?!`)").search(text, inside)
        return inside, closing.start() if closing else None


class AddressInlineProcessor(InlineProcessor):
    """`https://…` and `www.…` in running text are links, without the punctuation behind them."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        address = m[0].rstrip("'*_~.,;:!?")
        link = Element("a", {"href": address if "://" in address else f"https://{address}"})
        link.text = AtomicString(address)
        return link, m.start(), m.start() + len(address)


class LinearBrackets(LinkInlineProcessor):
    """Finds the ends of links and pictures without a search to the end of the text for each bracket left open."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802
        found = LABEL.match(data, index)
        return (found[1], found.end(), True) if found else ("", index, False)

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        found = TARGET.match(data, index)
        if not found:
            return "", None, index, False
        titles = [" ".join(self.unescape(title).split()) for title in (found[3], found[4]) if title]
        return self.unescape(found[1] or found[2] or ""), titles[0] if titles else None, found.end(), True
