"""Take an import back: what it made goes, what it changed is put back, and what somebody has touched since stays."""

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


def fates(brought: Import) -> Iterator[Fate]:
    """What `take_back` would do, in queries that do not grow with the number of documents."""
    raise NotImplementedError


def take_back(brought: Import) -> bool:
    """Take back the last documents that were brought in, for a second or so: whether there are more. What somebody
    has changed since stays."""
    raise NotImplementedError
