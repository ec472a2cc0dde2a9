"""Words as rules compare them: whatever their capitals, accents, width, emphasis and invisible signs."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from core.markup.typography import CJK

IDEOGRAPH = re.compile(f"[{CJK}]")
WORD = re.compile(r"[^\W_]+")
#: Markdown's emphasis, which may stand in the middle of a word that readers see whole.
EMPHASIS = "*"


class Folding(dict[int, str]):
    """Of each character what is left of it to be compared, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code).casefold())
        self[code] = "".join(sign for sign in decomposed if not is_dressing(sign))
        return self[code]


def is_dressing(sign: str) -> bool:
    """Accents, zero-width and other invisible signs, emphasis."""
    return sign == EMPHASIS or bool(unicodedata.combining(sign)) or unicodedata.category(sign) == "Cf"


FOLDED = Folding()


def plain_words(text: str) -> str:
    """The words of a text with single spaces between."""
    return " ".join(WORD.findall(text.translate(FOLDED)))


class Phrases:
    """A list of words and phrases, to be looked for in many texts: a look-up for each word, not for each phrase."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.spaced: dict[int, dict[str, str]] = {}
        self.unspaced: dict[int, dict[str, str]] = {}
        for phrase in filter(None, map(str.strip, phrases)):
            self.add(phrase, plain_words(phrase))

    def add(self, phrase: str, words: str) -> None:
        """Chinese is written without spaces, so there a phrase may stand anywhere; elsewhere as whole words."""
        if IDEOGRAPH.search(words):
            squeezed = words.replace(" ", "")
            self.unspaced.setdefault(len(squeezed), {}).setdefault(squeezed, phrase)
        elif words:
            self.spaced.setdefault(words.count(" ") + 1, {}).setdefault(words, phrase)

    def first_in(self, words: str) -> str:
        """A phrase that stands in `plain_words`, as it was written in the list; empty where none does."""
        return next(self.found_in(words), "")

    def found_in(self, words: str) -> Iterator[str]:
        tokens, squeezed = words.split(" "), words.replace(" ", "")
        for length, phrases in self.spaced.items():
            for start in range(len(tokens) - length + 1):
                if phrase := phrases.get(" ".join(tokens[start : start + length])):
                    yield phrase
        for length, phrases in self.unspaced.items():
            for start in range(len(squeezed) - length + 1):
                if phrase := phrases.get(squeezed[start : start + length]):
                    yield phrase


def marked(text: str, phrase: str) -> list[tuple[str, bool]]:
    """The text in pieces, and of each whether it is what `phrase` matched."""
    pieces, end = [], 0
    for begin, until in places(text, plain_words(phrase)):
        pieces += [(text[end:begin], False), (text[begin:until], True)]
        end = until
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where `words`, given as `plain_words`, stand in a text."""
    folded = [(sign, index) for index, character in enumerate(text) for sign in character.translate(FOLDED)]
    bare = "".join(sign for sign, _ in folded)
    if IDEOGRAPH.search(words):
        pattern = r"[\W_]*".join(map(re.escape, words.replace(" ", "")))
    else:
        pattern = rf"(?<![^\W_]){r'[\W_]+'.join(map(re.escape, words.split(' ')))}(?![^\W_])"
    for match in re.finditer(pattern, bare) if words else ():
        yield folded[match.start()][1], folded[match.end() - 1][1] + 1
