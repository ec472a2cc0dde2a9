"""Pictures that came along are taken in, others are named; what stands below them; videos."""

import re
from base64 import b64decode
from binascii import Error as NoBase64
from io import BytesIO
from urllib.parse import unquote, urljoin

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml.html import HtmlElement

from core.imaging import check_limits, opened
from core.markup.parts import VIDEO
from core.rich_text.links import safe
from core.rich_text.page import Page, become_text, elements, enclose, is_blank, text_of

MOST_MEGAPIXELS = 50
LAZY = ("data-src", "data-original", "data-lazy-src", "data-delayed-url", "data-ghost-url", "data-actualsrc")
PIXELS = re.compile(r"\s*(\d+)(?:\.\d+)?(?:px)?\s*")
SIZE = re.compile(r"(?:^|[;\s])(?:width|height):\s*[0-3](?:px|;|\s|$)", re.IGNORECASE)
SMALLEST = 3
ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
# What only the machine that it came from could open.
OUT_OF_REACH = re.compile(r"[a-z][a-z0-9+.-]*:|\?", re.IGNORECASE)
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:[?#].*)?$|^https://substackcdn\.com/image/", re.IGNORECASE)
STARRED = re.compile(r"\s*\*([^*]+)\*\s*")
CAPTIONS = {"MsoCaption", "caption", "wp-caption-text", "image-caption", "gallery-caption", "wp-element-caption"}


def take_pictures(page: Page) -> None:
    for image in elements(page.root, "img"):
        source, alt = source_of(image), " ".join(image.get("alt", "").split())
        if "emoji" in image.get("class", "") or image.get("data-emoji"):
            become_text(image, alt)
        elif is_tiny(image) or not (source := find(page, source, alt)):
            image.drop_tree()
        else:
            title = " ".join(image.get("title", "").replace('"', "”").split())
            image.attrib.clear()
            image.set("src", source)
            image.set("alt", alt.translate({ord("["): "(", ord("]"): ")"}))
            if title and title != alt:
                image.set("title", title)


def source_of(image: HtmlElement) -> str:
    """The address of a picture, also where the page would fetch it only when it comes into sight."""
    lazy = next((image.get(name) for name in LAZY if image.get(name)), "")
    source = image.get("src", "").strip()
    first_of_set = image.get("srcset", "").strip().partition(" ")[0].rstrip(",")
    return (lazy if not source or source.startswith("data:") else source) or source or first_of_set


def is_tiny(image: HtmlElement) -> bool:
    sizes = [int(size[1]) for name in ("width", "height") if (size := PIXELS.fullmatch(image.get(name, "")))]
    return any(size <= SMALLEST for size in sizes) or bool(SIZE.search(image.get("style", "")))


def find(page: Page, source: str, alt: str) -> str:
    """The name of a picture in the text; empty where there is nothing to show."""
    if source.startswith("data:"):
        return take_embedded(page, source, alt)
    if source in page.files:
        return take(page, page.files[source], alt)
    if ELSEWHERE.match(source) or not OUT_OF_REACH.match(source):
        return safe(urljoin(page.base, source))
    name = re.split(r"[/\\:]", unquote(source.partition("?")[0]))[-1]
    page.missing.append(safe(name) if "." in name else number_of(page))
    return page.missing[-1]


def number_of(page: Page) -> str:
    return f"picture-{len(page.pictures) + len(page.missing) + 1}"


def take_embedded(page: Page, source: str, alt: str) -> str:
    number = source.removeprefix("data:")
    if not number.isdigit() or int(number) >= len(page.embedded):
        return ""
    try:
        return take(page, b64decode("".join(page.embedded[int(number)].split()) + "=="), alt)
    except NoBase64:
        return ""


def take(page: Page, content: bytes, alt: str) -> str:
    """The name under which a file is taken in, the same for the same file; empty for one that only counts who reads.
    What readers could not be shown is named, in the text and in a remark."""
    known = next((name for name, file in page.pictures.items() if file == content), "")
    try:
        with opened(BytesIO(content)) as image:
            name = known or f"{number_of(page)}.{str(image.format).lower()}"
            check_limits(image, MOST_MEGAPIXELS)
            if min(image.size) <= SMALLEST:
                return ""
    except ValidationError as error:
        page.missing.append(number_of(page))
        page.remarks.append(f"{alt or page.missing[-1]}: {error.messages[0]}")
        return page.missing[-1]
    page.pictures[name] = content
    return name


def set_captions(page: Page) -> None:
    """What stands below a picture is in italics, on a line of its own. A link from a picture to its file goes."""
    for element in elements(page.root, "figcaption", "p", "div", "span", "dd"):
        if is_caption(element) and not is_blank(element):
            for part in elements(element, "em", "p", "div"):
                part.tail = f"{' ' if part.tag != 'em' else ''}{part.tail or ''}"
                part.drop_tag()
            element.tag = "p"
            enclose(element, "em")
    for link in elements(page.root, "a"):
        if PICTURE_FILE.search(link.get("href", "")) and not text_of(link):
            link.drop_tag()


def is_caption(element: HtmlElement) -> bool:
    if element.tag == "figcaption" or CAPTIONS.intersection(element.get("class", "").split()):
        return True
    above = element.getprevious()
    is_below = above is not None and next(above.iter("img"), None) is not None and not text_of(above)
    # Written in Markdown, and not understood by who showed it.
    if is_below and element.tag == "p" and not len(element) and (written := STARRED.fullmatch(element.text or "")):
        element.text = written[1]
        return True
    return False


def show_videos(page: Page) -> None:
    """A player becomes the address of its video, alone on its line; others are named."""
    for player in elements(page.root, "iframe", "embed", "video"):
        source = next((value for name in ("src", *LAZY) if (value := player.get(name, "").strip())), "")
        source = source or next((found.get("src", "") for found in player.iter("source")), "")
        source = f"https:{source}" if source.startswith("//") else source
        address = address_of(source)
        if not address and re.match("https?://", source) and not is_tiny(player):
            words = player.get("title") or source
            page.remarks.append(_("A part from elsewhere did not come along: %(words)s.") % {"words": words[:200]})
        set_alone(player, address)
    for link in elements(page.root, "a"):
        if link.get("data-embed") and VIDEO.fullmatch(link.get("href", "")) and next(link.iter("img"), None) is None:
            set_alone(link, link.get("href"))


def address_of(source: str) -> str:
    """The page of the video that a player shows."""
    vimeo = re.match(r"https?://player\.vimeo\.com/video/(\d+)", source)
    if vimeo:
        return f"https://vimeo.com/{vimeo[1]}"
    found = VIDEO.match(source)
    return f"https://youtu.be/{found['youtube']}" if found and found["youtube"] else ""


def set_alone(player: HtmlElement, address: str) -> None:
    del player[:]
    player.tag, player.text = "p", address
    player.attrib.clear()
