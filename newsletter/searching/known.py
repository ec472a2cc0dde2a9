"""The words of public texts, unstemmed: what an unfinished one may become, and what was meant by one that none has."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce
from itertools import batched
from operator import or_
from typing import Any

from django.db.models import Count, Max, Q
from django.db.models.functions import Length

from core.slugs import JOINERS, LETTERS
from newsletter.models import Article, Issue, SearchEntry, SearchWord
from newsletter.searching.queries import Query, parse
from newsletter.searching.words import WORD, compose, fold

#: The newest texts, of which the words are known. They take some seconds; what older ones have beside is seldom meant.
MOST_TEXTS = 20_000
#: So many words begin as what was typed.
MOST_BEGINNINGS = 30
#: A word that so many times more texts have is the better guess, also where the other one is known.
TIMES_MORE = 10
#: Shorter words are like too many others; in longer ones two letters may be wrong.
SHORTEST, LONG = 4, 7
MOST_GUESSED = 3
BATCH = 2000
SPELLED = re.compile(rf"[{LETTERS}{JOINERS}]+")
ALPHABETS = ["abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρσςτυφχψω", "абвгдежзиклмнопрстуфхцчшщъыьэюя"]
ALPHABETS += ["אבגדהוזחטיךכלםמןנסעףפץצקרשת", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"]
#: The row that tells of which state of the texts the words are.
STATE = ""


def learn(*, anew: bool = False) -> int:
    """Know the words of what is public now, and no others; returns how many are new or counted anew. Unless it shall
    be `anew`, it looks only where something has changed since."""
    state = " ".join(str(value) for model in (Article, Issue) for value in facts(model))
    if not anew and SearchWord.objects.filter(word=STATE, spelling=state).exists():
        return 0
    words, known = counted_words(), SearchWord.objects.in_bulk()
    for gone in batched(known.keys() - words.keys(), BATCH):
        SearchWord.objects.filter(word__in=gone).delete()
    changed = [new for word, new in words.items() if word not in known or known[word].uses != new.uses]
    for some in batched([*changed, SearchWord(word=STATE, spelling=state, uses=0)], BATCH):
        SearchWord.objects.bulk_create(
            some, update_conflicts=True, unique_fields=["word"], update_fields=["spelling", "uses"]
        )
    return len(changed)


def facts(model: type[Article] | type[Issue]) -> list[Any]:
    public = model.objects.published().order_by()
    return list(public.aggregate(Count("pk"), Max("updated_at"), Max("published_at")).values())


def counted_words() -> dict[str, SearchWord]:
    """In how many public texts each word is, and how it is spelled: in small letters where it ever is."""
    uses, spellings = Counter[str](), dict[str, str]()
    entries = SearchEntry.objects.published().order_by("-pk")[:MOST_TEXTS]
    for texts in entries.values_list("article__title", "issue__title", "plain").iterator(chunk_size=500):
        spelled = dict(words_of(" ".join(filter(None, texts))))
        uses.update(spelled.keys())
        for word, spelling in spelled.items():
            if word not in spellings or (spelling.islower() and not spellings[word].islower()):
                spellings[word] = spelling
    return {word: SearchWord(word=word, spelling=spellings[word], uses=count) for word, count in uses.items()}


def words_of(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text that may be meant, folded, and as they are spelled."""
    for spelling in set(SPELLED.findall(compose(text))):
        word = fold(spelling)
        if is_guessed(word):
            yield word, spelling


def is_guessed(word: str) -> bool:
    found = WORD.fullmatch(word)
    return found is not None and not found["run"] and word.isalpha() and len(word) <= SearchWord.LONGEST


def completed(query: Query) -> Query:
    """A question whose unfinished last word may also be any that begins so."""
    if not query or not query.terms[-1].may_go_on:
        return query
    last = query.terms[-1]
    longer = (
        SearchWord.objects.filter(word__startswith=last.words[-1])
        .exclude(word=last.words[-1])
        .order_by("-uses", "word")
    )
    words = tuple(longer.values_list("word", flat=True)[:MOST_BEGINNINGS])
    return Query((*query.terms[:-1], replace(last, longer=words)))


def meant(typed: str, query: Query) -> str:
    """What was typed, with known words for those that hardly a text has, if anything is found then; else nothing."""
    words = [found[0] for term in query.wanted for found in WORD.finditer(term.text) if is_guessed(found[0])]
    better = guesses([word for word in dict.fromkeys(words) if len(word) >= SHORTEST][:MOST_GUESSED])
    if not better:
        return ""
    other = SPELLED.sub(lambda found: better.get(fold(found[0]), found[0]), compose(typed))
    return other if SearchEntry.objects.matching(parse(other)).published().exists() else ""


def guesses(words: list[str]) -> dict[str, str]:
    """For those of the words that hardly a text has: the spelling of the known word that is most like each."""
    if not words:
        return {}
    near = reduce(or_, (Q(word__in=slips(word)) | like(word) for word in words))
    known = {each.word: each for each in SearchWord.objects.annotate(length=Length("word")).filter(near)}
    found = {word: nearest(word, known) for word in words}
    return {word: guess.spelling for word, guess in found.items() if guess}


def nearest(word: str, known: Mapping[str, SearchWord]) -> SearchWord | None:
    uses = known[word].uses if word in known else 0
    most = 2 if len(word) >= LONG else 1
    others = [(distance(word, each.word), -each.uses, each.word) for each in known.values() if each.word != word]
    best = min((each for each in others if each[0] <= most and -each[1] > TIMES_MORE * uses), default=None)
    return known[best[2]] if best else None


def like(word: str) -> Q:
    """Words about as long that begin alike: in long ones two letters may be wrong behind that."""
    if len(word) < LONG:
        return Q(word=word)
    return Q(word__startswith=word[: len(word) // 2], length__range=(len(word) - 2, len(word) + 2))


def slips(word: str) -> set[str]:
    """What a word may be, with one letter wrong, missing or too many, or two in the other order."""
    letters = next((each for each in ALPHABETS if word[0] in each), "")
    cut = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    dropped = {before + behind[1:] for before, behind in cut if behind}
    swapped = {before + behind[1] + behind[0] + behind[2:] for before, behind in cut if len(behind) > 1}
    changed = {before + letter + behind[1:] for before, behind in cut if behind for letter in letters}
    added = {before + letter + behind for before, behind in cut for letter in letters}
    return dropped | swapped | changed | added | {word}


def distance(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or in the other order with their neighbours."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[j] + 1, before[j - 1] + (a != b)))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]
