"""Whole archives of Markdown: of each document every word, link, heading and block of code is kept in what is made of
it, in the document's order, or the editor is told. `COURANT_CORPUS` names a folder of other newsletters."""

import os
import re
from pathlib import Path

import pytest

from newsletter.composing import Plan, Unreadable, from_text, read
from newsletter.composing.blocks import Kind, split
from newsletter.composing.front_matter import split as without_front_matter
from newsletter.composing.inline import plain
from newsletter.composing.languages import NOTE, language_named
from newsletter.composing.relinking import addresses
from newsletter.composing.translating import translate

SHAPES = Path(__file__).resolve().parents[1] / "documents/markdown"
WORD = re.compile(r"[^\W_]+")
#: Its address and what it shows are looked for as those of other pictures.
PICTURE_IN_HTML = re.compile(r"</?(?:img|a|p|figure|figcaption|div|center)\b[^<>]*>", re.IGNORECASE)
#: The page numbers items itself.
ITEM_NUMBER = re.compile(r"\d{1,3}")


def in_order(plan: Plan):
    """What readers meet, part by part."""
    yield plan.title
    yield plan.opening.source
    for section in plan.sections:
        yield from (section.title, section.intro.source)
        for article in section.articles:
            yield from (article.title, article.source_url, article.source_name, article.text.source)
    yield plan.closing.source


def told(plan: Plan):
    """What editors are told, and what is known of the whole."""
    yield from (remark.message for remark in plan.all_remarks)
    about = plan.about
    yield from (about.title, about.summary, about.subject, about.preheader, about.slug, about.lead, about.base_url)
    yield from (*about.tags, *about.authors, *about.addresses, str(about.number), str(about.date))
    for picture in plan.pictures:
        yield from (picture.alt, picture.caption, picture.credit, picture.credit_url, picture.filename)


def losses(text: str, path: str) -> list[str]:
    """What of a document is neither kept nor told."""
    plan = read(from_text(text, path))
    kept, said = [*in_order(plan)], "\n".join(told(plan))
    everything = "\n".join([*kept, said])
    body = translate(without_front_matter(from_text(text).text)[1])[0]
    words = dict.fromkeys(WORD.findall(PICTURE_IN_HTML.sub(" ", without_notes(body)).casefold()))
    lost = [f"word {word}" for word in words if word not in everything.casefold() and not ITEM_NUMBER.fullmatch(word)]
    lost += [f"address {each.address}" for each in addresses(body) if each.address not in everything]
    blocks = split(body)
    code = [block.text for block in blocks if block.kind is Kind.CODE]
    lost += [f"code {each}" for each in code if not any(each in part for part in kept)]
    headings = [block.heading for block in blocks if block.kind is Kind.HEADING and block.heading.strip()]
    return lost + [f"heading {each}" for each in out_of_order(headings, kept) if each not in said]


def without_notes(text: str) -> str:
    """Without `(link in Dutch)`: the page says it of the source."""
    return NOTE.sub(lambda note: " " if language_named(note[1]) else note[0], text)


def out_of_order(headings: list[str], kept: list[str]) -> list[str]:
    """The headings that do not come one after the other."""
    lines = [plain(line.strip(" #"), {}) for part in kept for line in part.split("\n")]
    lost, position = [], 0
    for heading in headings:
        found = (place for place, line in enumerate(lines[position:], start=position) if heading_in(heading, line))
        place = next(found, None)
        lost += [] if place is not None else [heading]
        position = place if place is not None else position
    return lost


def heading_in(heading: str, line: str) -> bool:
    """Also where the number of an item, or the language of its source, is left to the page."""
    words = "".join(WORD.findall(line))
    forms = ["".join(WORD.findall(plain(form, {}))) for form in (heading, without_notes(heading))]
    return words in forms or (bool(words) and words in [form.lstrip("0123456789") for form in forms])


def files_in(folder: Path) -> list[Path]:
    return [
        path for path in sorted(folder.rglob("*")) if path.suffix.lower() in {".md", ".markdown"} and path.is_file()
    ]


def told_losses(folder: Path) -> dict[str, list[str]]:
    lost = {}
    for path in files_in(folder):
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            found = losses(text, str(path.relative_to(folder)))
        except Unreadable as error:
            found = [] if not text.strip() else [f"refused: {error}"]
        if found:
            lost[str(path.relative_to(folder))] = found[:10]
    return lost


def test_nothing_is_lost_of_documents_of_many_shapes():
    assert len(files_in(SHAPES)) >= 20
    assert told_losses(SHAPES) == {}


@pytest.mark.real
def test_nothing_is_lost_of_real_archives(real):
    folder = Path(os.environ.get("COURANT_CORPUS") or real / "archives")
    assert files_in(folder)
    assert told_losses(folder) == {}


@pytest.mark.real
def test_a_heading_is_met_once(real):
    folder = Path(os.environ.get("COURANT_CORPUS") or real / "archives")
    for path in files_in(folder):
        if not path.read_text(encoding="utf-8").strip():
            continue
        plan = read(from_text(path.read_text(encoding="utf-8"), path.name))
        for section in plan.sections:
            assert section.title not in [article.title for article in section.articles], path
