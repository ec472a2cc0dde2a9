"""What was changed between two texts: words taken out and put in, in a time that texts of 100 kB keep to as well.

Runs of words that occur as often in both texts hold them together, in the manner of Bram Cohen's patience diff; only
what lies between two of these is compared word by word. Of scripts without spaces each character is a word."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(rf"[{CJK}]|(?:(?![{CJK}])\w)+(?:['’‑-](?:(?![{CJK}])\w)+)*|\s+|.")
#: How many words long a run is that holds texts together: the surest first.
RUNS = (6, 2, 1)
#: What is compared word by word: at most so many pairs of words between two runs.
LARGEST_STRETCH = 40_000

#: `del`, `ins`, or empty for what was left, and its text.
type Piece = tuple[str, str]
type Pair = tuple[int, int]


def difference(old: str, new: str) -> list[Piece]:
    """What was taken out (`del`), put in (`ins`) and left (empty), word by word. A space alone holds nothing apart."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    parts: list[tuple[list[str], list[str], list[str]]] = [([], [], [])]
    start = begin = 0
    for place, other in [*pairs(before, after, RUNS), (len(before), len(after))]:
        gone, come, kept = parts[-1]
        if place > start or other > begin:
            if (gone or come) and kept == [" "]:
                gone += kept
                come += kept
                kept.clear()
            else:
                parts.append(([], [], []))
        gone, come, kept = parts[-1]
        gone += before[start:place]
        come += after[begin:other]
        kept += after[other : other + 1]
        start, begin = place + 1, other + 1
    pieces = [(kind, "".join(words)) for part in parts for kind, words in zip(("del", "ins", ""), part, strict=True)]
    return [piece for piece in pieces if piece[1]]


def words_changed(pieces: Iterable[Piece]) -> tuple[int, int]:
    """How many words were put in, and how many taken out."""
    words: Counter[str] = Counter()
    for kind, text in pieces:
        words[kind] += sum(token[0].isalnum() for token in TOKEN.findall(text)) if kind else 0
    return words["ins"], words["del"]


def pairs(old: Sequence[str], new: Sequence[str], runs: Sequence[int]) -> Iterator[Pair]:
    """The places of the words that both texts have, in order."""
    if len(old) * len(new) <= LARGEST_STRETCH:
        for start, begin, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            yield from ((start + step, begin + step) for step in range(length))
    elif runs:
        start = begin = 0
        for end, until in [*anchors(old, new, runs[0]), (len(old), len(new))]:
            for place, other in pairs(old[start:end], new[begin:until], runs[1:]):
                yield start + place, begin + other
            if end < len(old):
                yield end, until
            start, begin = end + 1, until + 1


def anchors(old: Sequence[str], new: Sequence[str], length: int) -> list[Pair]:
    """Where runs begin that occur as often in both: as many as stand in the same order (by patience sorting)."""
    there, counts = places(new, length)
    here, counts_here = places(old, length)
    ends: list[int] = []
    piles: list[Any] = []
    for (run, number), place in here.items():
        if counts_here[run] == counts[run] and (length > 1 or counts[run] == 1):
            other = there[run, number]
            at = bisect_left(ends, other)
            ends[at : at + 1] = [other]
            piles[at : at + 1] = [((place, other), piles[at - 1] if at else None)]
    chain, kept = piles[-1] if piles else None, []
    while chain:
        pair, chain = chain
        kept.append(pair)
    return kept[::-1]


def places(words: Sequence[str], length: int) -> tuple[dict[Any, int], Counter[Any]]:
    """Where each run of words begins, by the run and its number among its equals; and how often there is each."""
    counts: Counter[Any] = Counter()
    found = {}
    for place, run in enumerate(zip(*(words[step:] for step in range(length)), strict=False)):
        found[run, counts[run]] = place
        counts[run] += 1
    return found, counts
