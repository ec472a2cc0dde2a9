"""Plain text with the marks of Markdown: what its lines look like, but for what the editor refuses."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from operator import attrgetter

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.composing.blocks import Block, Kind
from newsletter.composing.captions import caption_and_credit
from newsletter.composing.plan import Answers, Guess, Proposal, Remark
from newsletter.composing.raw.lines import Line
from newsletter.composing.raw.looks import LABELLED_URL, TITLES, URL, Look, Looks, looks_of
from newsletter.composing.raw.scaffolding import IMAGE
from newsletter.talks import OlderComment

TAIL_URL = re.compile(r"\s*(?:[–—:-]\s*|[(（<]\s*)?(?P<url>https?://[^\s<>()（）]+)[>)）]?$")
TAG = re.compile(r"<(?!https?://\S+>|[\w.+-]+@[\w.-]+>)(?=[a-zA-Z/!?])")
AT_START = re.compile(r"(?=#|\[[^\]]*\]:|[-+=]+$|[-+] |~~~|```)")
ASKED = re.compile(r"(?:(?:(?i:Question|Vraag|Frage)|[问問]题)\s?\d{0,2}\s?[:：]|Q\s?\d{0,2}\s?[.:：)])\s*")
ANSWERED = re.compile(r"(?:(?i:Answer|Antwoord|Antwort|Réponse|回答)\s?\d{0,2}\s?[:：]|A\s?\d{0,2}\s?[.:：)])\s*")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(slots=True)
class Understood:
    """A document as blocks of Markdown, which keep the numbers of their lines."""

    blocks: list[Block] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    conversation: list[OlderComment] = field(default_factory=list)


def mark_up(lines: list[Line], answers: Answers) -> Understood:
    """The lines below a title as blocks of Markdown, with what was guessed and what is not kept."""
    found = looks_of(lines)
    marked = Understood(proposals=list(proposals(found)))
    for place, line in enumerate(lines):
        if line.number in answers.refused and place not in found.certain:
            found.looks[place] = Look.TEXT
    marked.remarks = [*contents(found), *addresses(found), *pictures(found)]
    writer = Writer(found, answers)
    marked.blocks = [block for place in range(len(lines)) for block in writer.write(place)]
    return marked


def proposals(found: Looks) -> Iterator[Proposal]:
    """What is a guess: items, and everything else that stands alone."""
    items = guesses(found, Look.ITEM)
    if items:
        message = ngettext("%(count)s line looks like an item.", "%(count)s lines look like items.", len(items))
        yield Proposal(capfirst(message % {"count": apnumber(len(items))}), items)
    names = {
        Look.SECTION: lambda count: ngettext("%(count)s looks like a section", "%(count)s look like sections", count),
        Look.ESSAY: lambda count: ngettext(
            "%(count)s like the title of an essay", "%(count)s like titles of essays", count
        ),
        Look.HEADING: lambda count: ngettext(
            "%(count)s like a heading inside a text", "%(count)s like headings inside a text", count
        ),
        Look.QUOTATION: lambda count: ngettext("%(count)s like a quotation", "%(count)s like quotations", count),
        Look.CAPTION: lambda count: ngettext(
            "%(count)s like the caption of a picture", "%(count)s like captions of pictures", count
        ),
    }
    alike = {look: guesses(found, look) for look in names}
    said = [names[look](len(each)) % {"count": apnumber(len(each))} for look, each in alike.items() if each]
    if said:
        message = _("Of the lines that stand alone, %(looks)s.") % {"looks": ", ".join(said)}
        yield Proposal(message, sorted(chain.from_iterable(alike.values()), key=attrgetter("line")))


def guesses(found: Looks, look: Look) -> list[Guess]:
    return [
        Guess(line.number, line.text, look.value)
        for place, line in enumerate(found.lines)
        if found[place] is look and place not in found.certain
    ]


def contents(found: Looks) -> Iterator[Remark]:
    """The titles of the contents, where they stand a second time."""
    entries = [line for place, line in enumerate(found.lines) if found[place] is Look.CONTENTS]
    if entries:
        remark = _("The contents is made anew from the titles below, and not kept: %(said)s")
        yield Remark(remark % {"said": " · ".join(line.text for line in entries)}, entries[0].number)


def addresses(found: Looks) -> Iterator[Remark]:
    for place in addresses_of_items(found).values():
        line = found.lines[place]
        if not URL.match(line.text):
            yield Remark(_("Taken as the source of the item: %(said)s") % {"said": line.text}, line.number)


def pictures(found: Looks) -> Iterator[Remark]:
    for place, line in enumerate(found.lines):
        if found[place] in {Look.PICTURE, Look.CAPTION} and IMAGE.fullmatch(line.text):
            yield Remark(_("Taken as what a picture shows: %(said)s") % {"said": line.text}, line.number)


class Writer:
    """Writes one line after the other."""

    def __init__(self, found: Looks, answers: Answers) -> None:
        self.found = found
        self.answers = answers
        self.base = self.items = 0
        self.is_issue = bool(TITLES & set(found.looks))
        self.addresses = addresses_of_items(found)
        self.asks = sum(bool(ASKED.match(line.text)) for line in found.lines) > 1

    def write(self, place: int) -> list[Block]:
        line, look = self.found.lines[place], self.found[place]
        is_used = look is Look.ADDRESS and place in self.addresses.values()
        if is_used or look in {Look.CONTENTS, Look.PICTURE}:
            return []
        marks = {Look.SECTION: "##", Look.ESSAY: "###", Look.HEADING: "####"}
        if look in marks:
            return [heading(line, marks[look], self.spoken(line.text))]
        if look is Look.ITEM:
            return [heading(line, "###", self.item(place))]
        if look is Look.QUOTATION:
            return [block(Kind.QUOTE, f"> {escaped(line.text)}", line)]
        if look in {Look.CAPTION, Look.VIDEO}:
            return list(self.illustration(place))
        begins_closing = look is Look.CLOSING and self.found[place - 1] is not Look.CLOSING
        return [*([block(Kind.RULE, "---", line)] if begins_closing else []), *self.text(place)]

    def item(self, place: int) -> str:
        line = self.found.lines[place]
        text, url = line.text, self.address(place)
        if (tail := TAIL_URL.search(text)) and tail.start() and not url:
            text, url = text[: tail.start()], tail["url"]
        words = escaped(text).strip()
        note = re.search(r"\s*[(（][^()（）]{2,60}[)）]$", words) if url else None
        title, behind = (words[: note.start()], words[note.start() :]) if note else (words, "")
        bare = title.replace("[", r"\[").replace("]", r"\]")
        self.items += not line.ordinal  # those without a number are counted through
        number = line.ordinal or self.items
        return f"{number}. [{bare}]({url}){behind}" if url else f"{number}. {words}"

    def address(self, place: int) -> str:
        """The source of an item; empty where the text tells none."""
        text = self.found.lines[self.addresses[place]].text if place in self.addresses else ""
        found = URL.match(text) or LABELLED_URL.match(text)
        return found["url"] if found else ""

    def illustration(self, place: int) -> Iterator[Block]:
        """Where a picture or a video stood, as a picture that nobody has uploaded yet, and its caption."""
        line, is_video = self.found.lines[place], self.found[place] is Look.VIDEO
        words = IMAGE.sub(r"\1", line.text)
        above = self.found.lines[place - 1].text if self.found[place - 1] is Look.PICTURE else ""
        if is_video and (address := self.answers.videos.get(line.number)):
            yield block(Kind.PARAGRAPH, address, line)
        else:
            label = IMAGE.sub(r"\1", above) or caption_and_credit(words)[0] or words
            label = label.replace("[", "(").replace("]", ")")
            yield block(Kind.PARAGRAPH, f"![{label}](?{line.number}{'v' if is_video else ''})", line)
        yield block(Kind.PARAGRAPH, f"*{escaped(words).replace('*', chr(92) + '*')}*", line)

    def text(self, place: int) -> list[Block]:
        """A line as it is; a rule between the parts of an issue would begin its closing."""
        line, above = self.found.lines[place], self.found.lines[place - 1] if place else None
        if line.block:
            return [line.block]
        if line.is_rule:
            return [] if self.is_issue else [block(Kind.RULE, "---", line)]
        if not line.is_entry:
            # `Vraag 3: Why?` as the dialect writes it
            text = ANSWERED.sub("A: ", ASKED.sub("Q: ", line.text, count=1), count=1) if self.asks else line.text
            return [block(Kind.PARAGRAPH, escaped(text), line)]
        goes_on = above is not None and above.is_entry and self.found[place - 1] is Look.TEXT
        self.base = self.base if goes_on else line.indent
        steps = "    " * max(0, min((line.indent - self.base) // 2, 3))
        mark = "-" if line.bullet else f"{line.ordinal}."
        return [block(Kind.ENTRY, f"{steps}{mark} {escaped(line.text)}", line, gap=0 if goes_on else 1)]

    def spoken(self, text: str) -> str:
        """A line in capitals as it would stand in a sentence: each word as the text writes it elsewhere."""
        letters = [sign for sign in text if sign.isalpha()]
        if not letters or any(map(str.islower, letters)) or not any(sign.lower() != sign for sign in letters):
            return escaped(text)
        words = WORD.sub(lambda word: self.usual(word[0]), text.rstrip(":： "))
        start = WORD.search(words)
        return escaped(words[: start.start()] + capfirst(words[start.start() :]) if start else words)

    def usual(self, word: str) -> str:
        written = self.vocabulary.get(word.lower())
        return written.most_common(1)[0][0] if written else word.lower()

    @cached_property
    def vocabulary(self) -> dict[str, Counter[str]]:
        """How words are written, by their small letters; those with which a sentence begins count less."""
        found: dict[str, Counter[str]] = {}
        for line in self.found.lines:
            if not line.text.isupper():
                for word in WORD.finditer(line.text):
                    begins = not word.start() or line.text[: word.start()].rstrip().endswith((".", "?", "!"))
                    found.setdefault(word[0].lower(), Counter())[word[0]] += 1 if begins else 10
        return found


def addresses_of_items(found: Looks) -> dict[int, int]:
    """By the place of an item, that of the address that stands alone in it; the first counts."""
    known: dict[int, int] = {}
    item = -1
    for place, look in enumerate(found.looks):
        item = place if look in TITLES else item
        if look is Look.ADDRESS and item >= 0 and found[item] is Look.ITEM:
            known.setdefault(item, place)
    return known


def heading(line: Line, mark: str, words: str) -> Block:
    return block(Kind.HEADING, f"{mark} {re.sub(r'(#+)$', lambda found: chr(92) + found[0], words)}", line)


def block(kind: Kind, text: str, line: Line, gap: int = 1) -> Block:
    return Block(kind, (text,), line.number, gap)


def escaped(text: str) -> str:
    """Plain text in which nothing is taken for HTML, or for the mark of a block."""
    text = TAG.sub("&lt;", text)
    return f"\\{text}" if AT_START.match(text) else text
