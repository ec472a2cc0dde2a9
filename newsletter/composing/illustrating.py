"""Pictures of a text: found in the upload, made fit for the web, and taken out of it with caption and credit."""

import re
from base64 import b64decode
from collections import ChainMap, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from core.markup.cleaning import LINK
from core.markup.dialect import TARGET
from core.slugs import first_free, slug_of
from newsletter.composing.blocks import Block, Kind, join
from newsletter.composing.captions import LONGEST_CAPTION, LONGEST_CREDIT, caption_and_credit
from newsletter.composing.inline import LONGEST_READ, Link, Targets, holds_more_than_links, links, pictures, plain
from newsletter.composing.plan import Gap, PictureFiles, PlannedPicture, PlannedText, Remark, RemotePicture, Unreadable
from newsletter.composing.relinking import addresses
from newsletter.imaging import CleanPicture, clean_upload

LONGEST_ALT = 500
LONGEST_URL = 200
ILLUSTRATED = {Kind.PARAGRAPH, Kind.ENTRY, Kind.QUOTE, Kind.HEADING}
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
ITALIC = re.compile(r"\s*([*_])(?![*_\s])(?P<inside>(?:\\.|(?!\1).|\1\1|(?<=[^\W_])\1(?=[^\W_]))+)\1\s*", re.DOTALL)
LINKED = re.compile(rf"\]{TARGET.pattern}")
DATA = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp|avif|svg\+xml|bmp|tiff)[^,]{0,60};base64,", re.IGNORECASE)
LARGEST_DATA = 5 * 1024 * 1024
HTML_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
#: What stands for the file of a picture that did not come along: the line of its caption, `v` behind that of a video.
GAP = re.compile(r"\?(\d+)(v?)")


def filename_key(name: str) -> str:
    """A file's name as it is looked for: without folders, capital and small letters alike."""
    return normalize("NFC", name.replace("\\", "/").rpartition("/")[2]).casefold()


class Illustrator:
    """Turns the blocks of a document, stretch by stretch, into texts with pictures. `files` are those of the document;
    `used_names` the names of pictures that the document cannot give away."""

    def __init__(self, files: PictureFiles, references: Targets, used_names: set[str]) -> None:
        self.files = ChainMap[str, bytes | CleanPicture]({}, files)  # type: ignore[arg-type]  # only the first is written
        self.references = references
        self.names = used_names
        self.clean: dict[str, CleanPicture] = {}

    def text(self, blocks: list[Block]) -> PlannedText:
        """The Markdown of neighbouring blocks. The lines below a picture are its caption and credit where they are in
        italics or begin with a credit. Raises Unreadable where a file that the text shows is refused as a picture."""
        text, waiting, done = PlannedText(), deque(blocks), []
        while waiting:
            block = waiting.popleft()
            shown = list(pictures(block.text, self.references)) if block.kind in ILLUSTRATED else []
            if shown and self.leaves_gap(shown[0], waiting, text):
                continue
            placed = [self.place(picture, block.line, text) for picture in shown]
            done.append(with_names(block, shown, placed))
            if len(placed) == 1 and placed[0] and is_alone(block, shown[0]):
                self.take_lines_below(placed[0], waiting, text)
            for link, picture in zip(shown, placed, strict=True):
                if picture:
                    self.finish(picture, link, block.line, text)
            text.remarks += dead_links(block)
            if block.kind is Kind.HTML and HTML_PICTURE.search(block.text):
                remark = _("A picture written as HTML is kept as it is. Write ![…](…).")
                text.remarks.append(Remark(remark, block.line))
        text.source = join(done)
        return text

    def leaves_gap(self, link: Link, waiting: deque[Block], text: PlannedText) -> bool:
        """Whether nothing is there yet for a picture or a video that did not come along: its caption stays as text."""
        gap = GAP.fullmatch(link.target.url)
        if not gap or gap[0] in self.files or not waiting or waiting[0].line != int(gap[1]):
            return False
        words, line = waiting[0].text.strip("*").replace(r"\*", "*"), int(gap[1])
        text.gaps.append(Gap(gap[0], line, words, is_video=bool(gap[2])))
        remark = _("A video stood here: %(words)s") if gap[2] else _("A picture stood here: %(words)s")
        text.remarks.append(Remark.of(remark, line, words=words))
        return True

    def place(self, link: Link, line: int, text: PlannedText) -> PlannedPicture | None:
        """The picture that a text shows, if its file is in the upload."""
        url = link.target.url
        if url.startswith("picture:"):
            return None
        if url in self.files and not GAP.fullmatch(url):
            return self.take(url, unquote(urlsplit(url).path).rpartition("/")[2] or "picture", link, text)
        if content := data_in(url):
            name = f"data-{sha256(content).hexdigest()[:12]}"
            self.files.setdefault(name, content)
            with suppress(Unreadable):
                return self.take(name, alt_of(link, self.references) or "picture", link, text)
        if ELSEWHERE.match(url):
            remark = _("The picture %(url)s is elsewhere: it stays a link. To show it, put its file into the upload.")
            text.remarks.append(Remark.of(remark, line, url=url[:200]))
            if url.startswith(("https://", "http://")):
                text.remote.append(RemotePicture(url, line))
            return None
        alt = alt_of(link, self.references)
        is_gap = bool(GAP.fullmatch(url))
        filename = url if is_gap else unquote(url.partition("?")[0]).replace("\\", "/").rpartition("/")[2]
        key = filename_key(filename)
        if key not in self.files:
            remark = _("The picture “%(name)s” is not in the upload: it is kept in the text as it is.")
            text.remarks.append(Remark.of(remark, line, name=filename[:200]))
            text.gaps.append(Gap(filename_key(filename), line, alt or filename))
            return None
        return self.take(key, alt if is_gap else filename, link, text)

    def take(self, key: str, called: str, link: Link, text: PlannedText) -> PlannedPicture:
        """The picture in a file of the document, under a name of its own."""
        clean = self.clean_file(key, called)
        name = first_free(slug_of(PurePosixPath(called).stem, otherwise="picture"), self.names)
        self.names.add(name)
        picture = PlannedPicture(name, called, clean, alt_of(link, self.references))
        text.pictures.append(picture)
        return picture

    def clean_file(self, key: str, filename: str) -> CleanPicture:
        if key not in self.clean:
            try:
                file = self.files[key]
                fit = file if isinstance(file, CleanPicture) else clean_upload(ContentFile(file, name=filename))
                self.clean[key] = fit
            except ValidationError as error:
                raise Unreadable(f"{filename}: {error.messages[0]}") from error
        return self.clean[key]

    def take_lines_below(self, picture: PlannedPicture, waiting: deque[Block], text: PlannedText) -> None:
        while waiting and (lines := lines_below(waiting[0])) and self.describe(picture, waiting[0], lines, text):
            rest = waiting.popleft()
            if rest.lines[lines:]:
                waiting.appendleft(replace(rest, lines=rest.lines[lines:], line=rest.line + lines))

    def describe(self, picture: PlannedPicture, block: Block, lines: int, text: PlannedText) -> bool:
        """Take the first lines of a block as caption and credit; whether that was possible."""
        written = "\n".join(block.lines[:lines])
        italic = ITALIC.fullmatch(written)
        inside = italic["inside"] if italic else written
        caption, credit = caption_and_credit(plain(inside, self.references))
        if (caption and (picture.caption or not italic)) or (credit and picture.credit):
            return False
        linked = list(links(inside, self.references))
        leads_to_maker = len(linked) == 1 and plain(linked[0].label, self.references) in credit and is_web(linked[0])
        is_too_much = (linked and not leads_to_maker) or holds_more_than_links(inside, self.references)
        if len(caption) > LONGEST_CAPTION or is_too_much:
            remark = _("The line below “%(name)s” is too long for a caption, or holds links: it is kept in the text.")
            text.remarks.append(Remark.of(remark, block.line, name=picture.filename))
            return False
        picture.caption, picture.credit = picture.caption or caption, picture.credit or credit
        picture.credit_url = linked[0].target.url if linked else picture.credit_url
        return True

    def finish(self, picture: PlannedPicture, link: Link, line: int, text: PlannedText) -> None:
        """Add what the title in the picture's own brackets says, and look whether anything is missing."""
        caption, credit = caption_and_credit(plain(link.target.title, self.references))
        picture.caption = together(picture.caption, caption)
        picture.credit = together(picture.credit, credit)
        if len(picture.caption) > LONGEST_CAPTION or len(picture.credit) > LONGEST_CREDIT:
            raise Unreadable(_("The caption of “%(name)s” is too long. Shorten it.") % {"name": picture.filename})
        if not picture.alt:
            remark = _("“%(name)s” has no alternative text: say what it shows, ![like this](…).")
            text.remarks.append(Remark.of(remark, line, name=picture.filename))


