"""What rendering costs: a long article against Python-Markdown alone, and the worst of the texts made to hurt."""

from statistics import median

from markdown import Markdown

from bench import seconds, sized
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
UNITS = [
    *("[", "![", "[a](", "[a][", "[^a]", "[[a]", "](", "``a`", "<", "<p", "<i><!--x-->", "<![CDATA["),
    *("<div>", "*_", "&", "|", "\"'", "...", "<table><tr><td>", "()"),
    *("` `` ", "<a href='", "<b id=x><p>", "> ", "- ", "1. ", "> - ", "- > [^a]:  \nx[^1]</p>-", "*a **b "),
    *("~~a ", "-|-\n", "a|b\n-|-\n", "a\n: b\n", "=\n", "# a\n", "a\n\n", "- a\n* * ", "[a]:\n"),
    *("[^a]: b\n", "```\n", "Q: a\n\nA: b\n\n", "\\\n", "https://a.b ", "中\n", "![](picture:a)\n\n"),
    *("<a@b> ", "{: a=b }\n", "\x02"),
]
NESTED = [("[", "]"), ("*a _b ", "b_ a* "), ("~~a ", "a~~ "), ("<i>*", "*</i>"), ("![", "](a)"), ("[a](", ")")]
HOSTILE = [
    *(unit * (SIZE // len(unit)) for unit in UNITS),
    *(opening * (SIZE // (len(opening) * 2)) + closing * (SIZE // (len(closing) * 2)) for opening, closing in NESTED),
    "[a]: https://example.org/" + "x" * 900 + "\n\n" + "[a]" * (SIZE * 3 // 10),
    "[^a]" * (SIZE // 4 - 10) + "\n\n[^a]: x",
    "<b id=x>" * 20 + "<p>" * (SIZE * 3 // 10),
    "\n".join(" " * 2 * level + "- a" for level in range(140)),
]
# What hurts readers' subset most, beyond the above: lines, hashtags, links, emphasis.
IN_COMMENTS = [
    *("-\n", "\\\n", "- > a\n", "- a\n  - b\n", "#a ", "＃中 ", "_a ", "***a ", "www.a(", "<a@b.c>"),
    "[a](https://b.c)",
]
COMMENTS = [
    *(unit * (COMMENT_LENGTH // len(unit)) for unit in [*UNITS, *IN_COMMENTS]),
    *(
        begin * (COMMENT_LENGTH // (len(begin) * 2)) + end * (COMMENT_LENGTH // (len(end) * 2))
        for begin, end in NESTED
    ),
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
