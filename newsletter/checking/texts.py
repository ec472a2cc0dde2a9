"""What readers would not get of the texts, and what is odd in them."""

import re
from collections.abc import Iterator
from itertools import pairwise

from core.addresses import absolute
from core.markup.cleaning import LINK, WRITERS_TAGS
from core.markup.named import named_in, unknown
from newsletter.checking.finding import DATA, Finding
from newsletter.checking.whole import Text, Whole
from newsletter.models import Article, Event
from newsletter.moments import WHOLE_DATE, moment

SCRIPTS = {
    name: (re.compile(f"[{letters}]"), languages.split()) for name, (letters, languages) in DATA["scripts"].items()
}
FREQUENT = {language: {*words.split()} for language, words in DATA["frequent"].items()}
UNTIL = re.compile(rf"(?:(?<=\W)|^)(?:{DATA['until']})\s*", re.IGNORECASE)
UNTIL_IN_CHINESE = re.compile(rf"\d{{4}} ?年 ?\d{{1,2}} ?月 ?\d{{1,2}} ?[日号號](?= ?(?:{DATA['behind']}))")
#: Within a page; what is written as a link and is none.
ANCHOR, PLACE, BRACKETS = (
    re.compile('href="#([^"]+)"'),
    re.compile('id="([^"]+)"'),
    re.compile(r"\[[^][]+\](?:\([^()]+\)|\[[^][]*\])"),
)
#: A language shows in so many letters of Latin, signs of Chinese, frequent words.
FEWEST = {"latin": 60, "han": 20}
FEWEST_WORDS = 5
MOST_DATES = 20


def figures(whole: Whole) -> Iterator[Finding]:
    """Pictures that are not there: readers see the alternative text as a sentence, or nothing."""
    for text in whole.texts:
        known = {f"picture:{picture.name}" for picture in text.thing.pictures.all()}
        for source, alt in text.anatomy.pictures:
            if source not in known:
                name = source.removeprefix("picture:")
                yield Finding(
                    text.thing, text.field, "picture-elsewhere" if name == source else "no-picture", name, alt
                )


def named(whole: Whole) -> Iterator[Finding]:
    """What is named in a text and is not there: readers see nothing in its place."""
    named = {text: named_in(text.source) for text in whole.texts}
    missing = set(unknown({thing for things in named.values() for thing in things}))
    for text, things in named.items():
        for kind, name in things:
            if (kind, name) in missing:
                yield Finding(text.thing, text.field, "no-named", f"{kind}:{name}")


def events(whole: Whole) -> Iterator[Finding]:
    """Events that are over when readers get it, or cancelled, or another newsletter's."""
    named = whole.naming("event")
    names = {name for _text, name in named}
    known = {event.slug: event for event in Event.objects.public().filter(slug__in=names)} if names else {}
    for text, event in [(text, known[name]) for text, name in named if name in known]:
        if event.is_cancelled:
            yield Finding(text.thing, text.field, "cancelled-event", event)
        elif event.over_at < whole.day:
            yield Finding(text.thing, text.field, "past-event", event)
        if event.newsletter_id != whole.newsletter.pk:
            yield Finding(text.thing, text.field, "other-event", event)


def lost(whole: Whole) -> Iterator[Finding]:
    for text in whole.texts:
        for address, label in text.anatomy.links:
            if not LINK.match(address):
                better = absolute(address) if re.match("/(?!/)", address) else ""
                yield Finding(text.thing, text.field, "lost-link", address, better)
            elif not label:
                yield Finding(text.thing, text.field, "empty-link", address)
        places = {*PLACE.findall(text.html)}
        for anchor in ANCHOR.findall(text.html):
            if anchor not in places:
                yield Finding(text.thing, text.field, "lost-anchor", anchor.partition("-")[2])
        for tag in sorted(text.anatomy.tags - WRITERS_TAGS):
            yield Finding(text.thing, text.field, "lost-tag", tag)
        for brackets in (found for block in text.anatomy.blocks for found in BRACKETS.findall(block)):
            yield Finding(text.thing, text.field, "broken-link", brackets)


def headings(whole: Whole) -> Iterator[Finding]:
    for text in whole.texts:
        levels = text.anatomy.headings
        for (above, _words), (level, words) in pairwise(levels):
            if level > above + 1:
                yield Finding(text.thing, text.field, "heading-jump", words, level)


def languages(whole: Whole) -> Iterator[Finding]:
    """Blocks in another language than the newsletter's, or the source's, that do not say so."""
    for text in whole.texts:
        source = text.thing.source_language if isinstance(text.thing, Article) else ""
        own = {language.partition("-")[0] for language in (whole.newsletter.language, source) if language}
        for block in text.anatomy.blocks:
            if is_foreign(block, own):
                yield Finding(text.thing, text.field, "unmarked-language", block[:60])


def is_foreign(block: str, own: set[str]) -> bool:
    """Whether most of it is in another script than these languages have, or made of another language's words."""
    counts = {name: len(letters.findall(block)) for name, (letters, _languages) in SCRIPTS.items()}
    script = max(counts, key=counts.__getitem__)
    expected = {next((name for name, (_, known) in SCRIPTS.items() if language in known), "latin") for language in own}
    if script not in expected:
        most = sum(counts.values()) * (0.7 if script == "latin" else 0.5)
        return counts[script] >= FEWEST.get(script, FEWEST["han"]) and counts[script] > most
    if script != "latin" or not own & FREQUENT.keys():
        return False
    words = re.findall(r"[^\W\d_]+", block.casefold())
    hits = {language: sum(word in frequent for word in words) for language, frequent in FREQUENT.items()}
    best = max(hits.values())
    return best >= FEWEST_WORDS and 3 * sum(hits[language] for language in own if language in hits) < best


def dates(whole: Whole) -> Iterator[Finding]:
    """Days with their year that are over when readers get it: all in the call at the end, elsewhere deadlines."""
    for text in whole.texts:
        for words in [each for block in text.anatomy.blocks for each in told_dates(block, text)][:MOST_DATES]:
            found = moment(words, whole.newsletter.language, whole.day)
            if found and found.has_year and not found.is_age and found.at.date() < whole.day.date():
                yield Finding(text.thing, text.field, "past-date", words)


def told_dates(block: str, text: Text) -> Iterator[str]:
    if text.field == "closing":
        yield from (found["date"] for found in WHOLE_DATE.finditer(block))
        return
    yield from (date["date"] for found in UNTIL.finditer(block) if (date := WHOLE_DATE.match(block, found.end())))
    yield from UNTIL_IN_CHINESE.findall(block)
