"""What is said below a text. An app above knows; mail asks here, and composing brings what was said elsewhere."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Protocol

from accounts.models import User
from newsletter.models import Article, Issue, Publishable


class Talk(Enum):
    """What awaits readers below a text."""

    OPEN = auto()
    #: Nobody can write any more, but others have.
    READABLE = auto()


@dataclass(frozen=True, slots=True)
class OlderComment:
    """A comment as it was found where it was written, before it is brought in. Empty is what nobody knows."""

    text: str
    name: str = ""
    headline: str = ""
    #: When: a date, or an age such as `7 months`, in the words of where it was found.
    written: str = ""
    #: Where, e.g. `LinkedIn`.
    said_at: str = ""
    #: The place in the list, from 0, of the comment it answers: an earlier one.
    answers: int | None = None
    #: Whether readers saw it there; what waited for its moderator waits here.
    is_pending: bool = False


class Archive(Protocol):
    """Takes in a conversation that was held elsewhere."""

    def read_comments(self, content: bytes) -> list[OlderComment]:
        """The comments in a file of JSON or CSV. Raises `newsletter.composing.Unreadable`, saying which record and
        why."""

    def bring_in(
        self, place: Publishable, comments: Sequence[OlderComment], by: User | None, *, copied_on: date | None = None
    ) -> list[str]:
        """Store comments under an issue or article, all or none; those that are there already stay as they are. Ages
        are reckoned from `copied_on`, the day on which somebody found them. Returns what the editor should know, in
        sentences. Raises `newsletter.composing.Unreadable`."""


#: Where there is something in an issue and its articles, with queries that do not grow with their number; and who
#: takes in what was said elsewhere. Apps above add theirs in `ready()`.
sources: list[Callable[[Issue, Collection[Article]], Mapping[Publishable, Talk]]] = []
archives: list[Archive] = []


def talks_in(issue: Issue, articles: Collection[Article]) -> dict[Publishable, Talk]:
    """What awaits readers below an issue and its articles; nothing is said of those without."""
    return {thing: talk for source in sources for thing, talk in source(issue, articles).items()}
