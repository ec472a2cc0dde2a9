"""A folder of Markdown, as Jekyll, Hugo, Eleventy, Pelican, Buttondown and people write it: each file a document, with
the pictures that lie beside it or where the site keeps what it gives out as it is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from core.rich_text import Unreadable
from interchange.bringing import opening
from interchange.bringing.found import Aside, Files, Format, Found, Wishes
from interchange.bringing.pictures import Pictures
from newsletter.composing.illustrating import filename_key
from newsletter.composing.translating import with_addresses
from newsletter.composing.upload import PICTURE, addresses, decode, from_text

DOCUMENT = {".md", ".markdown", ".mdown", ".mdx", ".txt"}
#: Where sites keep what they give out as it is: `/images/x.png` lies in one of these.
STATIC = ("", "static/", "public/", "assets/", "content/", "source/", "src/")
#: What is no part of the publication, by the name of the file without its ending, and by the folder.
NO_DOCUMENT = re.compile(
    r"(?:readme|contributing|contributors|changelog|license|licence|code[-_ ]of[-_ ]conduct|security|authors|"
    r"pull_request_template|issue_template|robots|humans|ads|requirements|cname|.*template.*|archetype|_index)",
    re.IGNORECASE,
)
NO_FOLDER = re.compile(
    r"(?:^|/)(?:_?(?:templates?|layouts?|includes?|sass|site|data|plugins)|archetypes|themes|scripts|tests?)/",
    re.IGNORECASE,
)
#: How Jekyll and Hugo write the address of their own site, of a path in it, and of another document.
SITE = re.compile(r"\{\{-?\s*site\.(?:base)?url\s*-?\}\}")
PATH = re.compile(r"\{\{-?\s*[\"']([^\"'{}]*)[\"']\s*\|\s*(?:relative|absolute)_url\s*-?\}\}")
REFERENCE = re.compile(
    r"\{%-?\s*(?:post_url|link)\s+(?P<jekyll>[^\s%{}]+)\s*-?%\}"
    r"|\{\{[<%]\s*(?:rel)?ref\s+[\"'](?P<hugo>[^\"'{}]+)[\"']\s*[>%]\}\}"
)
#: Of a post of Jekyll: where it was, unless its site says otherwise.
POST = re.compile(r"(?:^|/)_posts/(?:.*/)?(\d{4})-(\d{2})-(\d{2})-([^/]+)\.\w+$")
PERMALINK = re.compile(r"\A---\n(?:(?!---).*\n)*?permalink:")
DRAFTS = re.compile(r"(?:^|/)_?drafts?/", re.IGNORECASE)


class Shelf:
    """Where the pictures of an archive lie."""

    def __init__(self, files: Files) -> None:
        self.files, self.names = files, set(files.names)

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Those whose name no other has, wherever they lie; the others by nothing."""
        found: dict[str, str] = {}
        for name in self.files.names:
            if PurePosixPath(name).suffix.lower() in PICTURE:
                key = filename_key(name)
                found[key] = "" if key in found else name
        return found

    def place(self, address: str, document: str) -> str:
        """Where the picture lies that a document has at an address; empty where it does not."""
        path = unquote(urlsplit(address).path)
        beside = normpath(PurePosixPath(document).parent / path) if not path.startswith("/") else ""
        tried = [beside, *(normpath(root + path.lstrip("/")) for root in STATIC)]
        return next((name for name in tried if name in self.names), "") or self.by_name.get(filename_key(path), "")

    @cached_property
    def by_stem(self) -> dict[str, str]:
        """Documents by their names without an ending."""
        return {PurePosixPath(name).stem: name for name in self.files.names if is_document(name)}

    def plain(self, text: str) -> str:
        """With addresses in place of what programs make addresses of; what leads to no file stays."""
        return with_addresses(REFERENCE.sub(self.referred, PATH.sub(r"\1", SITE.sub("", text))))

    def referred(self, found: re.Match[str]) -> str:
        path = (found["jekyll"] or found["hugo"]).partition("#")[0].lstrip("/")
        name = path if path in self.names else self.by_stem.get(PurePosixPath(path).name.removesuffix(".md"), "")
        return f"/{name}" if name else found[0]

    def pictures(self, text: str, document: str) -> Pictures:
        found = {address: self.place(address, document) for address in sorted(addresses(text))}
        return Pictures(self.files, {address: name for address, name in found.items() if name})


def recognises(files: Files) -> bool:
    """Plain texts are some only where nothing else is there but pictures."""
    texts = [name for name in files.names if is_document(name) and not is_about_site(name)]
    others = (name for name in files.names if PurePosixPath(name).suffix.lower() not in PICTURE | DOCUMENT)
    return bool(texts) and (not all(name.lower().endswith(".txt") for name in texts) or not any(others))


def is_document(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in DOCUMENT


def is_about_site(name: str) -> bool:
    return bool(NO_DOCUMENT.fullmatch(PurePosixPath(name).stem) or NO_FOLDER.search(name))


def read(files: Files, wishes: Wishes) -> Iterator[Found | Aside]:
    shelf = Shelf(files)
    for name in filter(is_document, files.names):
        if is_about_site(name):
            yield Aside(name, _("About the site, and no text of the publication: left aside."))
            continue
        try:
            yield found_in(files, shelf, name)
        except Unreadable as problem:
            yield Aside(name, str(problem))


def found_in(files: Files, shelf: Shelf, name: str) -> Found:
    document = from_text(shelf.plain(decode(opening.read(files, name))))
    document = replace(document, files=shelf.pictures(document.text, name), path=name)
    post = None if PERMALINK.search(document.text) else POST.search(name)
    own = [f"/{'/'.join(post.groups())}.html"] if post else []
    return Found(f"file:{name}", name, document, own, is_draft=bool(DRAFTS.search(name)))


MARKDOWN = Format("Markdown", recognises, read)
