"""What readers have said, wherever they said it: what an editor can quote in an issue or answer in an article. Apps
above keep it, and tell of it here; and apps above make use of it, and offer that here."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from accounts.models import User
from newsletter.models import Newsletter, Publishable

#: So many are quoted or answered in one step.
MOST_AT_ONCE = 30


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

    @property
    def about(self) -> tuple[str, int]:
        return self.source, self.key

    @property
    def can_be_asked(self) -> bool:
        return bool(self.email)


def nothing(newsletter: Newsletter, since: datetime) -> tuple[()]:
    return ()


class Source(NamedTuple):
    """A name, and what is there of some keys and may be shown: with as many queries for many as for one. What was said
    lately about a newsletter, what editors may want first; and what was talked about most, with how often."""

    name: str
    find: Callable[[Collection[int]], Mapping[int, Saying]]
    lately: Callable[[Newsletter, datetime], Iterable[Saying]] = nothing
    busiest: Callable[[Newsletter, datetime], Iterable[tuple[Publishable, int]]] = nothing


class Use(NamedTuple):
    """What an editor with a permission can do with sayings: a page of the admin, told which by `?said=comment-7`."""

    name: str
    label: Any
    page: str
    permission: str

    def address(self, source: str, keys: Iterable[int]) -> str:
        return reverse(self.page, query={"said": [f"{source}-{key}" for key in keys]})


#: Apps add theirs in `ready()`.
sources: list[Source] = []
uses: list[Use] = []


def sayings(keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], Saying]:
    """Those of some sources and keys that are there and may be shown."""
    return {
        (source.name, key): saying
        for source in sources
        for key, saying in source.find([number for name, number in keys if name == source.name]).items()
    }
