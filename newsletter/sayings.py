"""What readers have said, wherever they said it: what an editor can quote in an issue or answer in an article. Apps
above keep it, and tell of it here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that a reader has said and that may be shown now, as plain text, with whom to ask about it."""

    #: Where it is kept, `comment` or `tip`, and its key there.
    source: str
    key: int
    text: str
    #: How they want to be named; empty where they do not.
    name: str
    headline: str
    said_at: datetime
    #: The language of what they read there, in which they are written to.
    language: str
    user: User | None
    email: str
    #: Where everybody can read it, empty where nobody can.
    path: str = ""


class Source(NamedTuple):
    """A name, and what is there of some keys and may be shown: with as many queries for many as for one."""

    name: str
    find: Callable[[Collection[int]], Mapping[int, Saying]]


#: Apps add theirs in `ready()`.
sources: list[Source] = []


def sayings(keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], Saying]:
    """Those of some sources and keys that are there and may be shown."""
    return {
        (source.name, key): saying
        for source in sources
        for key, saying in source.find([number for name, number in keys if name == source.name]).items()
    }
