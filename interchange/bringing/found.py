"""What formats find in an archive, in the one form in which it is brought in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple, Protocol

from newsletter.composing import Document
from newsletter.talks import OlderComment


class Files(Protocol):
    """A folder, a zip file or a single file, without trust: what harms was refused when it was opened."""

    #: Where each lies, seen from the top, with `/` between folders, in order; no folders.
    names: Sequence[str]

    def open(self, name: str) -> IO[bytes]:
        """To be read piece by piece, and closed. Raises Unreadable where it holds more than it says."""

    def size(self, name: str) -> int:
        """In bytes, as the archive says."""


@dataclass(frozen=True, slots=True)
class Found:
    """One document. Formats yield them one by one, so that memory holds no more than a few."""

    #: What it is known by within a newsletter when it comes again, such as `file:posts/27.md` or `ghost:5f3a`.
    key: str
    #: What the plan calls it: its file, or its title where an export is one file.
    name: str
    #: With its pictures. What an export says of it stands in `document.about`; a text that has front matter says it
    #: itself.
    document: Document
    #: Where it was, as readers and other documents know it: complete, or from the first slash on.
    addresses: Sequence[str] = ()
    comments: Sequence[OlderComment] = ()
    #: Where it lies says that it was not meant for readers yet, whatever it says itself.
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """Something in an archive that is no document, or none that can be read, and what becomes of it, in a sentence.
    The same `kind` is counted together."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What whoever brings it in wants of a format."""

    #: Where the publication was, to make its links whole; empty where the archive says so itself.
    base_url: str = ""
    #: Whether pages are wanted, too, and not posts alone.
    pages: bool = False


class Format(NamedTuple):
    """How one program writes an archive."""

    #: As people know it: "WordPress (WXR)".
    name: str
    #: By what is in it, never by names of files alone. Reads little: it is asked of every archive.
    recognises: Callable[[Files], bool]
    read: Callable[[Files, Wishes], Iterator[Found | Aside]]
