"""Signs that mean something in Markdown, and the text between them. While a text is in the tree, each sign in it
stands as a character of private use, which no text holds: the library that writes lines takes it for a letter, and
adds and drops nothing."""

import re
from collections.abc import Iterator

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from core.markup.dialect import ADDRESS
from core.rich_text.page import BLOCKS, HEADINGS

# As it is, and with a backslash before it.
PLAIN = {sign: chr(0xE200 + sign) for sign in [*range(33, 127), 0xA0] if not chr(sign).isalnum()}
ESCAPED = {sign: chr(0xE300 + sign) for sign in PLAIN}
SIGNS = {ord(PLAIN[sign]): chr(sign) for sign in PLAIN} | {ord(ESCAPED[sign]): f"\\{chr(sign)}" for sign in PLAIN}
WONDER = PLAIN[ord("!")]

VERBATIM = {"code", "pre"}
RAW = {"sub": "sub", "sup": "sup", "struck": "del", "stressed": "em"}
# At the beginning of a line: headings, quotations, lists, rules, tables, terms, code.
LINE = re.compile(
    r"\A(?:\d{1,9}(?=[.)](?:\s|$)))?"
    r"(?:#(?=#{0,5}(?:\s|$)|#)|>|[-+*.)](?=\s|$)|[-=_*|:](?=[-=_*|: ]*$)|:(?=\s)|~(?=~~))"
)
ANYWHERE = re.compile(
    r"[*`~\\]|\[(?!(?!\^)[^\[\]]*\][^(\[:])|\A\s*\^|(?<![^\W_])_|_(?![^\W_])|\{(?=:?[ ]*(?:[#.]|[\w-]+=))"
)
ENTITY = re.compile(r"&(?=#|\w{1,31};)")
BRACKET = re.compile(r"[\[\]]")
TAG = re.compile(r"<(?=[a-zA-Z/!?])")
BARE = re.compile(ADDRESS)
SPACES = re.compile(r"[ \t\n\r\f\xa0\u2028\u2029]+")
# Figures and French signs keep the space that holds them together.
HELD = re.compile(r"(?<=[\d«])\xa0(?=\S)|(?<=\S)\xa0(?=[:;!?»%])")


def escaped(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}{ESCAPED[ord(found[0][-1])]}"


class Escaper:
    """Writes the texts of a tree so that they stay what they are in Markdown, and one space for each run of them."""

    def __init__(self) -> None:
        self.begins_line = True
        self.in_link = self.in_cell = self.in_heading = False

    def escape(self, root: HtmlElement) -> None:
        walk = iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if element.tag in BLOCKS or element.tag == "br":
                self.begins_line = element.tag not in HEADINGS
            elif element.tag in {"img", "code"}:
                self.begins_line = False
            self.in_link = (event == "start") if element.tag == "a" else self.in_link
            self.in_heading = (event == "start") if element.tag in HEADINGS else self.in_heading
            self.in_cell = (event == "start") if element.tag in {"td", "th"} else self.in_cell
            if event == "end":
                goes_on = element.getnext() is not None or element.getparent().tag not in BLOCKS
                element.tail = raw(element, "/") + self.written(element.tail or "", goes_on=goes_on)
            elif element.tag in VERBATIM:
                element.text = (element.text or "").replace("|", PLAIN[ord("|")])  # which divides no cells there
                walk.skip_subtree()
            else:
                goes_on = len(element) > 0 or element.tag not in BLOCKS
                element.text = raw(element) + self.written(element.text or "", goes_on=goes_on)

    def written(self, text: str, *, goes_on: bool = False) -> str:
        held = {found.start() for found in HELD.finditer(text)}
        text = SPACES.sub(lambda found: found[0] if found.start() in held else " ", text)
        done, position = "", 0
        for start, address in [] if self.in_link else addresses(text):
            end = start + len(address)
            is_bare = text[end] not in "&\\|" if end < len(text) else not goes_on
            done += self.signs(text[position:start]) + (address if is_bare else bounded(address))
            position = end
        done += self.signs(text[position:])
        if self.in_heading and done.rstrip().endswith("#"):
            done = without_hashes(done)
        if self.begins_line and (words := done.lstrip()):
            done = done[: len(done) - len(words)] + LINE.sub(escaped, words)
            self.begins_line = False
        return done.translate(PLAIN)

    def signs(self, text: str) -> str:
        text = ANYWHERE.sub(escaped, TAG.sub("&lt;", ENTITY.sub("&amp;", text)))
        if self.in_cell:
            text = text.replace("|", ESCAPED[ord("|")])
        return BRACKET.sub(escaped, text) if self.in_link else text


def addresses(text: str) -> Iterator[tuple[int, str]]:
    """The addresses that the renderer makes links of by itself, as far as it goes along with them."""
    for found in BARE.finditer(text):
        yield found.start(), re.split(rf"[\\|]|{ENTITY.pattern}", found[0])[0].rstrip("'*_~.,;:!?")


def without_hashes(text: str) -> str:
    """The text of a heading, of which the signs at its end are a part."""
    rest = text.rstrip().rstrip("#")
    return rest + text[len(rest) :].replace("#", ESCAPED[ord("#")])


def bounded(address: str) -> str:
    """An address with emphasis close behind it, which would be taken for a part of it."""
    return f"<{address}>" if "://" in address else address.replace(".", ESCAPED[ord(".")], 1)


def raw(element: HtmlElement, slash: str = "") -> str:
    """Markdown has no signs for what is raised or lowered, and none for what is struck out in a word: HTML stands."""
    return f"<{slash}{RAW[element.tag]}>".translate(PLAIN) if element.tag in RAW else ""


def plainly(text: str) -> str:
    """A line of text as Markdown."""
    return with_signs(Escaper().written(text).strip())


def with_signs(markdown: str) -> str:
    """Markdown with the signs themselves. An exclamation mark before a link would make a picture of it."""
    return re.sub(rf"{WONDER}(?=\[)", r"\\!", markdown).translate(SIGNS)
