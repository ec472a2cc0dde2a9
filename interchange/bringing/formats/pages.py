"""Pages of HTML, as sites are made of them, Medium exports them and browsers save them: the text alone, with what the
page says of itself to search engines."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from lxml.html import HtmlElement

from core.rich_text import convert
from core.rich_text.page import Page, elements, text_of
from interchange.bringing.formats.documents import (
    Pictures,
    about,
    attempted,
    content,
    keep_back,
    moment,
    of_other_kinds,
    plain,
    words,
)
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from newsletter.composing.plan import FrontMatter
from newsletter.composing.upload import decode, from_rich, page_in

PAGE = {".html", ".htm", ".xhtml"}
MOST_ASKED = 20
#: What is no text of its own: the front page, and lists.
LISTS = {"404", "archive", "archives", "author", "authors", "categories", "category", "page", "profile", "readme"}
LISTS |= {"search", "tag", "tags"}
#: Where texts stand on pages, the surest first: classes of programs, then elements.
TEXTS = (
    *("e-content", "entry-content", "post-content", "article-content", "post-body", "article-body", "gh-content"),
    *("available-content", "post_content", "articleBody"),
)
#: What stands in a text's element and is none of it.
AROUND = {"nav", "footer", "aside", "script", "style", "template", "form"}
AROUND_TEXT = {"post-meta", "entry-meta", "post-navigation", "comments", "comments-area", "related-posts", "p-summary"}
#: As the title of a page has it behind that of the text: “ – Low Water”.
OF_SITE = re.compile(r"\s+[|–—·•:-]\s+[^|–—·•]{1,60}$")
SMALLEST_PART, MOST_PARTS = 0.25, 50


@dataclass(slots=True)
class Said:
    """What a page says of itself, by the names under which pages say it; the first counts."""

    facts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: object) -> None:
        if text := plain(value):
            self.facts.setdefault(name.lower(), []).append(text)

    def first(self, *names: str) -> str:
        return next((self.facts[name][0] for name in names if name in self.facts), "")

    def all(self, *names: str) -> list[str]:
        return next((self.facts[name] for name in names if name in self.facts), [])


def recognises(files: Files) -> bool:
    return any(is_page(files, name) for name in pages(files)[:MOST_ASKED])


def pages(files: Files) -> list[str]:
    return [name for name in files.names if PurePosixPath(name).suffix.lower() in PAGE or len(files.names) == 1]


def is_page(files: Files, name: str) -> bool:
    with files.open(name) as file:
        return page_in(file.read(100_000).rpartition(b">")[0] + b">") is not None


def read(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    pictures, names = Pictures(files), pages(files)
    for name in names:
        if len(names) > 1 and is_list(name):
            yield Aside(name, _("Front pages and lists of a site are no texts: left aside."))
        else:
            yield attempted(name, lambda: brought(content(files, name), name, pictures, wishes))  # noqa: B023
    yield from of_other_kinds(files, PAGE) if len(files.names) > 1 else ()


def is_list(name: str) -> bool:
    *folders, file = PurePosixPath(name.lower()).parts
    is_at_top = not folders and file.startswith("index.")
    return is_at_top or bool(LISTS & {*folders}) or PurePosixPath(file).stem in LISTS


def brought(source: bytes, name: str, pictures: Pictures, wishes: Wishes) -> Found:
    """Raises Unreadable."""
    html = page_in(source)
    html = decode(source) if html is None else html
    said = Said()

    def prepare(page: Page) -> None:
        listen(page, said)
        keep_text(page)

    shown = pictures.shown_in(html, str(PurePosixPath(name).parent))
    document = from_rich(convert(html, files=shown, is_archived=True, prepare=prepare))
    facts = facts_of(said, document.text)
    if PurePosixPath(name).name.startswith("draft_"):
        keep_back(facts, _("It was a draft on Medium: a draft here."))
    path = f"{wishes.base_url.rstrip('/')}/{re.sub(r'(?:^|(?<=/))index.x?html?$', '', name)}"
    canonical = said.first("canonical", "og:url")
    addresses = [canonical] if canonical.startswith(("http://", "https://", "/")) else []
    document = replace(document, about=facts, path=name)
    return Found(f"file:{name}", name, document, list(dict.fromkeys([*addresses, path])))


def facts_of(said: Said, text: str) -> FrontMatter:
    heading = re.match(r"# (.+)\n", text)
    title = said.first("headline", "p-name", "og:title", "twitter:title", "h1") or OF_SITE.sub("", said.first("title"))
    dates = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.created", "dt-published", "time")
    return about(
        title="" if heading and len(re.findall(r"^# ", text, re.MULTILINE)) == 1 else title,
        summary=said.first("p-summary", "description", "og:description"),
        date=next(filter(None, map(moment, (said.first(name) for name in dates))), None),
        tags=said.all("article:tag", "p-tag", "tag"),
        authors=[name for name in said.all("author", "p-author", "article:author") if "/" not in name],
    )


def listen(page: Page, said: Said) -> None:
    """Hear what a page says of itself, to search engines first."""
    for script in page.root.getroottree().iter("script"):
        if script.get("type") == "application/ld+json":
            hear_data(script.text or "", said)
    for element in page.root.getroottree().iter("meta", "link", "title"):
        if element.tag == "title":
            said.add("title", element.text_content())
        elif element.tag == "link" and element.get("rel") == "canonical":
            said.add("canonical", element.get("href"))
        else:
            said.add(
                element.get("property") or element.get("name") or element.get("itemprop") or "", element.get("content")
            )
    for element in elements(page.root, "h1", "time", "a", "section", "span", "div", "p"):
        hear(element, said)


def hear(element: HtmlElement, said: Said) -> None:
    """What microformats and schema.org have elements say."""
    for name in element.get("class", "").split():
        if name in {"p-name", "p-summary", "p-tag", "p-author"}:
            said.add(name, text_of(element))
        elif name in {"dt-published", "p-canonical"}:
            said.add(
                "dt-published" if element.get("datetime") else "canonical",
                element.get("datetime") or element.get("href"),
            )
    if element.tag == "time":
        said.add(element.get("itemprop") or "time", element.get("datetime"))
    if element.tag == "h1":
        said.add("h1", text_of(element))
    if element.get("rel") in {"tag", "author"}:
        said.add(element.get("rel"), text_of(element))


def hear_data(source: str, said: Said) -> None:
    """Facts for search engines (JSON-LD): of the one thing in it that has a headline."""
    try:
        waiting = [json.loads(source)]
    except (ValueError, RecursionError):
        return
    for thing in waiting:
        if isinstance(thing, list):
            waiting += thing
        elif isinstance(thing, dict):
            waiting.append(thing.get("@graph"))
            if "headline" in thing or "datePublished" in thing:
                hear_thing(thing, said)


def hear_thing(thing: dict[str, Any], said: Said) -> None:
    said.add("headline", words(thing.get("headline")))
    said.add("datepublished", thing.get("datePublished"))
    authors = thing.get("author")
    for author in authors if isinstance(authors, list) else [authors]:
        said.add("author", author.get("name") if isinstance(author, dict) else author)


def keep_text(page: Page) -> None:
    """Take all out of a page but its text, if that can be told."""
    part = text_in(page.root)
    if part is None:
        return
    for element in elements(part):
        is_around = element.tag in AROUND or AROUND_TEXT & set(element.get("class", "").split())
        if is_around and element.getparent() is not None:
            element.drop_tree()
    part.tail = None
    page.root[:] = [part]
    page.root.text = None


def text_in(root: HtmlElement) -> HtmlElement | None:
    """The element that holds the text: the largest of the surest kind, unless it is a small part of the page."""
    whole, found = len(text_of(root)), {wanted: list[HtmlElement]() for wanted in (*TEXTS, "article", "main")}
    for element in elements(root):
        for wanted in {element.tag, element.get("itemprop"), *element.get("class", "").split()} & found.keys():
            found[wanted].append(element)
    for candidates in found.values():
        part = max(candidates[:MOST_PARTS], key=lambda each: len(text_of(each)), default=None)
        if part is not None and len(text_of(part)) >= SMALLEST_PART * whole:
            return part
    return None


PAGES = Format("HTML", recognises, read)
