"""What Substack exports: a zip with a table of posts, a page of HTML for each, and tables of people, which are kept
apart."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from lxml.html import HtmlElement, fragment_fromstring

from core.rich_text.page import Page, elements, text_of
from interchange.bringing.formats.documents import (
    Pictures,
    about,
    attempted,
    content,
    figure,
    from_html,
    keep_unless_public,
    moment,
    plain,
)
from interchange.bringing.formats.tables import Row, columns, people, rows
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from newsletter.composing import Remark
from newsletter.composing.plan import FrontMatter

COLUMNS = {"post_id", "is_published", "audience"}
STORED = re.compile(
    r"https://(?:cdn\.substack\.com|substackcdn\.com)/image/fetch/[^/]+/(https?(?:%3A|:).+)", re.IGNORECASE
)
#: Buttons that mean something on Substack alone.
INNER_BUTTON = re.compile(r"action=share|/subscribe|/comments|gift=true|\{\{|/gift|/leaderboard|/refer", re.IGNORECASE)

type Facts = Mapping[str, Any]


def tables(files: Files) -> list[str]:
    named = (name for name in files.names if PurePosixPath(name).name == "posts.csv")
    return [name for name in named if columns(files, name) >= COLUMNS]


def recognises(files: Files) -> bool:
    return bool(tables(files))


def read(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    pictures, known = Pictures(files), set(files.names)
    for table in tables(files):
        folder = str(PurePosixPath(table).parent / "posts").removeprefix("./")
        for row in rows(files, table):
            name = f"{folder}/{row.get('post_id')}.html"
            yield brought(row, content(files, name) if name in known else b"", pictures, wishes)
    yield from beside(files)


def beside(files: Files) -> Iterator[Aside]:
    """Tables about people."""
    reports = [name for name in files.names if name.endswith((".delivers.csv", ".opens.csv"))]
    yield from (Aside(name, _("Who opened which mail stays with Substack.")) for name in reports)
    yield from (aside for aside in people(files) if aside.name not in reports)


def brought(row: Row, page: bytes, pictures: Pictures, wishes: Wishes) -> Found | Aside:
    number, _dot, slug = row.get("post_id", "").partition(".")
    name, html = plain(row.get("title")) or slug, page.decode("utf-8-sig", "replace")
    if row.get("type") == "page" and not wishes.pages:
        return Aside(name, _("Pages come along where they are wanted."))
    if address := row.get("podcast_url"):
        html = f'<p><a href="{escape(address)}">{escape(PurePosixPath(address).name)}</a></p>{html}'
    addresses = [f"{wishes.base_url.rstrip('/')}/p/{slug}"] if slug else []
    return attempted(
        name,
        lambda: Found(
            f"substack:{number}",
            name,
            from_html(html, facts_of(row, name, slug), pictures.shown_in(html), prepare),
            addresses,
        ),
    )


def facts_of(row: Row, name: str, slug: str) -> FrontMatter:
    kind, readers = row.get("type", ""), row.get("audience", "everyone")
    date = moment(row.get("post_date"))
    told = "article" if kind == "page" else "issue" if row.get("email_sent_at") else ""
    said = about(title=name, slug=slug, summary=row.get("subtitle"), date=date, kind=told)
    is_public = row.get("is_published", "").lower() == "true"
    is_for_all = readers == "everyone"
    keep_unless_public(said, state="draft", is_public=is_public, readers=readers, is_for_all=is_for_all)
    if kind == "thread":
        said.remarks.append(Remark(_("It was a thread: what readers said there is not in Substack's export.")))
    elif kind == "podcast":
        said.remarks.append(Remark(_("It was a podcast: its sound stays where the link leads.")))
    return said


def prepare(page: Page) -> None:
    """Let what Substack draws by itself say in plain HTML what it is."""
    for element in elements(page.root):
        classes = set(element.get("class", "").split())
        if "pullquote" in classes:
            element.tag = "blockquote"
        elif "button-wrapper" in classes:
            keep_button(element)
        elif "paywall-jump" in classes:
            element.drop_tree()
        elif element.tag == "img" and (stored := STORED.match(element.get("src", ""))):
            element.set("src", unquote(stored[1]))
        elif element.get("data-attrs") and element.tag != "img":
            show(page, element, classes)


def keep_button(button: HtmlElement) -> None:
    """One that leads elsewhere is a link; the others are left out as what belongs to the page."""
    link = next(button.iter("a"), None)
    if link is not None and not INNER_BUTTON.search(link.get("href", "")):
        del button.attrib["class"]


def show(page: Page, element: HtmlElement, classes: set[str]) -> None:
    """What is embedded, as far as the export says what it is."""
    try:
        facts = json.loads(element.get("data-attrs", ""))
    except (ValueError, RecursionError):
        return
    if not isinstance(facts, dict) or (has_content(element) and not classes & EMBEDDED):
        return
    html = html_of(facts, classes)
    if html:
        replace_with(element, html)
    elif not has_content(element):
        kind = element.get("data-component-name") or " ".join(sorted(classes)) or element.tag
        page.remarks.append(_("A part of Substack did not come along: “%(kind)s”.") % {"kind": kind[:60]})


EMBEDDED = {"tweet", "embedded-post-wrap", "digest-post-embed", "image-gallery-embed"}


def has_content(element: HtmlElement) -> bool:
    return bool(text_of(element)) or next(element.iter("img", "iframe"), None) is not None


def html_of(facts: Facts, classes: set[str]) -> str:
    if "tweet" in classes:
        who = f"{facts.get('name') or ''} (@{facts.get('username') or ''})"
        return (
            f"<blockquote><p>{escape(str(facts.get('full_text') or ''))}</p><p>— {linked(facts, who)}</p></blockquote>"
        )
    if "image-gallery-embed" in classes:
        gallery = facts.get("gallery") or {}
        images = [figure(str(each.get("src"))) for each in gallery.get("images") or []]
        return "".join(images) + f"<p><em>{escape(str(gallery.get('caption') or ''))}</em></p>"
    if "latex-rendered" in classes and facts.get("persistentExpression"):
        return f"<pre><code>{escape(str(facts['persistentExpression']))}</code></pre>"
    if facts.get("videoId"):
        return f"<p>https://youtu.be/{escape(str(facts['videoId']))}</p>"
    title = str(facts.get("title") or facts.get("label") or "")
    return f"<p>{linked(facts, title)}</p>" if facts.get("url") or facts.get("canonical_url") else ""


def linked(facts: Facts, words: str) -> str:
    address = str(facts.get("url") or facts.get("canonical_url") or "")
    return f'<a href="{escape(address)}">{escape(words or address)}</a>' if address else escape(words)


def replace_with(element: HtmlElement, html: str) -> None:
    made = fragment_fromstring(html, create_parent="div")
    made.tail = element.tail
    element.getparent().replace(element, made)


SUBSTACK = Format("Substack", recognises, read)
