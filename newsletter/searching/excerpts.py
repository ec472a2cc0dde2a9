"""What a reader is shown of a match: the words around it, those looked for marked. The marks are made here and not by
the database, which knows only folded and split words. Inflected words are recognised by their beginning: near enough
to what the databases' stemmers do for words in a text that matched."""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate, islice
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from newsletter.searching.queries import Query, Term
from newsletter.searching.words import CJK, ENDED, ENDING, FOLDING, WORD, compose

#: Characters in an excerpt; Chinese says as much in half of them.
LENGTH = 240
LENGTH_IN_CHINESE = 120
#: Places of each term that are weighed against others; later ones hardly ever win.
MOST_PLACES = 50

LETTER = rf"[^\W_{CJK}]"
SENTENCE_END = re.compile(r"[.!?…]['\"”’)]?\s+|[。！？]|\n")
GAP = re.compile(r"[\s，、；：,;]+")


class Place(NamedTuple):
    """Where a term stands in a text, from `start` up to `end`."""

    start: int
    end: int
    term: Term


def marked(text: str, query: Query) -> SafeString:
    """The whole of a short text as HTML, with what `query` wants in `<mark>`."""
    text = compose(text)
    return html(text, 0, len(text), places(text, query))


def excerpt(text: str, query: Query) -> SafeString:
    """The piece of a text that holds most of what `query` wants, as HTML; its beginning where nothing is found."""
    text = compose(text)
    found = places(text, query)
    length = LENGTH_IN_CHINESE if is_chinese(text[: 2 * LENGTH]) else LENGTH
    start, end = window(text, found, length)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return mark_safe(before + html(text, start, end, found) + after)  # noqa: S308 escaped piece by piece


def places(text: str, query: Query) -> list[Place]:
    """Where the wanted terms stand in `text`, in order."""
    pieces = list(map(FOLDING.__getitem__, text))
    folded, starts = "".join(pieces), list(accumulate(map(len, pieces), initial=0))
    return sorted(
        Place(bisect_right(starts, found.start()) - 1, bisect_left(starts, found.end()), term)
        for term in query.wanted
        for found in islice(pattern(term).finditer(folded), MOST_PLACES)
    )


@lru_cache
def pattern(term: Term) -> re.Pattern[str]:
    *before, last = WORD.finditer(term.text)
    parts = [found[0] if found["run"] else inflected(found[0]) for found in before]
    parts.append(last[0] if last["run"] else inflected(last[0], is_open=term.is_open or bool(term.longer)))
    return re.compile(r"[\W_]*+".join(parts))


def inflected(word: str, *, is_open: bool = False) -> str:
    """A pattern for a word and its English relatives, and for longer ones when it `is_open`. It begins with plain
    letters, which is what makes it fast."""
    root = ENDED.sub("", word)
    if root != word and root[-1] == root[-2]:
        root = root[:-1]
    ending = f"{LETTER}*" if is_open else rf"(?:{root[-1]}?{ENDING}{{1,2}})?"
    return rf"{root}(?<!{LETTER}{root})(?>{ending}(?!{LETTER}))"


def is_chinese(text: str) -> bool:
    return 2 * len(re.findall(rf"[{CJK}]", text)) > len(text)


def window(text: str, found: list[Place], length: int) -> tuple[int, int]:
    """Where the best excerpt starts and ends: most different terms, then most places, then the first."""
    if not found:
        return 0, end_of_window(text, 0, length)
    starts = [place.start for place in found]

    def worth(number: int) -> tuple[int, int]:
        near = found[number : bisect_left(starts, starts[number] + length // 2)]
        return len({place.term for place in near}), len(near)

    best = found[max(range(len(found)), key=worth)]
    start = start_of_window(text, best.start, length)
    return start, max(best.end, end_of_window(text, start, length))


def start_of_window(text: str, match: int, length: int) -> int:
    """Before the match: at the beginning of a sentence, or at least of a word."""
    earliest = match - length // 3
    if earliest <= 0:
        return 0
    for gap in (SENTENCE_END, GAP):
        if found := gap.search(text, earliest, match):
            return found.end()
    return earliest


def end_of_window(text: str, start: int, length: int) -> int:
    """At the end of the text or before a gap between words."""
    latest = start + length
    if latest >= len(text):
        return len(text)
    gaps = [found.start() for found in GAP.finditer(text, latest - length // 8, latest + 1)]
    return gaps[-1] if gaps else latest


def html(text: str, start: int, end: int, found: list[Place]) -> SafeString:
    """`text[start:end]` escaped, with the places in it marked."""
    written = []
    for place in found:
        if start <= place.start and place.end <= end:
            written += [escape(text[start : place.start]), "<mark>", escape(text[place.start : place.end]), "</mark>"]
            start = place.end
    return mark_safe("".join([*written, escape(text[start:end])]))  # noqa: S308 escaped piece by piece
