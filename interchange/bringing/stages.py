"""What is done with an import, stage by stage: by the command at once, from the admin by the worker.

Whoever calls these has the import to itself (`interchange.bringing.working`). Each may be killed at any point, and is
then called again.
"""

from collections.abc import Iterator
from typing import NamedTuple

from interchange.models import Import


class Fate(NamedTuple):
    """What taking an import back would do with one thing."""

    #: "goes", "put back" or "stays".
    what: str
    #: As readers know it, and where it is changed in the admin; empty where there is no such page.
    name: str
    url: str = ""
    #: Why it stays, in a sentence.
    why: str = ""


def plan(brought: Import) -> Iterator[int]:
    """Read the archive (`brought.upload` in the default storage) and store an `Imported` for each document; yields how
    many there are now, so that progress can be shown and whoever calls can stop. Begins anew if it is called again.
    Sets `brought.format`, not `brought.state`. Raises Unreadable, in words for the editor."""
    raise NotImplementedError


def go_on(brought: Import) -> bool:
    """Store the next documents that are PLANNED, all or nothing each, for a second or so: whether there are more. A
    document that fails becomes REFUSED, with the reason as its last remark."""
    raise NotImplementedError


def fates(brought: Import) -> Iterator[Fate]:
    """What `take_back` would do, in queries that do not grow with the number of documents."""
    raise NotImplementedError


def take_back(brought: Import) -> bool:
    """Take back the last documents that were brought in, for a second or so: whether there are more. What somebody
    has changed since stays."""
    raise NotImplementedError


def report(brought: Import) -> Iterator[str]:
    """What came of it, line by line, as plain text."""
    raise NotImplementedError
