"""What somebody wrote in a mail that answers another: without what they answer, the lines that say whose it is, and
signatures.

Each line is looked at a few times, and no further than its beginning: the time grows with the length and nothing else.
What is not known for scaffolding stays: it is worse to lose somebody's words than to show too many.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import yaml
from lxml import etree, html

from core.rich_text.mail import texts

#: So much of a mail is looked at, and so much of a line to tell what it is.
LONGEST, LONGEST_HINT = 1_000_000, 300
#: Of all lines; no letter has more above what it answers.
MOST_LINES = 20_000
#: The lines that an attribution can be wrapped over.
MOST_WRAPPED = 3
#: How much of what is answered line by line is kept with the answer.
MOST_CITED = 6

WORDS = {
    kind: phrases.splitlines()
    for kind, phrases in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")).items()
}
UNSEEN = dict.fromkeys([0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
TIME = re.compile(r"\d{1,2}\s?[:.h時时시]\s?\d{2}")
DATE = re.compile(r"\d{1,4}\s?[./年년-]\s?\d{1,2}|\b(?:19|20)\d\d\b")
WROTE = re.compile("|".join(map(re.escape, WORDS["wrote"])), re.IGNORECASE)
BEGINS = re.compile(rf"\W*(?:(?:{'|'.join(WORDS['begins'])})(?=[\W\d])|\d)", re.IGNORECASE)
SENT_FROM = re.compile(rf"\W*(?:{'|'.join(WORDS['sent from'])})", re.IGNORECASE)
LEGAL = re.compile(rf"\W*(?:{'|'.join(WORDS['legal'])})", re.IGNORECASE)
DIVIDER = re.compile(
    rf"[-_=*\s]{{2,}}\s*(?:{'|'.join(WORDS['original'])})[^-_=]{{0,40}}[-_=*\s]*|_{{20,}}", re.IGNORECASE
)
FIELD = re.compile(r"\W{0,4}([^\W\d][^:：\n]{0,30}?)\W{0,4}[:：]")
FROM = {word.casefold() for word in WORDS["from"]}
SIGNATURE = re.compile(r"(?:--|—|–)\s*")
ITEM = re.compile(r"[-*+>#|]|\d{1,3}[.)]\s")

BLOCKS = {
    *("address", "article", "blockquote", "br", "center", "div", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"),
}
SILENT = {"head", "style", "script", "title"}
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
QUOTE = re.compile(r"\b(?:gmail_quote|protonmail_quote|cite)\b")
#: What mail programs call the place from which on all is quoted, and their signatures.
REST = re.compile(
    r"^(?:divRplyFwdMsg|appendonsend|isReplyContent|yahoo_quoted\w*|zmail_extra\w*|OLK_SRC_BODY_SECTION)$"
)
SIGNED = re.compile(
    r"\b(?:gmail_signature|moz-signature|protonmail_signature_block|Signature|ms-outlook-mobile-signature)\b"
)
BORDER = re.compile(r"border:\s*none;\s*border-top:\s*solid", re.IGNORECASE)
CUT = "\x00"


class Line(NamedTuple):
    """`is_quoted` where the mail marks it so."""

    text: str
    is_quoted: bool = False

    @property
    def hint(self) -> str:
        return self.text[:LONGEST_HINT].translate(UNSEEN).replace("\xa0", " ").strip()


def written(message: EmailMessage) -> str:
    """As Markdown, which line breaks count in; empty where nothing is left."""
    lines: list[Line] = []
    parts = list(texts(message))
    for kind, text in parts:
        part = storable(text)[:LONGEST]
        lines += lines_of_html(part) if kind == "html" else lines_of_plain(part, is_flowed(message))
    return own_words(lines[:MOST_LINES], is_broken=all(kind == "plain" for kind, _text in parts))


def attachments(message: EmailMessage) -> list[str]:
    """What else came along, by name."""
    parts = (part for part in message.walk() if not part.is_multipart())
    others = (part for part in parts if part.is_attachment() or part.get_content_maintype() != "text")
    return [storable(part.get_filename() or part.get_content_type()) for part in others]


def storable(text: str) -> str:
    """Without what no database takes: zero, and bytes that were no text."""
    return text.replace("\0", "").encode(errors="replace").decode()


def is_flowed(message: EmailMessage) -> bool:
    return any(part.get_param("format", "") == "flowed" for part in message.walk())


def lines_of_plain(text: str, is_flowed: bool = False) -> list[Line]:
    """Lines as they were typed: those that end in a space go on in the next one (RFC 3676)."""
    flowing: list[tuple[list[str], bool]] = []
    goes_on = False
    for raw in text.splitlines():
        bare, is_quoted = (raw.lstrip("> "), True) if raw.startswith(">") else (raw, False)
        if goes_on and raw != "-- " and flowing[-1][1] == is_quoted:
            flowing[-1][0].append(bare.rstrip())
        else:
            flowing.append(([bare.rstrip()], is_quoted))
        goes_on = is_flowed and raw.endswith(" ") and raw != "-- "
    return [Line(" ".join(words), is_quoted) for words, is_quoted in flowing]


def lines_of_html(text: str) -> list[Line]:
    """The same of HTML: what mail programs mark as quoted, and the little Markdown that comments have."""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    if not text.strip():
        return []
    page = Typesetter()
    page.set(html.document_fromstring(text.encode(), parser=parser))
    return page.lines


class Typesetter:
    """Walks through a page once, and keeps count of where it is."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.line: list[str] = []
        self.depth = self.own_quotes = self.left_out = self.lists = 0

    def set(self, root: etree._Element) -> None:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            (self.begin if event == "start" else self.end)(element)
        self.break_line()

    def begin(self, element: etree._Element) -> None:
        tag, name = str(element.tag), f"{element.get('class', '')} {element.get('type', '')}"
        self.left_out += is_left_out(element)
        if tag == "br" and not self.line:
            self.lines.append(Line("", bool(self.depth)))
        if tag in BLOCKS:
            self.break_line()
        if REST.match(element.get("id", "")) or "yahoo_quoted" in name or BORDER.search(element.get("style", "")):
            self.lines.append(Line(CUT))
        if tag == "p" or tag[:1] == "h":
            self.lines.append(Line("", bool(self.depth)))
        if tag == "blockquote":
            is_cited = bool(QUOTE.search(name))
            self.depth, self.own_quotes = self.depth + is_cited, self.own_quotes + (not is_cited)
        self.say(MARKS.get(tag, "- " if tag == "li" else ""))
        self.say(element.text, is_text=True)

    def end(self, element: etree._Element) -> None:
        tag, name = str(element.tag), f"{element.get('class', '')} {element.get('type', '')}"
        self.close_mark(MARKS.get(tag, ""))
        if tag == "a":
            self.link(element.get("href", ""))
        if tag in BLOCKS:
            self.break_line()
        if tag in {"p", "blockquote", "ul", "ol"} or tag[:1] == "h":
            self.lines.append(Line("", bool(self.depth)))
        if tag == "blockquote":
            is_cited = bool(QUOTE.search(name))
            self.depth, self.own_quotes = self.depth - is_cited, self.own_quotes - (not is_cited)
        self.left_out -= is_left_out(element)
        self.say(element.tail, is_text=True)

    def say(self, text: str | None, *, is_text: bool = False) -> None:
        if text and not self.left_out:
            self.line.append(re.sub(r"[ \t\r\n]+", " ", text) if is_text else text)

    def close_mark(self, mark: str) -> None:
        """An emphasis of nothing is none."""
        if not mark or self.left_out:
            return
        if self.line[-1:] == [mark]:
            self.line.pop()
        elif self.line[-2:-1] == [mark] and self.line[-1].isspace():
            del self.line[-2]
        else:
            self.line.append(mark)

    def link(self, address: str) -> None:
        """The address of a link, where the words do not say it."""
        if address.startswith(("http://", "https://")) and not self.left_out:
            bare = address.removeprefix("https://").removeprefix("http://").rstrip("/")
            if bare not in "".join(self.line[-3:]):
                self.line.append(f" <{address}>")

    def break_line(self) -> None:
        text = "".join(self.line).strip(" ")
        self.line = []
        if text:
            self.lines.append(Line(f"> {text}" if self.own_quotes and not self.depth else text, bool(self.depth)))


