"""What rendering costs: a long article against Python-Markdown alone, and the worst of the texts made to hurt."""

from statistics import median

from markdown import Markdown

from bench import data_of, seconds, sized
from core.markup import render
from core.markup.comments import COMMENT_LENGTH, render_comment

PARAGRAPH = (
    'The *tide* turns twice a day, and "nobody" knows why it\'s so -- or so they **said** in '
    "[1687](https://example.org/a). Fishermen knew `neap` from spring, as they read the moon, the wind and the "
    "colour of the water.[^note]\n\n"
)
REST = (
    "- ebb\n- flood\n    - slack\n\n> It waits for no one.\n\n| when | height |\n|------|-------:|\n| noon | 3 m |\n\n"
)
ARTICLE = ("## Tide\n\n" + PARAGRAPH * 6 + REST) * 23 + "[^note]: Not all of them.\n"
EXTENSIONS = ["extra", "sane_lists", "smarty", "toc", "pymdownx.superfences", "pymdownx.tilde"]

SIZE, TIMES = sized(20_000, small=500), sized(7, small=1)
TEXTS = data_of(__file__)
UNITS, NESTED, IN_COMMENTS = TEXTS["units"], TEXTS["nested"], TEXTS["in_comments"]


def repeated(units: list[str], size: int) -> list[str]:
    """Each unit, and what opens and closes, as often as so many characters hold."""
    nested = (begin * (size // (len(begin) * 2)) + end * (size // (len(end) * 2)) for begin, end in NESTED)
    return [*(unit * (size // len(unit)) for unit in units), *nested]


HOSTILE = [
    *repeated(UNITS, SIZE),
    "[a]: https://example.org/" + "x" * 900 + "\n\n" + "[a]" * (SIZE * 3 // 10),
    "[^a]" * (SIZE // 4 - 10) + "\n\n[^a]: x",
    "<b id=x>" * 20 + "<p>" * (SIZE * 3 // 10),
    "\n".join(" " * 2 * level + "- a" for level in range(140)),
]
COMMENTS = [
    *repeated([*UNITS, *IN_COMMENTS], COMMENT_LENGTH),
    "\n".join("  " * level + "- a" for level in range(1000))[:COMMENT_LENGTH],
    *(text[:COMMENT_LENGTH] for text in HOSTILE),
]


def figures() -> dict[str, float]:
    """Seconds of processor time, as other processes do not count."""
    article = median(seconds(lambda: render(ARTICLE)) for _ in range(TIMES))
    plain = median(seconds(lambda: Markdown(extensions=EXTENSIONS).convert(ARTICLE)) for _ in range(TIMES))
    return {
        "markup_article_ms": article * 1000,
        "markup_over_plain": article / plain,
        "markup_hostile_worst_seconds": max(seconds(lambda text=text: render(text)) for text in HOSTILE),  # type: ignore[misc]
        "comment_worst_ms": 1000 * max(seconds(lambda text=text: render_comment(text)) for text in COMMENTS),  # type: ignore[misc]
    }
