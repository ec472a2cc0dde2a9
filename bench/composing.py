"""What composing costs: copied text and pages against rendering the same words, and HTML that is made to hurt."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from bench import data_of, seconds, sized
from core.markup import render
from core.rich_text import convert
from newsletter.composing import from_text, read

#: Of what is let in, and how often what does no harm is measured.
SHARE, TIMES = sized(1, small=0.01), sized(5, small=1)
COPIED = Path(__file__).resolve().parent.parent / "tests/documents/raw/linkedin-newsletter.txt"
#: What is repeated, how often at the most that is let in, and what stands around it.
HOSTILE = data_of(__file__)


def hostile(name: str, *, size: float = 1) -> str:
    """HTML of a kind; `size` 1 is as much as is let in."""
    repeated, times, before, behind = HOSTILE[name]
    return before + repeated * int(times * size) + behind


def usual(work: Callable[[], object]) -> float:
    return median(seconds(work) for _ in range(TIMES))


def figures() -> dict[str, float]:
    text = COPIED.read_text(encoding="utf-8")
    read(from_text(text))
    source = "\n\n".join(part.source for part in read(from_text(text)).texts)
    page = render(source).html
    reference = usual(lambda: render(source))
    hurting = (hostile(name, size=SHARE) for name in HOSTILE)
    return {
        "copied_text_over_rendering": usual(lambda: read(from_text(text))) / reference,
        "pasted_html_over_rendering": usual(lambda: convert(page)) / reference,
        "pasted_html_worst_ms": 1000 * max(seconds(partial(convert, html)) for html in hurting),
    }