def is_left_out(element: etree._Element) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return str(element.tag) in SILENT or bool(SIGNED.search(names))


def own_words(lines: list[Line], *, is_broken: bool) -> str:
    """Without scaffolding; what is answered line by line keeps the end of what it answers, as far as that holds no
    address: those in our mail are the reader's own. Lines may be broken where they were full."""
    kept = list(without_scaffolding(lines))
    runs = [(is_quoted, [each.text for each in run]) for is_quoted, run in groupby(kept, lambda each: each.is_quoted)]
    texts_ = [(is_quoted, run) for is_quoted, run in runs if any(text.strip() for text in run)]
    is_interleaved = sum(not is_quoted for is_quoted, _run in texts_) > 1
    parts = []
    for place, (is_quoted, run) in enumerate(texts_):
        if not is_quoted:
            parts.append(paragraphs(run, is_broken=is_broken))
        elif is_interleaved and place + 1 < len(texts_):
            parts.append(citation(run))
    return "\n\n".join(filter(None, parts)).strip()


def without_scaffolding(lines: list[Line]) -> Iterator[Line]:
    place, is_signed = 0, False
    while place < len(lines):
        line = lines[place]
        if line.is_quoted:
            is_signed = False
            yield line
        elif is_rest(lines, place):
            return
        elif length := attribution(lines, place):
            is_signed = False
            if not is_marked_below(lines, place + length):
                return
            place += length - 1
            yield Line("", is_quoted=True)
        else:
            is_signed = is_signed or bool(SIGNATURE.fullmatch(line.hint) or LEGAL.match(line.hint))
            if not is_signed and not is_footer(lines, place):
                yield line
        place += 1


