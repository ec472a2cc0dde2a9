"""Links, pictures, emphasis: what stands inside a line of Markdown."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape

from core.markup.dialect import LABEL, TARGET
from newsletter.composing.blocks import LINK_DEFINITION, Block

# Longer lines are neither titles nor captions, and would take long to look into.
LONGEST_READ = 3000
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
PICTURE_OR_CODE = re.compile(rf"{CODE.pattern}|\\.|!\[", re.DOTALL)
# Files whose names hold spaces, as people write them.
SPACED_TARGET = re.compile(r"\(\s*([^()<>\"\n]+\.\w{3,4})\s*(?:\"([^\"\n]*)\"\s*)?\)")
EMPHASIS = re.compile(
    r"(?P<sign>\*{1,3}|(?<![^\W_])_{1,3})(?![\s*_])(?P<inside>.+?)(?<![\s\\])(?P=sign)(?!\*)(?:(?<!_)|(?!\w))",
    re.DOTALL,
)
MARKED = re.compile(
    rf"\\(?P<escaped>[!-/:-@\[-`{{-~])|{EMPHASIS.pattern}|(?P<ticks>~~|`+)(?P<code>.+?)(?P=ticks)", re.DOTALL
)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
SPEAKING_TAG = re.compile(r"<[a-zA-Z][^<>]*=|<!--")
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]+)>")
FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]]+\]")


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a picture: from `start` to `end` of a text."""

    label: str
    target: Target
    start: int
    end: int


type Targets = Mapping[str, Target]


def targets(definitions: list[Block]) -> dict[str, Target]:
    """Where the references of a document lead, by their labels. The first of a name counts."""
    found = [line for block in reversed(definitions) if (line := LINK_DEFINITION.match(block.lines[0]))]
    return {label_key(line[1]): Target(line[2].strip("<>"), (line[3] or "")[1:-1]) for line in found}


def label_key(label: str) -> str:
    return " ".join(label.split()).casefold()


def link_at(text: str, start: int, references: Targets) -> Link | None:
    """The link whose bracket opens at `start`, written with its address or with the name of a definition."""
    label = LABEL.match(text, start + 1) if text.startswith("[", start) else None
    if not label or label[1].startswith("^"):
        return None
    if target := TARGET.match(text, label.end()):
        url = (target[1] or target[2] or "").strip()
        return Link(label[1], Target(url, target[3] or target[4] or ""), start, target.end())
    name = LABEL.match(text, label.end() + 1) if text.startswith("[", label.end()) else None
    defined = references.get(label_key((name and name[1]) or label[1]))
    return Link(label[1], defined, start, (name or label).end()) if defined else None


def pictures(text: str, references: Targets) -> Iterator[Link]:
    """The pictures of a text, in their order; what stands in code is none."""
    position = 0
    while found := PICTURE_OR_CODE.search(text, position):
        position = found.end()
        if found[0] == "![" and (picture := picture_at(text, found.start(), references)):
            yield picture
            position = picture.end


def picture_at(text: str, start: int, references: Targets) -> Link | None:
    if link := link_at(text, start + 1, references):
        return replace(link, start=start)
    label = LABEL.match(text, start + 2)
    target = SPACED_TARGET.match(text, label.end()) if label else None
    return (
        Link(label[1], Target(target[1].strip(), target[2] or ""), start, target.end()) if label and target else None
    )


def links(text: str, references: Targets) -> Iterator[Link]:
    """The links of a text, in their order, not those inside a link."""
    position = 0
    while (position := text.find("[", position)) >= 0:
        link = link_at(text, position, references)
        if link and text[position - 1 : position] != "!":
            yield link
        position = link.end if link else position + 1


def emphasised(text: str) -> tuple[str, str, str]:
    """The signs with which a text begins, what stands between them and their partners, and what follows."""
    found = EMPHASIS.match(text)
    return (found["sign"], found["inside"].strip(), text[found.end() :].strip()) if found else ("", "", text)


def bare(text: str) -> str:
    """A text without the emphasis around the whole of it."""
    text = text.strip()
    while (found := emphasised(text))[0] and not found[2]:
        text = found[1]
    return text


def holds_more_than_words(text: str, references: Targets) -> bool:
    """Whether something in a text would be lost as plain words: a link, a picture, a note, HTML that says more."""
    return next(links(text, references), None) is not None or holds_more_than_links(text, references)


def holds_more_than_links(text: str, references: Targets) -> bool:
    signs = (AUTOLINK, FOOTNOTE_MARK, SPEAKING_TAG)
    return any(sign.search(text) for sign in signs) or next(pictures(text, references), None) is not None


def plain(text: str, references: Targets) -> str:
    """The words of a text on one line, without marks."""
    text = FOOTNOTE_MARK.sub("", AUTOLINK.sub(r"\1", text))
    for found in (pictures, links):
        for link in reversed(list(found(text, references))):
            text = text[: link.start] + link.label + text[link.end :]
    return " ".join(unescape(MARKED.sub(without_marks, TAG.sub("", text))).split())


def without_marks(found: re.Match[str]) -> str:
    if found["inside"]:
        return MARKED.sub(without_marks, found["inside"])
    return found["escaped"] or found["code"]