def together(first: str, second: str) -> str:
    return first if second in first else f"{first} {second}".strip()


def is_web(link: Link) -> bool:
    return link.target.url.startswith(("https://", "http://")) and len(link.target.url) <= LONGEST_URL


def is_alone(block: Block, picture: Link) -> bool:
    """Whether a picture is all of a paragraph, with a link around it or without."""
    before, behind = block.text[: picture.start].strip(), block.text[picture.end :].strip()
    is_linked = before == "[" and (target := LINKED.match(behind)) and target.end() == len(behind)
    return block.kind is Kind.PARAGRAPH and (bool(is_linked) or not before + behind)


def alt_of(link: Link, references: Targets) -> str:
    return plain(link.label[:LONGEST_READ], references)[:LONGEST_ALT]


def data_in(url: str) -> bytes | None:
    """The picture that an address holds itself."""
    found = DATA.match(url)
    if not found or len(url) > LARGEST_DATA:
        return None
    with suppress(ValueError):
        return b64decode(re.sub(r"\s|%0A", "", unquote(url[found.end() :])), validate=True) or None
    return None


def dead_links(block: Block) -> Iterator[Remark]:
    """The links of a block that readers will not get."""
    if block.kind is Kind.CODE:
        return
    for each in addresses(block.text):
        if not each.is_picture and not LINK.match(each.address):
            line = block.line + block.text.count("\n", 0, each.start)
            remark = _("The link to “%(address)s” leads nowhere from here: readers get its words alone.")
            yield Remark.of(remark, line, address=each.address[:LONGEST_URL])


def lines_below(block: Block) -> int:
    """How many lines of a block could be about the picture above: all if in italics, or the first."""
    if block.kind is not Kind.PARAGRAPH or len(block.text) > LONGEST_READ:
        return 0
    if ITALIC.fullmatch(block.text):
        return len(block.lines)
    caption, credit = caption_and_credit(plain(block.lines[0], {}))
    is_credit = credit and not caption and len(block.lines) == 1
    return 1 if is_credit or ITALIC.fullmatch(block.lines[0]) else 0


def with_names(block: Block, shown: list[Link], placed: list[PlannedPicture | None]) -> Block:
    """The block, with the names of pictures in place of those of files."""
    text = block.text
    for link, picture in reversed(list(zip(shown, placed, strict=True))):
        if picture:
            text = f"{text[: link.start]}![{link.label}](picture:{picture.name}){text[link.end :]}"
    return replace(block, lines=tuple(text.split("\n")))
