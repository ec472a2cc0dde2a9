"""How text becomes words that both databases find: folded, and Chinese cut into pairs of characters.

Neither FTS5 nor PostgreSQL knows where a Chinese word ends. Both are given overlapping pairs instead: 低空经济 is
stored as 低空 空经 经济 济, as Lucene's CJKAnalyzer does. A word of two characters, the commonest, is then one
entry of the index, a longer one a phrase, a single character the beginning of an entry; all are found exactly."""

import re
import unicodedata

#: Scripts written without spaces, as the inside of a character class: Han, kana, bopomofo, Hangul.
CJK = "\u3005-\u3007\u3040-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"

#: What the databases' English stemmers take off the end of a word, about.
ENDING = (
    "(?:s|e|es|ed|er|ers|ing|ings|ly|y|ies|ied|al|ally|ic|ical|able|ible|ance|ence|ant|ent|ate|ates|ated|ating|ator"
    "|ion|ions|ation|ations|ism|ive|ize|ized|izes|izing|ous|ful|ment|ments|ness|ity)"
)
ENDED = re.compile(rf"(?<=..[a-z]){ENDING}{{1,2}}$")

WORD = re.compile(rf"(?P<run>[{CJK}]+)|[^\W_{CJK}]+")


#: Marks that writers may leave out: European accents, the vowels of Hebrew and Arabic with what Qurans add. Those of
#: kana or Devanagari tell words apart.
OPTIONAL = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
#: Letters that no decomposition makes plain, as people write them who have no such key; and letters that Arabic and
#: Persian keyboards give instead of each other.
PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŋ": "n", "ø": "o", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ı": "i", "ĸ": "k", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ک": "ك"}
)


class Folding(dict[str, str]):
    """What each character counts as: small, without accents and vowel marks, full-width letters as plain ones (NFKC).

    Soft hyphens and other invisible characters count as nothing, so that they cannot split a word. What has the same
    capital is the same: ß and ss, i and the Turkish ı.
    """

    def __missing__(self, character: str) -> str:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).upper().casefold())
        kept = "".join(c for c in OPTIONAL.sub("", plain) if unicodedata.category(c) != "Cf")
        self[character] = unicodedata.normalize("NFC", kept.translate(PLAIN))
        return self[character]


FOLDING = Folding()


def fold(text: str) -> str:
    """What `text` counts as, whatever its capitals, accents and widths. `text` is NFC, as `compose` makes it."""
    return "".join(map(FOLDING.__getitem__, text))


def compose(text: str) -> str:
    """The same text with each accented letter as one character."""
    return unicodedata.normalize("NFC", text)


def split(text: str) -> str:
    """The words of `text` as they are stored in the index, separated by spaces."""
    return " ".join(word for found in WORD.finditer(fold(compose(text))) for word in stored(found))


def stored(found: re.Match[str]) -> list[str]:
    """A word as it is, a run of Chinese as its pairs and its last character."""
    return [*pairs(found[0]), found[0][-1]] if found["run"] else [found[0]]


def pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]
