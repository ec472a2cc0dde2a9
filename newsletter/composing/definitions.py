"""Addresses and footnotes are defined anywhere in a document; each text that is cut out of it takes along its own."""

from collections.abc import Iterable

from newsletter.composing.blocks import FOOTNOTE, LINK_DEFINITION, Block
from newsletter.composing.inline import label_key


def carry(sources: list[str], own: list[list[Block]]) -> list[str]:
    """Each text with the definitions it needs below it: of two with one label its own, else the document's first.

    `own` holds, for each text, those that were written in it. What no text needs stays where it was.
    """
    everywhere = [definition for definitions in own for definition in definitions]
    taken = [needed(source, [*near, *everywhere]) for source, near in zip(sources, own, strict=True)]
    used = {definition for definitions in taken for definition in definitions}
    return [
        below(source, [*wanted, *(definition for definition in near if definition not in used)])
        for source, wanted, near in zip(sources, taken, own, strict=True)
    ]


def needed(source: str, available: list[Block]) -> list[Block]:
    """The definitions that a text refers to, and those that these refer to."""
    chosen: dict[str, Block] = {}
    while True:
        referring = label_key("\n".join([source, *(definition.text for definition in chosen.values())]))
        found = {label(block): block for block in reversed(available) if f"[{label(block)}]" in referring}
        if found.keys() <= chosen.keys():
            return list(chosen.values())
        chosen = found | chosen


def label(definition: Block) -> str:
    """As it stands in brackets where it is used."""
    if note := FOOTNOTE.match(definition.lines[0]):
        return f"^{label_key(note[1])}"
    found = LINK_DEFINITION.match(definition.lines[0])
    return label_key(found[1]) if found else ""


def below(source: str, definitions: Iterable[Block]) -> str:
    in_order = sorted(definitions, key=lambda definition: definition.line)
    return "\n\n".join([source, *(definition.text for definition in in_order)]).strip("\n")
