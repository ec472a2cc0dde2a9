"""What headers and words say, in the languages that programs speak. What is not known says nothing that is certain."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from interchange.lists import dates
from interchange.lists.dates import KNOWN

#: What stands for all dates, and for all numbers, in a column whose words are asked.
DATE, NUMBER = "(date)", "(number)"
LONGEST_WORD = 200
SIGNS = re.compile(r"[\W_]+")
PARTS = re.compile(r"[,;|/]")
#: Beside a good word, as in "active?", "(active)" or "-active".
DOUBT = re.compile(r"[^\w\s.-]|^[.-]|[.-]$")


class Role(StrEnum):
    """What a column is used for; UNKNOWN is asked."""

    UNKNOWN = ""
    IGNORED = "ignored"
    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    LANGUAGE = "language"
    AGREED = "agreed"
    NETWORK = "network"
    EVIDENCE = "evidence"
    #: Each of its values says something of whether they get mail, also `true`, a date, or nothing.
    STANDING = "standing"


class Standing(StrEnum):
    """What a value says of an address, the worst first: of several the worst counts. UNKNOWN is asked."""

    UNKNOWN = ""
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    LEFT = "left"
    ASKED = "asked"
    ACTIVE = "active"
    #: Nothing either way.
    SILENT = "silent"


RANKS = {standing: rank for rank, standing in enumerate(Standing)}


class Form(StrEnum):
    """How the words of a column are to be understood."""

    #: As words alone.
    WORDS = "words"
    #: Whatever is no "no" is a no to mail: `unsubscribed_at`.
    REFUSES = "refuses"
    #: A header that only sounds so: a yes and a date are a no to mail, anything else is asked.
    SOUNDS = "sounds"
    #: A no is a no to mail: `subscribed`.
    WANTS = "wants"
    COUNTS = "counts"
    #: Several words in a cell.
    MANY = "many"
    OTHER = "other"


class Kind(NamedTuple):
    """What a header says of its column. `standing` is what stands there if the answer is not to mail, `otherwise` what
    the other answer says."""

    role: Role = Role.UNKNOWN
    form: Form = Form.OTHER
    standing: Standing = Standing.UNKNOWN
    otherwise: Standing = Standing.UNKNOWN
    #: Of several columns with one role the first counts.
    rank: int = 0


def key(text: str) -> str:
    """A word as it stands there, in small letters, to be compared and kept."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(re.sub("[\u200b-\u200f\ufe0f\ufeff]", "", unicodedata.normalize("NFKC", text)).casefold().split())


def fold(text: str) -> str:
    """The same without accents and signs."""
    if text.isascii() and text.isalnum():
        return text.lower()
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return SIGNS.sub(" ", text.casefold()).strip()


def folded(words: Iterable[str]) -> dict[str, int]:
    return {fold(str(word)): rank for rank, word in enumerate(words)}


def by_standing(name: str) -> list[tuple[Standing, dict[str, int]]]:
    return [(Standing(standing), folded(words)) for standing, words in KNOWN[name].items()]


ROLES = [(Role(role), folded(words)) for role, words in KNOWN["roles"].items()]
MANY, STATUS, COUNTING = folded(KNOWN["many"]), folded(KNOWN["status"]), folded(KNOWN["counting"])
SPEAKING, PREFIXES, NEGATIONS = folded(KNOWN["speaking"]), folded(KNOWN["prefixes"]), folded(KNOWN["negations"])
REASSURING = folded(KNOWN["reassuring"])
DOUBTFUL, CONFIRMING, MODEST = folded(KNOWN["doubtful"]), folded(KNOWN["confirming"]), folded(KNOWN["modest"])
REFUSES, WANTS, STEMS, WORDS = by_standing("no"), by_standing("yes"), by_standing("stems"), by_standing("words")
YES, NO = frozenset(map(key, KNOWN["yes words"])), frozenset(map(key, KNOWN["no words"]))
EMPTY = frozenset(map(key, KNOWN["empty"]))
GOOD = {Standing.ACTIVE, Standing.SILENT}
NO_WORDS = frozenset(word for standing, known in WORDS if standing not in GOOD for word in known)
#: Stems that no name begins with.
UNMISTAKABLE = re.compile(
    "|".join(
        re.escape(stem)
        for _standing, stems in STEMS
        for stem in stems
        if " " in stem or stem.startswith("unsub") or len(stem) > (6 if stem.isascii() else 1)
    )
)
BESIDE = {fold(header): fold(other) for header, other in KNOWN["harmless beside"].items()}


def words_of(header: str) -> str:
    """A header to be compared: `optOut_Date` is "opt out date"."""
    return fold(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header))


