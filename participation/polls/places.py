"""Where a poll stands. Everybody may see it, and vote, as long as something that everybody may see names it: so it
comes with the issue that it was written for, and goes when that is withdrawn."""

from typing import Any, NamedTuple

from core.changes import CONTENT
from core.page_cache import kept
from newsletter.rendering import things_naming
from participation.models import Poll

WORD = "poll"


class Place(NamedTuple):
    title: str
    path: str


def public_places(poll: Poll) -> list[Place]:
    """Where everybody can find it. Texts are searched once after each change of content."""

    def find() -> list[Place]:
        public = (thing for thing in naming(poll) if getattr(thing, "is_public", True))
        return [Place(str(thing), thing.get_absolute_url()) for thing in public]

    key = ("places of a poll", str(poll.pk))
    return kept(key, find, {CONTENT}, lambda places: len(places) + 1).value


def naming(poll: Poll) -> list[Any]:
    """Everything that names it, for editors."""
    return list(things_naming(WORD, poll.name))
