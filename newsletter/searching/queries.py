"""What a reader typed, and how to ask FTS5 and PostgreSQL for it. Words are all wanted, `"phrases"` as they stand,
`-word` excludes, the last word may be the beginning of one. Everything else is plain text: only letters and figures
reach the database, each word in quotation marks, so that nothing typed can be an operator of either."""

import re
from dataclasses import dataclass
from functools import cached_property

from newsletter.searching.words import ENDED, WORD, compose, fold, pairs, stored

MAX_LENGTH = 200
MAX_TERMS = 12
#: Shorter beginnings of words find too much to be of use.
SHORTEST_BEGINNING = 3

QUOTES = str.maketrans("“”„«»", '"""""')
TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<chunk>[^\s",;!?()、。「」『』《》【】]+))')


@dataclass(frozen=True, order=True)
class Term:
    """Words that stand side by side, as the index stores them; `is_open` when the last may go on. One that only
    `may_go_on` ends as English words do: the databases would look for all that begins with its stem, and that of
    “relative” is “rel”. It goes on as `longer` says."""

    words: tuple[str, ...]
    text: str
    is_excluded: bool = False
    is_open: bool = False
    may_go_on: bool = False
    longer: tuple[str, ...] = ()

    @property
    def phrases(self) -> list[tuple[str, ...]]:
        return [self.words, *((*self.words[:-1], word) for word in self.longer)]

    @property
    def fts5(self) -> str:
        phrases = ['"' + " ".join(words) + '"' for words in self.phrases]
        phrases += [f"{phrases[0]} *"] * self.is_open
        return f"({' OR '.join(phrases)})" if len(phrases) > 1 else phrases[0]

    @property
    def tsquery(self) -> str:
        phrases = [" <-> ".join(f"'{word}'" for word in words) for words in self.phrases]
        phrases += [f"{phrases[0]}:*"] * self.is_open
        return f"({' | '.join(phrases)})"


@dataclass(frozen=True)
class Query:
    """What is looked for; falsy when there is nothing to look for."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted)

    @cached_property
    def wanted(self) -> list[Term]:
        return [term for term in self.terms if not term.is_excluded]

    @cached_property
    def excluded(self) -> list[Term]:
        return [term for term in self.terms if term.is_excluded]

    @property
    def fts5(self) -> str:
        """For `MATCH`. The query has to be truthy."""
        wanted = " AND ".join(term.fts5 for term in self.wanted)
        excluded = " OR ".join(term.fts5 for term in self.excluded)
        return f"({wanted}) NOT ({excluded})" if excluded else wanted

    @property
    def tsquery(self) -> str:
        """For `to_tsquery`. The query has to be truthy."""
        return " & ".join([term.tsquery for term in self.wanted] + [f"!{term.tsquery}" for term in self.excluded])


def parse(typed: str) -> Query:
    """Read what a reader typed: at most 200 characters and 12 terms of it. Never raises."""
    folded = fold(compose(typed[:MAX_LENGTH].translate(QUOTES)))
    found = [match for match in TERM.finditer(folded) if WORD.search(match[0])][:MAX_TERMS]
    return Query(tuple(term(match, is_last=match is found[-1]) for match in found))


def term(match: re.Match[str], *, is_last: bool) -> Term:
    text = match["phrase"] if match["chunk"] is None else match["chunk"]
    *before, last = WORD.finditer(text)
    words = [word for found in before for word in stored(found)]
    if last["run"]:
        words += pairs(last[0]) or [last[0]]
        return Term(tuple(words), text, is_excluded=bool(match["minus"]), is_open=len(last[0]) == 1)
    words.append(last[0])
    is_unfinished = is_last and not match["minus"] and bool(match["chunk"]) and len(last[0]) >= SHORTEST_BEGINNING
    is_ended = bool(ENDED.search(last[0]))
    return Term(
        tuple(words),
        text,
        is_excluded=bool(match["minus"]),
        is_open=is_unfinished and not is_ended,
        may_go_on=is_unfinished and is_ended,
    )
