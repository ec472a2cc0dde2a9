"""What may be cut from somebody's words, so that nobody is misquoted."""

import re

#: However they are typed.
ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
GAP = re.compile(r"\s*(?:\[?…\]?|\.{3})\s*")
ENDS = "….!?。！？"
#: Letters that make words together; those of Chinese and Japanese are words by themselves.
LETTER = r"[^\W_\u3040-\u30ff\u3400-\u9fff]"


class Misquoted(ValueError):
    """These words are not in the text, or not there in this order; the message is them."""


def excerpt(typed: str, text: str) -> str:
    """The words `typed`: those of a text in their order, with “…” wherever some are left out. That is added where they
    begin or end in the middle of a sentence. Raises Misquoted."""
    text, found = plain(text), []
    place = 0
    for piece in filter(None, GAP.split(plain(typed))):
        match = re.compile(whole_words(piece)).search(text, place)
        if match is None:
            raise Misquoted(piece)
        found.append(match)
        place = match.end()
    if not found:
        raise Misquoted("")
    before, behind = text[: found[0].start()].rstrip(), text[place:].lstrip()
    begins_within = before and before[-1] not in ENDS and not GAP.match(typed)
    ends_within = (
        behind and {behind[0], text[place - 1]}.isdisjoint(ENDS) and not typed.rstrip().endswith(("…", "..."))
    )
    words = "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", typed.strip()))
    return f"{'… ' * bool(begins_within)}{words}{' …' * bool(ends_within)}"


def fits(quotation: str, text: str) -> bool:
    try:
        excerpt(quotation, text)
    except Misquoted:
        return False
    return True


def plain(text: str) -> str:
    return " ".join(text.translate(ALIKE).split())


def whole_words(piece: str) -> str:
    """A pattern that finds a piece where it is no part of longer words."""
    start = rf"(?<!{LETTER})" if re.match(LETTER, piece) else ""
    end = rf"(?!{LETTER})" if re.match(LETTER, piece[-1]) else ""
    return start + re.escape(piece) + end
