"""What readers write: a small subset of the dialect, in which every line break counts and HTML is only text.

text ─ marks, fences, flatten, mend ─ Markdown, links and hashtags ─ clean
"""

import re
from html import unescape
from typing import Any
from unicodedata import normalize
from urllib.parse import quote
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import BACKTICK_RE, AutolinkInlineProcessor, InlineProcessor, SubstituteTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString, Registry

from core.markup.dialect import (
    ADDRESS,
    AddressInlineProcessor,
    CodeInlineProcessor,
    LinearBrackets,
    html_of,
    mend_blocks,
)
from core.markup.marks import broken, plain_marks
from core.markup.plain import to_lines
from core.markup.source import flatten
from core.markup.tree import UNPRINTABLE, is_blank, parse, text_of
from core.slugs import JOINERS, LETTERS

#: The most characters of a comment: any text of that length is rendered in less than 100 ms.
COMMENT_LENGTH = 3000
#: Raise it whenever the same text gives other HTML: stored HTML is then rendered anew.
COMMENT_RENDERER_VERSION = 3

SEARCH = "/search/?q="
ABSOLUTE = re.compile(r"https?://[^\s/?#]|mailto:\S", re.IGNORECASE)
# One letter must be in it: `#1` is a number. In Chinese the full-width sign is what the keyboard gives.
HASHTAG = rf"(?<![{LETTERS}/#＃\x03\uffff])[#＃](?=\d*[^\W\d])([{LETTERS}{JOINERS}]+)"
SURROGATES = re.compile("[\ud800-\udfff]")
# Here a quotation ends where the signs end: what follows is the reader's own.
END_OF_QUOTE = re.compile(r"^( {0,3}>.*\n)(?! {0,3}>|\s*$)", re.MULTILINE)
# Stands for & until the end, so that `&lt;` is shown as it was typed. It cannot be in the text: see UNPRINTABLE.
AMPERSAND = "\uffff"
# Marks that are there for words, without any.
EMPTY = re.compile(r"!?\[\s*\]\((?!https?:|mailto:)[^()\n]*\)|[*_~`>\\]")
LEFT_OUT = (
    ("html_block",),
    ("code", "hashheader", "setextheader", "reference"),
    ("reference", "image_link", "image_reference", "short_reference", "short_image_ref", "html", "entity"),
)


def is_link(address: str) -> bool:
    """Whether an address is complete, and leads where it seems to lead also after what browsers make of it."""
    return all(ABSOLUTE.match(form) for form in (address, normalize("NFKC", address)))


def _links_only(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or is_link(value) or value.startswith(SEARCH) else None


OUTGOING = nh3.Cleaner(
    tags={"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"},
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    attribute_filter=_links_only,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener",
)


def render_comment(text: str) -> str:
    """Safe HTML for wherever a comment is shown: the same for the same text, and with all its words."""
    source = plain_marks("\n".join(broken(SURROGATES.sub("\ufffd", text))))
    source = UNPRINTABLE.sub("", source).replace("&", AMPERSAND)
    return OUTGOING.clean(html_of(source, CommentExtension()).replace(AMPERSAND, "&amp;")).strip()


def says_nothing(text: str) -> bool:
    """Whether a comment would show no word and no sign of its author, whatever marks and unseen characters it has."""
    bare = EMPTY.sub("", unescape(text))
    is_wordless = not any(sign.isalnum() for sign in bare)
    return is_blank(bare) or (is_wordless and is_blank(text_of(parse(render_comment(text)))))


def comment_to_text(html: str) -> str:
    """What `render_comment` made, as plain text that reads well: for mail, excerpts and machines."""
    root = parse(html)
    for link in root.iter("a"):
        link.tag = "span" if link.get("href", "").startswith(SEARCH) else "a"
    return to_lines(root, {})


class CommentExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        registries: tuple[Registry[Any], ...] = (md.preprocessors, md.parser.blockprocessors, md.inlinePatterns)
        for registry, names in zip(registries, LEFT_OUT, strict=True):
            for name in names:
                registry.deregister(name)
        md.preprocessors.register(FlattenPreprocessor(md), "flatten", 22)  # code is put aside at 25
        mend_blocks(md)
        md.inlinePatterns.register(CodeInlineProcessor(BACKTICK_RE), "backtick", 190)
        md.inlinePatterns.register(LinkProcessor(r"!?\[", md), "link", 160)
        md.inlinePatterns.register(AutolinkInlineProcessor(r"(?i)<((?:https?|mailto):[^<>\s]+)>", md), "autolink", 120)
        md.inlinePatterns.register(AddressInlineProcessor(ADDRESS, md), "address", 85)
        md.inlinePatterns.register(HashtagProcessor(HASHTAG, md), "hashtag", 84)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\n", "br"), "line_break", 5)


class FlattenPreprocessor(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return END_OF_QUOTE.sub(r"\1\n", flatten("\n".join(lines))).split("\n")


class LinkProcessor(LinearBrackets):
    """Links, and pictures as links to them. What leads nowhere stays as it was typed."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        link, start, end = super().handleMatch(m, data)
        if isinstance(link, Element) and not (link.text or "").strip():
            link.text = AtomicString(link.attrib["href"])
        return link, start, end

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        address, title, end, found = super().getLink(data, index)
        return address.strip(), title, end, found and is_link(address.strip())


class HashtagProcessor(InlineProcessor):
    """`#innovation` leads to the search for that word."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        link = Element("a", {"href": SEARCH + quote(m[1])})
        link.text = AtomicString(m[0])
        return link, m.start(), m.end()
