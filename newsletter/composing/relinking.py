"""The addresses in a document: found where they are written, and changed there without another letter. What stands in
code is none."""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote, urljoin

from core.markup.dialect import LABEL, TARGET
from core.markup.fences import fences
from core.markup.marks import BREAK
from newsletter.composing.blocks import LINK_DEFINITION, Kind, split
from newsletter.composing.inline import CODE, SPACED_TARGET

#: What makes an address of another, as it is written: `../27/` → `https://example.org/27/`.
type Resolve = Callable[[str], str]

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
AUTOLINK = re.compile(r"<([a-z][a-z0-9+.-]{1,31}:[^\s<>]+)>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"<(?P<tag>[a-z][a-z0-9]*)\s[^<>]*?(?<![\w-])(?:href|src)\s*=\s*"
    r"(?:\"(?P<double>[^\"<>]*)\"|'(?P<single>[^'<>]*)'|(?P<bare>[^\s\"'<>=`]+))",
    re.IGNORECASE,
)
SOFT_BREAKS = dict.fromkeys(map(ord, BREAK), " ")
SIGN = re.compile(r"[^\n]")


class Written(NamedTuple):
    """An address, from `start` to `end` of a text."""

    address: str
    start: int
    end: int
    #: Whether it is that of a picture, and not of a link.
    is_picture: bool = False


def relink(text: str, resolve: Resolve) -> str:
    """A document in Markdown, each address of its links and pictures resolved. What `resolve` returns unchanged stays
    as it was written."""
    parts, done = [], 0
    for found in addresses(text):
        address = resolve(found.address)
        if address != found.address:
            parts += [text[done : found.start], fit(address)]
            done = found.end
    return "".join([*parts, text[done:]])


def fit(address: str) -> str:
    """An address that may stand in any place of an address: without spaces, quotes and lone brackets."""
    return quote(address, safe="!#$%&'*+,-./:;=?@[]_~()") if re.search(r"[\s<>\"]", address) else address


def whole(base_url: str) -> Resolve:
    """Makes the address of a page of the publication complete, as it is seen from `base_url`. Places in the same text,
    pictures beside it by their schemes and addresses elsewhere stay."""

    def resolve(address: str) -> str:
        if address.startswith("//"):
            return f"https:{address}"
        if not address or address.startswith("#") or SCHEME.match(address):
            return address
        return urljoin(base_url, address) if base_url else address

    return resolve


def addresses(text: str) -> list[Written]:
    """All addresses of a document in their order: of links and pictures, in definitions, between angle brackets, in
    HTML."""
    seen = without_code(text)
    found = [*in_brackets(seen), *in_definitions(seen), *in_angles(seen), *in_attributes(seen)]
    kept: list[Written] = []
    for each in sorted(found, key=lambda each: each.start):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def without_code(text: str) -> str:
    """The same text, line by line and letter by letter, with blanks where there is code."""
    text = text.translate(SOFT_BREAKS)
    lines = text.split("\n")
    code = [range(fence.start, fence.end) for fence in fences([line.expandtabs(4) for line in lines])]
    blocks = (block for block in split(text) if block.kind is Kind.CODE)
    code += [range(block.line - 1, block.line - 1 + len(block.lines)) for block in blocks]
    for number in chain.from_iterable(code):
        lines[number] = " " * len(lines[number])
    return CODE.sub(lambda code: SIGN.sub(" ", code[0]), "\n".join(lines))


def in_brackets(text: str) -> Iterator[Written]:
    """`[label](address)` and `![label](address)`, also one inside the other."""
    for bracket in re.finditer(r"(?<!\\)(!?)\[", text):
        label = LABEL.match(text, bracket.end())
        target = label and (TARGET.match(text, label.end()) or SPACED_TARGET.match(text, label.end()))
        if target:
            group = next((number for number in (1, 2) if target[number] is not None), 1)
            yield Written(target[group].strip(), *target.span(group), is_picture=bool(bracket[1]))


def in_definitions(text: str) -> Iterator[Written]:
    position = 0
    for line in text.split("\n"):
        if found := LINK_DEFINITION.match(line):
            is_angled = found[2].startswith("<") and found[2].endswith(">")
            start, end = position + found.start(2) + is_angled, position + found.end(2) - is_angled
            yield Written(text[start:end], start, end)
        position += len(line) + 1


def in_angles(text: str) -> Iterator[Written]:
    yield from (Written(found[1], *found.span(1)) for found in AUTOLINK.finditer(text))


def in_attributes(text: str) -> Iterator[Written]:
    for found in ATTRIBUTE.finditer(text):
        group = next(name for name in ("double", "single", "bare") if found[name] is not None)
        yield Written(found[group], *found.span(group), is_picture=found["tag"].lower() == "img")