@lru_cache(maxsize=4096)
def kind_of(header: str, beside: frozenset[str] = frozenset()) -> Kind:
    """`beside` are the words of the other headers."""
    words = words_of(header)
    if BESIDE.get(words) in beside:
        return Kind(Role.IGNORED)
    for role, known in ROLES:
        if words in known:
            standing = Standing.ASKED if words in CONFIRMING else Standing.UNKNOWN
            return Kind(role, Form.OTHER, standing, rank=known[words])
    if words in MANY:
        return Kind(Role.UNKNOWN, Form.MANY)
    rest = words
    while rest:
        if found := standing_kind(rest):
            return found
        first, _space, rest = rest.partition(" ")
        if first not in PREFIXES:
            break
    return sounding(words)


def standing_kind(words: str) -> Kind | None:
    if words in STATUS:
        return Kind(Role.STANDING, Form.WORDS)
    if words in DOUBTFUL:
        return Kind(Role.STANDING, Form.SOUNDS, otherwise=Standing.SILENT)
    for standing, known in REFUSES:
        if words in known:
            otherwise = Standing.ACTIVE if words in SPEAKING else Standing.SILENT
            return Kind(Role.STANDING, Form.REFUSES, standing, otherwise)
    for standing, known in WANTS:
        if words in known:
            return Kind(Role.STANDING, Form.WANTS, standing, Standing.SILENT if words in MODEST else Standing.ACTIVE)
    return None


def sounding(words: str) -> Kind:
    """A header that is known by a part of it alone."""
    standing = refusal(words)
    if standing is None:
        return Kind()
    if not COUNTING.keys().isdisjoint(words.split()):
        return Kind(Role.STANDING, Form.COUNTS, standing, Standing.SILENT)
    return Kind(Role.STANDING, Form.SOUNDS if standing else Form.OTHER, standing, Standing.SILENT)


@lru_cache(maxsize=65_536)
def refusal(words: str) -> Standing | None:
    """The worst that a part of these folded words says; UNKNOWN where a "not" stands before it, or it is the end of a
    word, as in "unblocked". None for nothing."""
    found = []
    for standing, stems in STEMS:
        for stem in stems:
            place = words.find(stem)
            if place >= 0:
                is_turned = stem.isascii() and words[place - 1 : place].isalpha()
                is_turned |= not NEGATIONS.keys().isdisjoint(words[:place].split())
                is_turned |= not REASSURING.keys().isdisjoint(words.split())
                found.append(Standing.UNKNOWN if is_turned else standing)
    return min(found, key=RANKS.__getitem__) if found else None


def refuses_anywhere(text: str) -> bool:
    """Whether a cell holds a word for no more mail: in a column that is said to hold none, such as names of people and
    places, of which some begin like such a word."""
    words = fold(text)
    if words in NO_WORDS or UNMISTAKABLE.search(words):
        return True
    return bool(PARTS.search(text)) and any(fold(part) in NO_WORDS for part in PARTS.split(text))


def tokens(kind: Kind, text: str) -> list[str]:
    """The words of a cell that are asked about: one for all dates, and for all numbers in a column that counts."""
    if kind.form == Form.MANY:
        return [key(part.strip(" []\"'")) for part in re.split(r"[,;|]", text) if part.strip(" []\"'")] or [""]
    word = key(text)
    if len(word) > LONGEST_WORD:
        return [f"{word[:LONGEST_WORD]} … {sha256(word.encode()).hexdigest()[:8]}"]
    if word in EMPTY:
        return [""]
    if kind.form == Form.COUNTS and re.fullmatch(r"\d+([.,]\d+)?", word) and word.strip("0.,"):
        return [NUMBER]
    if word[0].isdigit() and word not in NO and dates.looks_like_one(word):
        return [DATE]
    return [word]


def meaning(kind: Kind, word: str) -> Standing:
    """What a word of such a column says; UNKNOWN unless it is known for certain."""
    said = stated(kind, word)
    if kind.form == Form.REFUSES:
        if word in NO:
            return kind.otherwise
        if not word:
            return Standing.SILENT
        return min(said or kind.standing, kind.standing, key=RANKS.__getitem__)
    if kind.form in {Form.SOUNDS, Form.COUNTS} and (word in NO or not word):
        return kind.otherwise
    if kind.form == Form.SOUNDS and (word in YES or word == DATE):
        return kind.standing
    if kind.form == Form.WANTS and word in YES:
        return kind.otherwise
    if kind.form == Form.WANTS and word in NO:
        return kind.standing
    return said


def stated(kind: Kind, word: str) -> Standing:
    """What a word says of itself. A good word is believed only where words of that kind are expected."""
    words = fold(word)
    for standing, known in WORDS:
        if words in known:
            is_doubtful = kind.form not in {Form.WORDS, Form.WANTS} or DOUBT.search(word)
            return Standing.UNKNOWN if standing in GOOD and is_doubtful else standing
    return refusal(words) or Standing.UNKNOWN
