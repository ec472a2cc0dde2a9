"""From an export to what is brought in. Read twice: posts refer to pictures that stand behind them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from interchange.bringing.formats.documents import (
    Pictures,
    about,
    attempted,
    figure,
    from_html,
    keep_unless_public,
    moment,
    shortened,
    with_lead,
    words,
)
from interchange.bringing.formats.wordpress.items import parsed, pieces
from interchange.bringing.formats.wordpress.talks import talk_below
from interchange.bringing.formats.wordpress.texts import Library, Medium, html_of
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from newsletter.composing import Document
from newsletter.composing.plan import FrontMatter

SIGN = b"wordpress.org/export/"
NEAR_BEGINNING = 100_000
#: How much of a text stands for a title that it does not have.
LONGEST_BEGINNING = 60
REFERRED_TO = re.compile(r"<wp:post_type>(?:<!\[CDATA\[)?\s*(?:attachment|wp_block)\b")
NOT_PUBLIC = {"draft", "auto-draft", "pending", "private", "future"}
#: What WordPress keeps among its posts and no reader reads.
INNER = {
    "nav_menu_item",
    "revision",
    "custom_css",
    "customize_changeset",
    "oembed_cache",
    "user_request",
    "wp_template",
}
INNER |= {"wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_family", "wp_font_face", "attachment"}
INNER |= {"wp_block"}


def exports(files: Files) -> Iterator[str]:
    """The files of an export, which may be several."""
    named = [name for name in files.names if PurePosixPath(name).suffix.lower() in {".xml", ".wxr"}]
    return (name for name in named or list(files.names)[:1] if begins_as_export(files, name))


def begins_as_export(files: Files, name: str) -> bool:
    with files.open(name) as file:
        beginning = file.read(NEAR_BEGINNING)
    return SIGN in beginning and b"<rss" in beginning


def recognises(files: Files) -> bool:
    return next(exports(files), "") != ""


def read(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    names, pictures, seen = list(exports(files)), Pictures(files), set[str]()
    library = library_of(files, names)
    for name in names:
        base = wishes.base_url
        for piece in pieces(files, name):
            item = parsed(piece)
            if not piece.startswith("<item"):
                base = base or base_of(item)
            elif item is None:
                yield Aside(title_in(piece), _("This item of the export is damaged, and is not read."))
            elif (number := item.findtext(".//{wp}post_id") or "") in seen:
                yield Aside(title_in(piece), _("What is in an export twice comes once."))
            else:
                seen.add(number)
                yield from brought(item[0], Post(item[0], base, library), pictures, wishes)


def library_of(files: Files, names: list[str]) -> Library:
    library = Library()
    for name in names:
        for piece in pieces(files, name):
            is_head = not piece.startswith("<item")
            found = parsed(piece) if is_head or REFERRED_TO.search(piece) else None
            if found is not None and is_head:
                library.authors |= authors_in(found)
            elif found is not None:
                keep(found[0], library)
    return library


def authors_in(head: Element) -> dict[str, str]:
    """By what they sign in with. Their addresses for mail stay where they are."""
    authors = ((author.findtext("{wp}author_login"), author) for author in head.iter("{wp}author"))
    return {login: words(author.findtext("{wp}author_display_name")) or login for login, author in authors if login}


def keep(item: Element, library: Library) -> None:
    number = item.findtext("{wp}post_id") or ""
    if item.findtext("{wp}post_type") == "wp_block":
        library.blocks[number] = item.findtext("{content}encoded") or ""
    elif address := (item.findtext("{wp}attachment_url") or "").strip():
        caption = item.findtext("{excerpt}encoded") or ""
        alt = meta(item).get("_wp_attachment_image_alt", "")
        library.media[number] = Medium(address, alt, caption, item.findtext("{wp}post_parent") or "")


def meta(item: Element) -> dict[str, str]:
    found = item.iter("{wp}postmeta")
    return {each.findtext("{wp}meta_key") or "": each.findtext("{wp}meta_value") or "" for each in found}


def base_of(head: Element | None) -> str:
    """Where the site was, as it says."""
    said = "" if head is None else head.findtext("{wp}base_blog_url") or head.findtext("link") or ""
    return said.strip().rstrip("/")


def title_in(piece: str) -> str:
    found = re.search(r"<title>(?:\s*<!\[CDATA\[)?(.{0,200}?)(?:\]\]>)?\s*</title>", piece, re.DOTALL)
    return words(found[1]) if found else ""


class Post:
    """An item of the export, and what it says of itself."""

    def __init__(self, item: Element, base: str, library: Library) -> None:
        self.item, self.base, self.library = item, base, library
        self.number = self.text("{wp}post_id")
        self.kind, self.status = self.text("{wp}post_type") or "post", self.text("{wp}status")
        self.meta = meta(item)
        self.name = words(self.text("title")) or self.text("{wp}post_name") or f"?p={self.number}"

    def text(self, name: str) -> str:
        return (self.item.findtext(name) or "").strip()

    @property
    def addresses(self) -> list[str]:
        """The one that readers knew, those of before, and the one that never changes."""
        link, slug = self.text("link"), self.text("{wp}post_name")
        old = [each.findtext("{wp}meta_value") or "" for each in self.item.iter("{wp}postmeta") if is_old_slug(each)]
        moved = [link.replace(f"/{slug}", f"/{each}") for each in old if slug and f"/{slug}" in link]
        parameter = "page_id" if self.kind == "page" else "p"
        return list(dict.fromkeys(filter(None, [link, *moved, f"{self.base}/?{parameter}={self.number}"])))

    @property
    def authors(self) -> list[str]:
        """Those whom a plugin for several names, else the one."""
        several = [words(each.text) for each in self.categories("author")]
        login = self.text("{http://purl.org/dc/elements/1.1/}creator") or self.text("{dc}creator")
        return several or [self.library.authors.get(login, login)]

    def categories(self, *domains: str) -> Iterator[Element]:
        for each in self.item.iter("category"):
            if each.get("domain") in domains and each.get("nicename") != "uncategorized":
                yield each

    def about(self) -> FrontMatter:
        date = moment(self.text("{wp}post_date_gmt")) or moment(self.text("{wp}post_date"))
        beginning = shortened(words(self.text("{content}encoded")), LONGEST_BEGINNING)
        said = about(
            title=words(self.text("title")) or beginning or self.name,
            slug=self.text("{wp}post_name"),
            summary=words(self.text("{excerpt}encoded")),
            date=date,
            tags=[words(each.text) for each in self.categories("category", "post_tag")],
            authors=self.authors,
            kind="article" if self.kind == "page" else "",
        )
        password = self.text("{wp}post_password")
        is_public, readers = self.status not in NOT_PUBLIC, _("a password protected it")
        keep_unless_public(said, state=self.status, is_public=is_public, readers=readers, is_for_all=not password)
        return said

    def document(self, pictures: Pictures) -> Document:
        """Its text, below its picture unless the text shows that itself. Raises Unreadable."""
        html, remarks = html_of(
            self.text("{content}encoded"), self.library, self.number, self.meta.get("footnotes", "")
        )
        said = self.about()
        featured = self.library.media.get(self.meta.get("_thumbnail_id", ""))
        html = html if html.strip() or not featured else figure(featured.address, featured.alt, featured.caption)
        document = from_html(html, said, pictures.shown_in(html))
        if featured and featured.address not in html:
            lead = figure(featured.address, featured.alt, featured.caption)
            document = with_lead(document, said, lead, pictures.shown_in(lead))
        return replace(document, remarks=[*document.remarks, *remarks])


def is_old_slug(postmeta: Element) -> bool:
    return postmeta.findtext("{wp}meta_key") == "_wp_old_slug"


def brought(item: Element, post: Post, pictures: Pictures, wishes: Wishes) -> Iterator[Found | Aside]:
    """A post with what was said below it."""
    if why := left_aside(post, wishes):
        yield from [Aside(post.name, why)] if post.kind != "attachment" else []
        return
    asides: list[Aside] = []
    yield attempted(post.name, lambda: found_in(item, post, pictures, asides))
    yield from asides


def found_in(item: Element, post: Post, pictures: Pictures, asides: list[Aside]) -> Found:
    document = post.document(pictures)
    comments, left = talk_below(item, post.name)
    asides += left
    place = (urlsplit(post.base).hostname or "")[:80]
    talk = [replace(comment, said_at=place) for comment in comments]
    return Found(f"wordpress:{post.number}", post.name, document, post.addresses, talk)


def left_aside(post: Post, wishes: Wishes) -> str:
    if post.kind in INNER:
        return _("Menus, styles and revisions of WordPress are left aside.")
    if post.kind == "page" and not wishes.pages:
        return _("Pages come along where they are wanted.")
    if post.kind not in {"post", "page"}:
        return _("Left aside, as it is neither post nor page but “%(kind)s”.") % {"kind": post.kind}
    return _("What was thrown away in WordPress is left aside.") if post.status == "trash" else ""


WORDPRESS = Format("WordPress (WXR)", recognises, read)
