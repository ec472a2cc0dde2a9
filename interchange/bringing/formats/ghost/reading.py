"""From an export to what is brought in. Read twice: what is said of posts may stand behind them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from interchange.bringing.formats.documents import (
    Pictures,
    about,
    attempted,
    figure,
    from_html,
    keep_back,
    keep_unless_public,
    moment,
    plain,
    with_lead,
)
from interchange.bringing.formats.ghost.cards import html_of_lexical, prepare
from interchange.bringing.formats.ghost.records import Record, records
from interchange.bringing.formats.tables import people
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from newsletter.composing import Document, Unreadable
from newsletter.composing.plan import FrontMatter

BEGINNING = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*(?:"db"\s*:\s*\[\s*\{\s*)?"(?:meta|data)"\s*:\s*\{')
SIGNS = (b'"db"', b'"exported_on"', b'"posts"')
NEAR_BEGINNING = 4000
MOST_ASKED = 20
#: Ghost writes this for the address of its own site.
ITSELF = "__GHOST_URL__"
TABLES = {"tags", "users", "posts_tags", "posts_authors", "posts_meta"}


@dataclass(slots=True)
class Said:
    """What other tables say of posts."""

    tags: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    #: By post, what it has of each in order: [(place, key), …].
    tagged: defaultdict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    written: defaultdict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    meta: dict[str, Record] = field(default_factory=dict)

    def take(self, table: str, record: Record) -> None:
        key, post = str(record.get("id")), str(record.get("post_id"))
        place = record.get("sort_order") if isinstance(record.get("sort_order"), int) else 0
        if table == "tags" and not str(record.get("name", "")).startswith("#"):  # those are for Ghost itself
            self.tags[key] = plain(record.get("name"))
        elif table == "users":
            self.authors[key] = plain(record.get("name"))
        elif table == "posts_tags":
            self.tagged[post].append((place or 0, str(record.get("tag_id"))))
        elif table == "posts_authors":
            self.written[post].append((place or 0, str(record.get("author_id"))))
        elif table == "posts_meta":
            self.meta[post] = {
                name: record.get(name) for name in ("feature_image_alt", "feature_image_caption", "email_subject")
            }

    def tags_of(self, post: str) -> list[str]:
        return [self.tags[key] for _place, key in sorted(self.tagged.get(post, [])) if key in self.tags]

    def authors_of(self, post: str, otherwise: object) -> list[str]:
        keys = [key for _place, key in sorted(self.written.get(post, []))] or [str(otherwise)]
        return [self.authors[key] for key in keys if key in self.authors]


def exports(files: Files) -> list[str]:
    named = [name for name in files.names if PurePosixPath(name).suffix.lower() == ".json"]
    return [name for name in named[:MOST_ASKED] if begins_as_export(files, name)]


def begins_as_export(files: Files, name: str) -> bool:
    with files.open(name) as file:
        beginning = file.read(NEAR_BEGINNING)
    return BEGINNING.match(beginning) is not None and any(sign in beginning for sign in SIGNS)


def recognises(files: Files) -> bool:
    return bool(exports(files))


def read(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    pictures = Pictures(files)
    for name in exports(files):
        said = Said()
        with files.open(name) as file:
            for table, record in records(file, TABLES):
                said.take(table, record)
        with files.open(name) as file:
            for _table, record in records(file, {"posts"}):
                yield brought(record, said, pictures, wishes)
    yield from people(files)


def brought(post: Record, said: Said, pictures: Pictures, wishes: Wishes) -> Found | Aside:
    key = str(post.get("id"))
    name = plain(post.get("title")) or str(post.get("slug") or key)
    is_page = post.get("type") == "page" or post.get("page") in (1, True)
    if is_page and not wishes.pages:
        return Aside(name, _("Pages come along where they are wanted."))
    facts = facts_of(post, said, kind=kind_of(post, is_page=is_page))

    def document() -> Document:
        html = at_home(html_of(post), wishes)
        made = from_html(html, facts, pictures.shown_in(html), prepare)
        lead = at_home(lead_of(post, said.meta.get(key, {}), html), wishes)
        return with_lead(made, facts, lead, pictures.shown_in(lead)) if lead else made

    return attempted(name, lambda: Found(f"ghost:{key}", name, document(), addresses_of(post, wishes)))


def kind_of(post: Record, *, is_page: bool) -> str:
    """What went out by mail was an issue."""
    was_mailed = post.get("newsletter_id") or post.get("status") == "sent"
    return "article" if is_page else "issue" if was_mailed else ""


def facts_of(post: Record, said: Said, kind: str) -> FrontMatter:
    key, state = str(post.get("id")), str(post.get("status") or "")
    subject = said.meta.get(key, {}).get("email_subject")
    found = about(
        title=post.get("title"),
        slug=post.get("slug"),
        summary=post.get("custom_excerpt"),
        subject=subject if subject != post.get("title") else "",
        date=moment(post.get("published_at")) or moment(post.get("created_at")),
        tags=said.tags_of(key),
        authors=said.authors_of(key, post.get("author_id")),
        kind=kind,
    )
    if state == "sent":
        keep_back(found, _("It went out by mail alone and was never on the web: a draft here."))
        return found
    readers, is_public = str(post.get("visibility") or "public"), state == "published"
    keep_unless_public(found, state=state, is_public=is_public, readers=readers, is_for_all=readers == "public")
    return found


def at_home(text: str, wishes: Wishes) -> str:
    """Where the site was, in the place of how Ghost writes that."""
    return text.replace(ITSELF, wishes.base_url.rstrip("/"))


def html_of(post: Record) -> str:
    """Raises Unreadable where only an old editor could read it."""
    html = str(post.get("html") or "")
    if not html and post.get("lexical"):
        html = html_of_lexical(str(post["lexical"]))
    elif not html and (post.get("mobiledoc") or post.get("markdown")):
        raise Unreadable(
            _("The export holds this text only as Ghost's old editor kept it. Save it in Ghost, export anew.")
        )
    return html


def lead_of(post: Record, meta: Record, html: str) -> str:
    """The picture at its head, unless the text shows that itself."""
    image = str(post.get("feature_image") or post.get("image") or "")
    alt, caption = (str(meta.get(f"feature_image_{name}") or "") for name in ("alt", "caption"))
    return figure(image, alt, caption) if image and image not in html else ""


def addresses_of(post: Record, wishes: Wishes) -> list[str]:
    """Where it was, and where it says it was first, if that was on the same site."""
    base, slug = wishes.base_url.rstrip("/"), str(post.get("slug") or "").strip("/")
    canonical = str(post.get("canonical_url") or "").replace(ITSELF, base)
    is_own = bool(base) and urlsplit(canonical).hostname == urlsplit(base).hostname
    at_uuid = f"{base}/p/{post['uuid']}/" if post.get("uuid") else ""
    found = [f"{base}/{slug}/" if slug else "", at_uuid, canonical if is_own or canonical.startswith("/") else ""]
    return list(dict.fromkeys(filter(None, found)))


GHOST = Format("Ghost (JSON)", recognises, read)
