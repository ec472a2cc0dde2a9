"""Pictures that imported texts show from elsewhere: fetched by the worker, without trust, and shown from here.

One at a time of each host, and each address once. A text gets its picture in a transaction of its own, and only where
it still names that address."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath
from threading import Event
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from core import locking
from core.fetching import Page, Unfetchable, fetch
from core.limits import Limit
from interchange.models import Import, Imported, WantedPicture
from newsletter import revising
from newsletter.composing.blocks import Block, Kind, split
from newsletter.composing.illustrating import ILLUSTRATED, Illustrator
from newsletter.composing.inline import Targets, pictures, targets
from newsletter.composing.matching import whole
from newsletter.composing.plan import FrontMatter, Plan, PlannedText
from newsletter.composing.storing import removed_on_failure, store_pictures
from newsletter.imaging import MAX_BYTES, CleanPicture, clean_upload
from newsletter.models import Article, Issue, Newsletter, Picture
from newsletter.rendering import Part, parts_of, render_texts, store

SECONDS = 30
LONGEST = 2000
#: What a picture is said to be, by servers that know and by some that do not; what it is tells its content.
TYPES = {f"image/{kind}" for kind in ("jpeg", "jpg", "pjpeg", "png", "webp", "avif", "gif", "heic", "svg+xml")}
TYPES |= {"application/octet-stream", "binary/octet-stream", "text/plain"}
#: Held while one is fetched from there, and for as long at most.
HOSTS = Limit("interchange.pictures", most=1, seconds=2 * SECONDS)
#: In seconds, before a host is asked for another.
PAUSE = 0.25
PIECE = 100

type Fetch = Callable[..., Page]


def look_through(brought: Import) -> None:
    """Note what the texts of an import show from elsewhere. To be done again after a kill."""
    documents = brought.documents.select_related("issue", "article").iterator(chunk_size=PIECE)
    for document in documents:
        found = {address for part in texts_of(document) for address in addresses_in(part)}
        wanted = [WantedPicture(document=document, address=address) for address in sorted(found)]
        WantedPicture.objects.bulk_create(wanted, ignore_conflicts=True)
    Import.objects.filter(pk=brought.pk).update(looks_for_pictures=False)


def texts_of(document: Imported) -> Iterator[str]:
    yield document.facts.get("lead", "")
    for thing in things_of(document):
        yield from (getattr(part, field) for part in parts_of(thing) for field in part.markup_fields)


def things_of(document: Imported) -> list[Issue | Article]:
    thing = document.issue or document.article
    return whole(thing) if thing else []


def addresses_in(text: str) -> Iterator[str]:
    """Of the pictures that a text shows from elsewhere."""
    if "](http" not in text and "]: http" not in text:
        return
    blocks = split(text)
    references = targets([block for block in blocks if block.kind is Kind.DEFINITION])
    for block in blocks:
        if block.kind in ILLUSTRATED:
            found = (picture.target.url for picture in pictures(block.text, references))
            yield from (url for url in found if url.startswith(("http://", "https://")) and len(url) <= LONGEST)


def fetch_next(brought: Import, until: Event, fetch: Fetch = fetch) -> bool:
    """Fetch what is wanted next, and show it wherever this import wants it: whether there may be more. Waits a moment
    where all hosts are being asked by others."""
    due = WantedPicture.objects.due().filter(document__of=brought)
    addresses = due.order_by("pk").values_list("address", flat=True)[:PIECE]
    address = next((each for each in dict.fromkeys(addresses) if not HOSTS.hit(host_of(each))), None)
    if address:
        settle(brought, address, fetch)
        until.wait(PAUSE)
        HOSTS.forget(host_of(address))
    elif addresses:
        until.wait(SECONDS)
    return due.exists()


def host_of(address: str) -> str:
    return urlsplit(address).netloc.lower()


def settle(brought: Import, address: str, fetch: Fetch) -> None:
    mine = WantedPicture.objects.filter(document__of=brought, address=address, picture=None)
    try:
        file = known(address) or clean(address, fetch)
    except (Unfetchable, ValidationError) as error:
        words = error.messages[0] if isinstance(error, ValidationError) else str(error)
        mine.update(problem=words[:300])
        return
    for wanted in mine.select_related("document__issue__newsletter", "document__article__newsletter"):
        show(wanted, file)


def known(address: str) -> CleanPicture | None:
    """What was fetched from there before."""
    earlier = WantedPicture.objects.filter(address=address).exclude(picture=None).select_related("picture").first()
    if not (earlier and earlier.picture):
        return None
    with earlier.picture.file.open() as stored:
        return CleanPicture(stored.read(), earlier.picture.file.name.rpartition(".")[2], earlier.picture.checksum)


def clean(address: str, fetch: Fetch) -> CleanPicture:
    """Raises Unfetchable, or ValidationError where it is no picture that can be used."""
    page = fetch(address, largest=MAX_BYTES + 1, types=TYPES, seconds=SECONDS)
    if page.status != 200:
        raise Unfetchable(_("It answered “%(status)d”.") % {"status": page.status})
    if not page.content:
        raise Unfetchable(_("This is no picture: %(type)s.") % {"type": page.content_type})
    return clean_upload(ContentFile(page.content, name=filename_of(address)))


def filename_of(address: str) -> str:
    return PurePosixPath(unquote(urlsplit(address).path)).name[-100:] or "picture"


def show(wanted: WantedPicture, file: CleanPicture) -> None:
    """Put a picture in the place of its address in the texts of one document."""
    thing = wanted.document.issue or wanted.document.article
    wanted.problem = _("The text shows it no longer.")
    with removed_on_failure() as stored, locking.turn():
        if thing:
            locking.lock(Newsletter.objects.filter(pk=thing.newsletter_id))
        for each in whole(thing) if thing else ():
            is_lead = each == thing and lead_with(each, wanted, file, stored)
            if sum(put(part, wanted.address, file, stored) for part in parts_of(each)) or is_lead:
                render_texts(each)
                revising.record(each, None, _("Pictures fetched"))
                wanted.picture, wanted.problem = Picture.objects.filter(checksum=file.checksum).first(), ""
        wanted.save(update_fields=["picture", "problem"])


def lead_with(thing: Issue | Article, wanted: WantedPicture, file: CleanPicture, stored: list[Picture]) -> bool:
    """Give a thing its lead picture, if its document named this one and it has none."""
    text = with_picture(wanted.document.facts.get("lead", ""), wanted.address, file)
    if not text.pictures or thing.lead_picture_id:
        return False
    plan = Plan(False, "", "", FrontMatter(), opening=text, lead=text.pictures[0])
    store(thing, lead_picture=store_pictures(plan, stored))
    return True


def put(part: Part, address: str, file: CleanPicture, stored: list[Picture]) -> int:
    """How many of the part's texts show it now."""
    changed = 0
    for field in part.markup_fields:
        text = with_picture(getattr(part, field), address, file)
        if text.pictures:
            store_pictures(Plan(False, "", "", FrontMatter(), opening=text), stored)
            store(part, **{field: text.source})
            changed += 1
    return changed


def with_picture(text: str, address: str, file: CleanPicture) -> PlannedText:
    """The text as if the picture had come with its document: with its words, and the caption and credit that stand
    below it."""
    if address not in addresses_in(text):
        return PlannedText(text)
    blocks = split(text)
    references = targets([block for block in blocks if block.kind is Kind.DEFINITION])
    name = f"{sha256(address.encode()).hexdigest()}.jpg"
    illustrator = Illustrator({name: b""}, references, set())
    illustrator.clean[name] = file
    planned = illustrator.text([renamed(block, references, address, name) for block in blocks])
    for picture in planned.pictures:
        picture.filename = filename_of(address)
    return planned


def renamed(block: Block, references: Targets, address: str, name: str) -> Block:
    text = block.text
    shown = list(pictures(text, references)) if block.kind in ILLUSTRATED else []
    for picture in reversed(shown):
        if picture.target.url == address:
            title = picture.target.title.replace('"', "”")
            here = f'![{picture.label}]({name} "{title}")' if title else f"![{picture.label}]({name})"
            text = f"{text[: picture.start]}{here}{text[picture.end :]}"
    return replace(block, lines=tuple(text.split("\n")))
