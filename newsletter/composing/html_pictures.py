"""Pictures that are written as HTML, in Markdown: with what they show, what stands below them, and where they lead."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from newsletter.composing.blocks import Block, Kind, split
from newsletter.composing.translating import arguments_in, padded, picture_in_markdown, replaced

IMAGE = re.compile(r"<img\b(?P<attributes>(?:\s[^<>]*)?)/?>", re.IGNORECASE)
LINKED_IMAGE = re.compile(
    r"<a\s[^<>]*?href\s*=\s*[\"']?(?P<address>[^\"'\s<>]+)[\"']?[^<>]*>\s*(?P<image><img\b[^<>]*>)\s*</a>",
    re.IGNORECASE,
)
SHELL = re.compile(
    r"</?(?:figure|p|div|center|span|picture|noscript|amp-img|br)\b[^<>]*>|<source\b[^<>]*>|\s+", re.IGNORECASE
)
CAPTION = re.compile(r"<figcaption\b[^<>]*>(?P<words>(?:(?!<figcaption).)*?)</figcaption>", re.IGNORECASE | re.DOTALL)
LINK = re.compile(
    r"<a\s[^<>]*?href\s*=\s*[\"']?(?P<address>[^\"'\s<>]+)[\"']?[^<>]*>(?P<words>(?:(?!<a\s).)*?)</a>",
    re.IGNORECASE | re.DOTALL,
)
ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def pictures_from_html(blocks: list[Block]) -> Iterator[Block]:
    """The blocks, with Markdown where a picture is written as HTML: in the middle of a text, or as all of a block with
    what stands below it."""
    for block in blocks:
        if "<img" not in block.text.lower() or block.kind is Kind.CODE:
            yield block
        elif block.kind is Kind.HTML:
            yield from from_html(block)
        else:
            text = replaced(replaced(block.text, LINKED_IMAGE, linked_image), IMAGE, image)
            is_one = block.kind is not Kind.PARAGRAPH
            yield from [replace(block, lines=tuple(text.split("\n")))] if is_one else placed(text, block)


def from_html(block: Block) -> Iterator[Block]:
    captions = [in_markdown(found["words"]) for found in CAPTION.finditer(block.text)]
    rest = CAPTION.sub("", block.text)
    pictures = [
        image_of(found) for found in re.finditer(f"{LINKED_IMAGE.pattern}|{IMAGE.pattern}", rest, re.IGNORECASE)
    ]
    if len(captions) > 1 or SHELL.sub("", IMAGE.sub("", LINKED_IMAGE.sub("", rest))) or not all(pictures):
        yield block
        return
    text = "\n\n".join([*pictures, *(f"*{caption}*" for caption in captions if caption)])
    yield from placed(text, block)


def placed(text: str, block: Block) -> Iterator[Block]:
    """What stands in place of a block, in its lines."""
    last = block.line + len(block.lines) - 1
    for number, part in enumerate(split(text)):
        yield replace(part, line=min(block.line + part.line - 1, last), gap=part.gap if number else block.gap)


def image_of(found: re.Match[str]) -> str:
    return linked_image(found) if found["address"] else image(found)


def linked_image(found: re.Match[str]) -> str:
    inside = IMAGE.fullmatch(found["image"])
    return padded(f"[{image(inside)}]({found['address']})", found[0]) if inside else found[0]


def image(found: re.Match[str]) -> str:
    said = arguments_in(found["attributes"])
    address = said.get("src") or said.get("data-src", "")
    return (
        padded(picture_in_markdown(address, said.get("alt", ""), said.get("title", "")), found[0])
        if address
        else found[0]
    )


def in_markdown(html: str) -> str:
    """The words of a caption on one line, with its links."""
    linked = LINK.sub(lambda found: f"[{found['words']}]({found['address']})", html)
    return " ".join(unescape(ANY_TAG.sub("", linked)).replace("*", r"\*").split())
