"""Whether readers can talk about what is published. An app above knows; mail asks here."""

from collections.abc import Collection, Mapping
from enum import Enum, auto
from typing import Protocol

from newsletter.models import Article, Issue, Publishable


class Talk(Enum):
    """What awaits readers below a text."""

    OPEN = auto()
    #: Nobody can write any more, but others have.
    READABLE = auto()


class Source(Protocol):
    """Where there is something, in an issue and its articles. Its queries do not grow with their number."""

    def __call__(self, issue: Issue, articles: Collection[Article]) -> Mapping[Publishable, Talk]: ...


#: Apps above add theirs in `ready()`.
sources: list[Source] = []


def talks_in(issue: Issue, articles: Collection[Article]) -> dict[Publishable, Talk]:
    """What awaits readers below an issue and its articles; nothing is said of those without."""
    return {thing: talk for source in sources for thing, talk in source(issue, articles).items()}
