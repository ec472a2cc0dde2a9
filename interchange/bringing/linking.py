"""Links between the documents of an archive lead to their new places, whichever comes first; what else is relative
becomes whole, where it is known what it is seen from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.addresses import absolute
from interchange.bringing.found import Found
from interchange.bringing.identity import BROUGHT
from interchange.models import Import, Imported
from newsletter.composing import Document
from newsletter.composing.illustrating import filename_key
from newsletter.composing.plan import Remark
from newsletter.composing.relinking import SCHEME
from newsletter.composing.relinking import addresses as written_in
from newsletter.models.redirects import NUMBERED, old_path_of

#: Ends of an address that mean the same page.
END = re.compile(r"(?:/index)?(?:\.html?|\.md|\.markdown)?/*$")
#: Stands for where a link leads that is not known yet.
LATER = "https://later.invalid/"


def way_of(address: str) -> str:
    """An address without its site, in the one form in which documents are looked up."""
    parts = urlsplit(address)
    numbered = NUMBERED.search(parts.query)
    return END.sub("", old_path_of(parts.path or "/")) + (f"?{numbered[1]}" if numbered else "")


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


class Ways:
    """Where the documents of a newsletter were, and where they are."""

    def __init__(self, brought: Import, rows: Iterable[Imported]) -> None:
        self.base_url = brought.base_url
        self.hosts = {host_of(brought.base_url)} - {""}
        self.by_way, self.by_file = dict[str, str](), dict[str, str]()
        self.by_stem, self.by_root = dict[str, str](), dict[str, str]()
        for row in rows:
            self.add(row.key, row.facts.get("addresses", ()), new_path(brought, row))

    def add(self, key: str, old: Iterable[str], new: str) -> None:
        for address in old:
            self.hosts |= {host_of(address)} - {""}
            if way := way_of(address):
                self.by_way[way] = new
        if key.startswith("file:"):
            name = key.removeprefix("file:")
            self.by_file[name] = new
            self.by_way.setdefault(way_of(f"/{name}"), new)  # as most programs call its page
            stem = END.sub("", name.rpartition("/")[2])
            one_alone(self.by_stem, stem, new)
            one_alone(self.by_root, name.partition("/")[2], new)  # seen from where Pelican and Hugo keep texts

    def lead(self, address: str, document: Document, own: str) -> str:
        """Where a link of a document leads now; empty where it leads to none of them. `own` is where that was."""
        if SCHEME.match(address) or address.startswith("//"):
            new = self.by_way.get(way_of(address)) if host_of(address) in self.hosts else None
        else:
            new = self.file(address, document.path) or self.by_way.get(way_of(urljoin(own, address)))
        return absolute(new) if new else ""

    def file(self, address: str, document: str) -> str:
        """Of the file to which an address leads, seen from that of the document or from the top."""
        path = unquote(address.partition("#")[0].partition("?")[0])
        beside = normpath(join(dirname(document), path))
        found = self.by_file.get(beside) or self.by_file.get(path.lstrip("/"))
        if path.startswith("/") and not found:
            found = self.by_root.get(path.lstrip("/"))
        is_named = "/" not in path and path.rpartition(".")[2] in {"md", "markdown", "mdx"}
        return found or (self.by_stem.get(END.sub("", path), "") if is_named else "")


def one_alone(known: dict[str, str], name: str, new: str) -> None:
    """Note where a name leads; nowhere, if it is that of several. The same document may come again."""
    known[name] = new if known.get(name, new) == new else ""


def new_path(brought: Import, row: Imported) -> str:
    """No query, where rows have their issue and article loaded."""
    thing = row.issue or row.article
    slug = thing.slug if thing else row.facts["slug"]
    if row.facts["kind"] == "issue":
        return reverse("newsletter:issue", args=[brought.newsletter.slug, slug])
    return reverse("newsletter:stand-alone", args=[slug])


def ways_of(brought: Import) -> Ways:
    """Of all that is planned, and all that was brought into the newsletter before."""
    return Ways(brought, rows_of(brought, Q(of=brought, state=Imported.State.PLANNED)))


def rows_of(brought: Import, planned: Q | None = None) -> Iterator[Imported]:
    """Of all that was brought into the newsletter, by this import, too; and of some that are only planned."""
    wanted = Q(of__newsletter=brought.newsletter_id, state__in=BROUGHT) | (planned or Q())
    rows = Imported.objects.filter(wanted).select_related("issue", "article")
    return rows.only("key", "facts", "issue__slug", "article__slug").order_by("pk").iterator(chunk_size=200)


class Linker:
    """Resolves the addresses of one document: see `newsletter.composing.relinking`. What it cannot tell yet waits."""

    def __init__(self, brought: Import, found: Found, ways: Ways | None = None, addresses: Sequence[str] = ()) -> None:
        self.document, self.ways, self.waiting = found.document, ways, list[str]()
        self.base = base_of(brought, found, addresses)

    def __call__(self, address: str) -> str:
        if not address or address.startswith(("#", "picture:")) or self.is_picture(address):
            return address
        if self.ways and (new := self.ways.lead(address, self.document, self.base)):
            return new
        if SCHEME.match(address) or address.startswith("//"):
            return address
        if host_of(self.base):
            return urljoin(self.base, address)
        return address if self.ways or address in self.pictures else self.wait(address)

    @cached_property
    def pictures(self) -> set[str]:
        """All that the text shows, whether it came along or not."""
        return {each.address for each in written_in(self.document.text) if each.is_picture}

    def is_picture(self, address: str) -> bool:
        return address in self.document.files or filename_key(address) in self.document.files

    def wait(self, address: str) -> str:
        if address not in self.waiting:
            self.waiting.append(address)
        return f"{LATER}{len(self.waiting)}"


def base_of(brought: Import, found: Found, addresses: Sequence[str]) -> str:
    """The address at which a document was, as far as it is known."""
    about = found.document.about
    own = next(iter([*addresses, *found.addresses, *(about.addresses if about else ())]), "")
    return urljoin(urljoin(brought.base_url, about.base_url if about else ""), own) or "/"


def lost(row: Imported, ways: Ways) -> Iterator[list[Any]]:
    """A remark for each link of a document that leads to none of the others."""
    document = Document("", path=row.key.removeprefix("file:"))
    own = next(iter(row.facts["addresses"]), "/")
    for address in row.facts["links"]:
        if not ways.lead(address, document, own):
            message = _("The link “%(address)s” leads to nothing that is brought in: readers get its words alone.")
            remark = Remark.of(message, address=address)
            yield [remark.kind, remark.message, None]
