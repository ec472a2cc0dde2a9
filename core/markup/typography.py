"""Smart punctuation and Chinese line breaks, set in the text of a tree. Own code, as Python-Markdown's `smarty` closes
every quote that follows a Chinese character and takes quadratic time."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from core.markup.tree import INLINE, VERBATIM

# Han, kana, their punctuation and full-width forms: written without spaces. Korean has them, so no Hangul.
CJK = (
    r"\u2e80-\u303f\u3040-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
IS_CJK = re.compile(f"[{CJK}]")
NO_WORD = re.compile(r"[\u2e80-\u3004\u3008-\u303f\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]")
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")

# The text of a tree is set as one string: a SEAM between pieces of a line, a BREAK around a block.
SEAM, BREAK, CODE = "\0", "\x01", "\x02"
SOFT_BREAK = re.compile(f"([{CJK}][“”‘’—…{SEAM}]*) *\n *(?=[“”‘’—…{SEAM}]*[{CJK}])")
TOKEN = re.compile(rf"(?:https?://|www\.)[^\s{SEAM}]*|(?<!-)---?(?!-)|(?<!\.)\.\.\.(?!\.)|[\"'{BREAK}]")
SIGNS = {"--": "–", "---": "—", "...": "…"}
QUOTES = {'"': "“”", "'": "‘’"}
BEFORE_OPENING = set(" \n\t\u00a0([{-–—/“‘" + BREAK)
BEFORE_OPTION = set(" \n\t\u00a0([{=/|，。：（“‘" + BREAK)
PATH = set("/\\")


def set_type(root: Element) -> None:
    """Curly quotes, dashes and ellipses; no space where a line of Chinese was broken. Leaves code and addresses."""
    pieces = list(_pieces(root, verbatim=False))
    text = SOFT_BREAK.sub(r"\1", SEAM.join(piece for _, _, piece in pieces))
    text = TOKEN.sub(_Punctuation(), text)
    for (element, slot, _), piece in zip(pieces, text.split(SEAM), strict=True):
        if slot:
            setattr(element, slot, piece)


def _pieces(element: Element, *, verbatim: bool) -> Iterator[tuple[Element, str, str]]:
    """Element, slot ("text", "tail", or "" for what is not to be set) and text, in reading order."""
    inside = verbatim or element.tag in VERBATIM
    edge = (element, "", BREAK)
    if element.tag not in INLINE:
        yield edge
    if element.text:
        yield (element, "", CODE) if inside else (element, "text", element.text)
    for child in element:
        yield from _pieces(child, verbatim=inside)
        if child.tail:
            yield (child, "", CODE) if inside else (child, "tail", child.tail)
    if element.tag not in INLINE:
        yield edge


class _Punctuation:
    """Replaces one sign after the other, and knows which quotes are open in the block."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.opened_last = False

    def __call__(self, found: re.Match[str]) -> str:
        sign = found[0]
        if sign == BREAK:
            self.open.clear()
            return sign
        before, after = _neighbour(found, -1), _neighbour(found, 1)
        if sign not in QUOTES:
            return sign if is_said_literally(sign, before, after) else SIGNS.get(sign, sign)
        self.opened_last = self.opens(sign, before, after)
        (self.open.add if self.opened_last else self.open.discard)(sign)
        return QUOTES[sign][0 if self.opened_last else 1]

    def opens(self, quote: str, before: str, after: str) -> bool:
        if IS_CJK.match(before) or IS_CJK.match(after):
            return quote not in self.open
        if before in QUOTES:
            return self.opened_last
        if quote == "'" and after.isdigit():  # ’80s
            return False
        return before in BEFORE_OPENING and not after.isspace()


def is_said_literally(sign: str, before: str, after: str) -> bool:
    """Whether a sign belongs to what machines are told: `--force`, `-->`, `../...`."""
    if sign == "--":
        return (before in BEFORE_OPTION and after.isalpha()) or after in {">", "!"} or before in {"<", "!"}
    return sign == "..." and (before in PATH or after in PATH)


def _neighbour(found: re.Match[str], step: int) -> str:
    """The character on one side of a sign, past any seam. A tree begins and ends with a BREAK."""
    position = found.start() - 1 if step < 0 else found.end()
    while found.string[position] == SEAM:
        position += step
    return found.string[position]


def reading_length(text: str) -> int:
    """Words; where they are not spaced, 1.6 characters for a word, as a Chinese text takes as long to read
    as its English translation of so many words."""
    characters = sum(1 for _ in IS_CJK.finditer(NO_WORD.sub(" ", text)))
    return len(WORD.findall(IS_CJK.sub(" ", text))) + round(characters / 1.6)