def is_rest(lines: list[Line], place: int) -> bool:
    """Whether all from here on is what is answered, unmarked: below a divider or a heading of some fields."""
    hint = lines[place].hint
    return lines[place].text == CUT or bool(DIVIDER.fullmatch(hint)) or begins_heading(lines, place)


def begins_heading(lines: list[Line], place: int) -> bool:
    first = FIELD.match(lines[place].hint)
    if not first or first[1].strip(" *_").casefold() not in FROM:
        return False
    following = (line.hint for line in lines[place + 1 : place + 8])
    return sum(bool(FIELD.match(hint)) for hint in following if hint) >= 2


def attribution(lines: list[Line], place: int) -> int:
    """How many lines from here on say whose words follow; 0 where these do not."""
    joined = ""
    for length in range(1, MOST_WRAPPED + 1):
        hint = lines[place + length - 1].hint if place + length <= len(lines) else ""
        if not hint or (length > 1 and lines[place + length - 1].is_quoted):
            return 0
        joined = f"{joined} {hint}".strip()
        if hint.endswith((":", "：")):
            return length if is_attribution(joined, is_marked=is_marked_below(lines, place + length)) else 0
        is_name = place + 1 < len(lines) and lines[place + 1].hint.startswith("<")
        if length == 1 and not (is_name or BEGINS.match(hint) or "@" in hint or TIME.search(hint)):
            return 0
    return 0


def is_attribution(words: str, *, is_marked: bool) -> bool:
    """Above marked lines a verb or an address with a date is enough; above others it takes more to tell it from what
    people write themselves."""
    has_verb, has_address = bool(WROTE.search(words)), "@" in words
    has_date, has_time = bool(DATE.search(words)), bool(TIME.search(words))
    if is_marked:
        begins = bool(BEGINS.match(words))
        return (has_verb and (begins or has_address or has_date)) or (has_address and (has_date or has_time))
    return has_time and (has_address or (has_verb and has_date))


def is_marked_below(lines: list[Line], place: int) -> bool:
    """Whether the next line with something in it is marked as quoted."""
    return next((line.is_quoted for line in lines[place : place + 5] if line.hint), False)


def is_footer(lines: list[Line], place: int) -> bool:
    """A line that a telephone adds, where nothing of the writer's follows it."""
    if not SENT_FROM.match(lines[place].hint) or len(lines[place].text) > 100:
        return False
    following = (line for line in lines[place + 1 : place + 6] if line.hint)
    after = next(following, None)
    return after is None or after.is_quoted or bool(SIGNATURE.fullmatch(after.hint)) or is_scaffold(lines, place + 1)


def is_scaffold(lines: list[Line], place: int) -> bool:
    at = next((at for at in range(place, min(place + 5, len(lines))) if lines[at].hint), None)
    return at is not None and (is_rest(lines, at) or attribution(lines, at) > 0)


def citation(run: list[str]) -> str:
    """The last paragraph of what is answered, where it is short and holds no address."""
    bare = "\n".join(text.lstrip("> ") for text in run).strip()
    last = bare.rpartition("\n\n")[2].splitlines()
    is_kept = 0 < len(last) <= MOST_CITED and not any("://" in line or "@" in line for line in last)
    return "\n".join(f"> {line}" for line in last) if is_kept else ""


def paragraphs(run: list[str], *, is_broken: bool) -> str:
    """Lines that a program has broken are whole again: where the next word would not have fitted."""
    width = max((len(text) for text in run), default=0) if is_broken else 0
    made: list[list[str]] = []
    for text in map(str.rstrip, run):
        last = made[-1][-1] if made else ""
        is_full = 60 <= width <= 80 and len(last) + len(text.split(" ", 1)[0]) >= width
        if last and text and is_full and not ITEM.match(text):
            made[-1].append(text)
        elif text or last:
            made.append([text])
    return "\n".join(map(" ".join, made)).strip()
