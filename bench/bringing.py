"""What bringing in an archive costs: a folder of issues with many items, a plan of it, and how the memory grows."""

import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import seconds, sized
from interchange.bringing import opening, planning, recognising, unattended
from interchange.models import Import
from newsletter.models import Article, Newsletter

#: An archive of eight years: 400 issues with 15,000 items would take this part ten minutes.
ISSUES, ITEMS = int(sized(40, small=2)), 38
#: How many issues are planned to see whether memory grows.
FEW, MANY = int(sized(20, small=2)), int(sized(2000, small=20))
WORDS = "The tide came in over the mud, and with it a *crab* that nobody had [seen before](https://example.org/{n}). "


def document(number: int, items: int) -> str:
    head = f"---\ntitle: Tide {number}\nnumber: {number}\ndate: {2010 + number // 52}-01-{1 + number % 28:02}\n"
    head += f"tags: [coast, mud]\nauthor: Ada Moor\npermalink: /issues/{number}/\n---\n\n"
    news = (
        f"### {item}. [Item {item} of {number}](https://example.com/{number}/{item})\n\n{WORDS.format(n=item) * 4}\n\n"
        f"See also [the issue before](/issues/{number - 1}/).\n\n"
        for item in range(1, items + 1)
    )
    return f"{head}{WORDS.format(n=number) * 6}\n\n## News\n\n{''.join(news)}"


def archive(folder: Path, issues: int, items: int = ITEMS) -> Path:
    folder.mkdir()
    for number in range(1, issues + 1):
        (folder / f"{number:04}.md").write_text(document(number, items))
    return folder


def plan(folder: Path) -> Iterator[str]:
    return unattended.bring(folder, newsletter().slug, dry_run=True)


def newsletter() -> Newsletter:
    return Newsletter.objects.get_or_create(slug="bench", defaults={"title": "Bench"})[0]


def peak() -> float:
    """Megabytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stored_plan(folder: Path) -> None:
    """As the worker plans: a piece of the rows at a time."""
    brought = Import(newsletter=newsletter(), name="bench")
    with opening.opened(folder) as files:
        for _row in planning.rows(brought, files, recognising.recognise(files)):
            pass


def figures() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        few, many = archive(Path(home, "few"), FEW, 4), archive(Path(home, "many"), MANY, 4)
        stored_plan(few)
        before = peak()
        stored_plan(many)
        grown = peak() - before
        folder = archive(Path(home, "whole"), ISSUES)
        took = seconds(lambda: list(unattended.bring(folder, newsletter().slug, publishes=True)))
        again = seconds(lambda: list(unattended.bring(folder, newsletter().slug, publishes=True)))
    items = Article.objects.filter(newsletter=newsletter()).count()
    return {
        "bringing_memory_grown_mb": grown,
        "bringing_items_a_second": items / took,
        "bringing_again_ms_an_issue": 1000 * again / ISSUES,
    }
