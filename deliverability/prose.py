"""What mail servers write in their own words: that a mail failed, for whom, and what the next server said of it.

There are some hundred forms of it, and new ones each year. All have in common that the address which failed stands in
what the server itself wrote, and that what the mail it brings back says of itself begins somewhere below.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from pathlib import Path

import yaml

#: Longer lines, and more of them, are no words of a mail server. Everything below looks at one such line at a time.
LONGEST_LINE, MOST_LINES, MOST_ADDRESSES = 1000, 1500, 200
ADDRESS = re.compile(
    r"(?<![\w.+%&'=/-])[\w.+%&'=/*~$#!?{}^-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}(?<![-_])", re.ASCII
)
TAG = re.compile(r"<(?=[a-z/!])[^<>@]*>", re.IGNORECASE)

PHRASES: dict[str, re.Pattern[str]] = {
    name: re.compile("|".join(phrases), re.IGNORECASE)
    for name, phrases in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")).items()
}
SAID = re.compile(r"(?<![\d.])[45]\.[0-7]\.\d{1,3}(?![\d.])|(?<![\d.-])[45][0-7]\d(?=[ :-]|$)")
MOST_SAID = 8
#: Before an address that is not the one.
OTHERS = re.compile(
    r"(?:(?<!generated )(?<!expanded )\bfrom|\bby|sender|contact|administrator|behalf of)\W{0,3}$", re.IGNORECASE
)


def lines_of(text: str, is_html: bool = False) -> list[str]:
    if is_html:
        text = unescape(TAG.sub("\n", text))
    return [line.rstrip()[:LONGEST_LINE] for line in text.splitlines()[:MOST_LINES]]


def own_words(lines: list[str]) -> list[str]:
    """Up to where the mail begins that is brought back."""
    begins = (place for place, line in enumerate(lines) if PHRASES["brought_back"].match(line))
    return lines[: next(begins, len(lines))]


def tells_of_failure(subject: str, lines: Iterable[str]) -> bool:
    """Not that a server goes on trying, nor that somebody is away, or wants a confirmation."""
    words = " ".join(lines)[: 10 * LONGEST_LINE]
    if PHRASES["away"].search(subject) or PHRASES["no_failure"].search(subject) or PHRASES["no_failure"].search(words):
        return False
    return bool(PHRASES["failed"].search(subject) or PHRASES["failed"].search(words))


def addresses_in(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from (plain(found) for found in ADDRESS.findall(line))


def plain(address: str) -> str:
    """In small letters, without what X.400 puts before it."""
    return address.lower().strip(".'").removeprefix("smtp=")


def failed_among(lines: list[str], written_to: frozenset[str], never: frozenset[str]) -> frozenset[str]:
    """The addresses that a server says its words are about. `written_to` is who the mail that it brings back was for,
    `never` who can be none of them, as its sender. One of several is only believed where its place shows it."""
    for told in ([line for line in lines if not PHRASES["told"].match(line)], lines):
        named, marked = set[str](), set[str]()
        places = ((line, found) for line in told for found in ADDRESS.finditer(line))
        for text, found in islice(places, MOST_ADDRESSES):
            before, address = text[: found.start()], plain(found[0])
            if address in never or PHRASES["mail_system"].match(address) or OTHERS.search(before[-30:]):
                continue
            named.add(address)
            if PHRASES["marked"].search(f"{before}@{text[found.end() :]}"):
                marked.add(address)
        if people := frozenset(named if len(named) == 1 else marked & written_to or marked or named & written_to):
            return people
    return written_to if len(written_to) == 1 and not named else frozenset()


def said_in(lines: list[str], people: frozenset[str]) -> str:
    """What the next server is quoted with: from the first line with a code to the end of its paragraph. Where there is
    none, what is written from the address on, below what such letters begin with; all where that is the end."""
    start = next((place for place, line in enumerate(lines) if SAID.search(line)), None)
    if start is None:
        named = next((place for place, line in enumerate(lines) if people & set(addresses_in([line]))), 0)
        below = " ".join(" ".join(lines[named:]).split())
        return below if ADDRESS.sub("", below).strip(" <>*:()[].\"'") else " ".join(" ".join(lines).split())
    paragraph = lines[start : start + MOST_SAID]
    end = next((place for place, line in enumerate(paragraph) if not line.strip()), len(paragraph))
    return " ".join(" ".join(paragraph[:end]).split())
