"""Exports of which a table says what each mail is: Buttondown's, with its texts beside it, and beehiiv's, with its
texts inside."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from interchange.bringing.formats.documents import (
    Pictures,
    about,
    attempted,
    content,
    from_html,
    keep_unless_public,
    moment,
    plain,
)
from interchange.bringing.formats.tables import Row, found_with, people, rows
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from newsletter.composing import Document
from newsletter.composing.plan import FrontMatter
from newsletter.composing.upload import decode, from_text

EDITOR = re.compile(r"\A\s*<!--\s*buttondown-editor-mode:\s*(\w+)\s*-->\s*")
OF_BUTTONDOWN = {"subject", "slug", "publish_date"}
OF_BEEHIIV = {"web_title", "content_html"}


def is_buttondown(files: Files) -> bool:
    return any(f"/{name}".endswith("/emails.csv") for name in found_with(files, OF_BUTTONDOWN))


def read_buttondown(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    known, pictures = set(files.names), Pictures(files)
    for table in found_with(files, OF_BUTTONDOWN):
        folder = PurePosixPath(table).parent / "emails"
        for row in rows(files, table):
            name = str(folder / f"{row['slug']}.md")
            yield mail_of_buttondown(row, content(files, name) if name in known else b"", pictures, wishes)
    yield from people(files)


def mail_of_buttondown(row: Row, text: bytes, pictures: Pictures, wishes: Wishes) -> Found | Aside:
    slug, name = row.get("slug", ""), plain(row.get("subject")) or row.get("slug", "")
    said = about(title=name, slug=slug, date=moment(row.get("publish_date")), kind="issue")
    state = row.get("status") or ("sent" if said.date else "draft")
    readers = row.get("email_type") or "public"
    is_public = said.date is not None and state in {"sent", "imported"}
    keep_unless_public(said, state=state, is_public=is_public, readers=readers, is_for_all=readers == "public")
    key, addresses = f"buttondown:{row.get('id') or slug}", [f"{wishes.base_url.rstrip('/')}/archive/{slug}/"]
    return attempted(name, lambda: Found(key, name, written(decode(text), said, pictures), addresses))


def written(text: str, said: FrontMatter, pictures: Pictures) -> Document:
    """A text as its editor stored it: one of Buttondown's writes HTML, the other Markdown."""
    mode = EDITOR.match(text)
    text = text[mode.end() :] if mode else text
    if mode and mode[1] == "fancy":
        return from_html(text, said, pictures.shown_in(text))
    return replace(from_text(text), about=said)


def is_beehiiv(files: Files) -> bool:
    return bool(found_with(files, OF_BEEHIIV))


def read_beehiiv(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    pictures = Pictures(files)
    for table in found_with(files, OF_BEEHIIV):
        for row in rows(files, table):
            yield post_of_beehiiv(row, pictures)
    yield from people(files)


def post_of_beehiiv(row: Row, pictures: Pictures) -> Found | Aside:
    name, html, address = plain(row["web_title"]), row.get("content_html", ""), row.get("url", "")
    said = about(
        title=name,
        slug=address.rstrip("/").rpartition("/")[2],
        summary=row.get("web_subtitle"),
        subject=row.get("email_subject_line"),
        preheader=row.get("email_preview_text"),
        date=moment(row.get("publish_date") or row.get("created_at")),
        kind="issue",
    )
    state, readers = row.get("status") or "confirmed", row.get("audience") or "free"
    is_public, is_for_all = state in {"confirmed", "published"}, readers in {"free", "both", "everyone"}
    keep_unless_public(said, state=state, is_public=is_public, readers=readers, is_for_all=is_for_all)
    key, addresses = f"beehiiv:{row.get('id') or address}", [address] if address else []
    return attempted(name, lambda: Found(key, name, from_html(html, said, pictures.shown_in(html)), addresses))


BUTTONDOWN = Format("Buttondown", is_buttondown, read_buttondown)
BEEHIIV = Format("beehiiv (CSV)", is_beehiiv, read_beehiiv)
