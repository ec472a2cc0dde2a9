"""docs/performance.md and its picture, from what was measured last (`var/bench.json`), in words of `report.yaml`."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from bench import data_of

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZES = (1, 10, 100)
#: Of the picture: its width, the room for names, and the height of a row.
WIDTH, NAMES, ROW = 760, 190, 22
INTRODUCTION = """# What Courant costs

Written by `make bench`, last on {day}. The figures are of one machine: only ratios within one run can be
compared. Time is that of the processor where it says so. Below each table stands why an aim is missed. What is not
listed here is in `var/bench.json`.
"""
GROWTH = """## Growth

Pages made anew on a site with 1 %, 10 % and 100 % of {percent:.0f} % of 10,000 articles, 1,000,000 comments and
1,000,000 subscribers, in milliseconds. `DATA_DIR=/tmp/scale manage.py load_scale --percent 10` fills a site like that.

![Three rings for each page, one for each size: where they lie in each other it does not grow.](pictures/growth.svg)

| page | 1 % | 10 % | 100 % | 100 % over 1 % |
|---|---|---|---|---|
"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>Milliseconds of pages at 1 %, 10 % and 100 %</title>
<style>
text {{ font: 13px system-ui, sans-serif; fill: #767676 }} .rule {{ stroke: #9a9a9a; stroke-width: .5 }}
circle {{ fill: none; stroke: #b5522b; stroke-width: 1.5 }}
</style>
{body}
</svg>
"""


def write(measured: Mapping[str, float]) -> None:
    chapters = [chapter(each, measured) for each in data_of(__file__)]
    grown = list(growth(measured))
    if grown:
        rows = "".join(f"| {name} | {a:.0f} | {b:.0f} | {c:.0f} | {c / a:.1f} |\n" for name, a, b, c in grown)
        chapters.append(GROWTH.format(percent=measured["growth_percent"]) + rows)
        (DOCS / "pictures" / "growth.svg").write_text(picture(grown))
    text = "\n".join([INTRODUCTION.format(day=f"{datetime.now(UTC):%-d %B %Y}"), *chapters])
    (DOCS / "performance.md").write_text(text)


def chapter(facts: Mapping[str, Any], measured: Mapping[str, float]) -> str:
    rows = [row(measured[name], what, aim) for name, what, aim in facts["rows"] if name in measured]
    table = "".join(["| what | figure | aim | |\n|---|---|---|---|\n", *rows, "\n"]) if rows else ""
    return f"## {facts['title']}\n\n{table}{facts['why']}"


def row(value: float, what: str, aim: str) -> str:
    sign, _, bound = aim.partition(" ")
    is_met = not aim or (value >= float(bound) if sign == ">=" else value <= float(bound))
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"| {what} | {shown} | {aim.replace('>=', '≥').replace('<=', '≤')} | {'' if is_met else 'missed'} |\n"


def growth(measured: Mapping[str, float]) -> Iterator[tuple[str, float, float, float]]:
    for name in measured:
        if name.startswith("growth_") and name.endswith("_100_ms"):
            page = name.removeprefix("growth_").removesuffix("_100_ms")
            one, ten, hundred = (measured[f"growth_{page}_{size}_ms"] for size in SIZES)
            yield page.replace("_", " "), one, ten, hundred


def picture(grown: list[tuple[str, float, float, float]]) -> str:
    """A row for each page, with its milliseconds at each size as dots on a scale of tens, larger for more."""
    every = [math.log10(ms) for _name, *sizes in grown for ms in sizes]
    least, most = math.floor(min(every)), math.ceil(max(every))

    def across(power: float) -> float:
        return NAMES + 20 + (power - least) * (WIDTH - NAMES - 60) / (most - least)

    height = ROW * (len(grown) + 2)
    lines = [
        f'<line class="rule" x1="{at}" y1="{ROW}" x2="{at}" y2="{height - ROW}"/>'
        f'<text x="{at}" y="{height - 6}" text-anchor="middle">{10**power:g} ms</text>'
        for power in range(least, most + 1)
        for at in [across(power)]
    ]
    for number, (name, *sizes) in enumerate(grown, start=1):
        y = ROW * number + ROW / 2
        lines.append(f'<text x="{NAMES}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        for radius, ms in zip((3, 5, 7), sizes, strict=True):
            lines.append(f'<circle cx="{across(math.log10(ms)):.0f}" cy="{y}" r="{radius}"/>')
    return SVG.format(width=WIDTH, height=height, body="\n".join(lines))
