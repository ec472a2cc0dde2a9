"""One Markdown dialect for web pages, mail and plain text.

text ─ marks, fences, tame, containers, mend ─ Markdown (dialect) ─ clean ─ tree ─ named, type, parts ─┬─ web, clean
                                                                                                       ├─ mail, clean
                                                                                                       └─ plain
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from core.markup import mail, plain, web
from core.markup.cleaning import INCOMING
from core.markup.dialect import convert
from core.markup.figures import Figure
from core.markup.named import Medium, fill, find_named
from core.markup.parts import find_parts
from core.markup.tree import parse
from core.markup.typography import set_type
from core.markup.web import Rendered, shift_headings
from core.markup.wrapping import wrapped
from core.slugs import SLUG

#: Raise it whenever the same text gives other HTML: stored HTML is then rendered anew.
RENDERER_VERSION = 5

#: How a text refers to a picture by its name.
PICTURE = re.compile(rf"\bpicture:({SLUG.pattern})")
SURROGATES = re.compile("[\ud800-\udfff]")
NOTHING: Mapping[str, Figure] = {}


def render(
    text: str,
    *,
    figures: Mapping[str, Figure] = NOTHING,
    prefix: str = "",
    eager_first: bool = False,
    heading_base: int = 2,
) -> Rendered:
    """Safe HTML for a web page, the same for the same input. `prefix` comes before all ids, so that several texts
    share a page. What it names has a place in it, which `core.markup.named.fill` fills. The first heading has the
    level `heading_base` and none is skipped; `shift_headings` fits stored HTML to a page where it lies
    deeper. `eager_first` is for the text whose first picture is at the top of the page. Any 20,000 characters take
    less than two seconds."""
    return web.to_page(_read(text), figures, prefix=prefix, base=heading_base, eager_first=eager_first)


def to_mail(text: str, *, figures: Mapping[str, Figure] = NOTHING, base_url: str, heading_base: int = 2) -> str:
    """Safe HTML for a mail: absolute addresses, plain images, no ids, what it names as it is now."""
    return fill(mail.to_message(_read(text), figures, base_url=base_url, base=heading_base), Medium.MAIL)


def to_text(text: str, *, figures: Mapping[str, Figure] = NOTHING) -> str:
    """Plain text that reads well. The words for *picture* and *video* are in the language that is active."""
    return plain.to_lines(_read(text), figures)


def referenced_pictures(text: str) -> tuple[str, ...]:
    """The names of the pictures that a text may show, without rendering it."""
    return tuple(dict.fromkeys(PICTURE.findall(text)))


def _read(text: str) -> Element:
    root = parse(INCOMING.clean(convert(SURROGATES.sub("\ufffd", text))))
    find_named(root)
    set_type(root)
    find_parts(root)
    return root
