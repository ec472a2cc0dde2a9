"""Stub until the renderer is written."""

from dataclasses import dataclass, field

RENDERER_VERSION = 1


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    url: str
    alt: str
    width: int
    height: int
    caption: str = ""
    credit: str = ""
    credit_url: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    sizes: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str = ""
    pictures: tuple = ()
    questions: tuple = ()
    headings: tuple = ()
    words: int = 0
    missing: tuple = ()


def render(text, *, figures={}, prefix=""):
    return Rendered(html=text)
