"""A text as part of a mail: what every client shows, and nothing that only a page can do."""

from collections.abc import Mapping
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from core.markup.cleaning import OUTGOING
from core.markup.figures import Figure, show_pictures
from core.markup.tree import become, inner_html, replace, text_of
from core.markup.web import outline

# As wide as the text of a mail; some clients show a picture in the width that it claims.
WIDEST = 560
# Points to the right in every font and in every direction of writing; phones draw no coloured button for it.
PLAY = "\u25ba"


def to_message(root: Element, figures: Mapping[str, Figure], *, base_url: str, base: int) -> str:
    def plain_image(figure: Figure, alt: str) -> Element:
        width = {"width": str(min(figure.width, WIDEST))} if figure.width else {}
        return Element("img", {"src": urljoin(base_url, figure.url), "alt": alt, **width})

    show_pictures(root, figures, plain_image)
    outline(root, base)
    for figure in list(root.iter("figure")):
        plain_figure(figure)
    for link in list(root.iter("a")):
        if link.get("class") == "footnote-ref":
            become(link, "span", f"[{link.text}]")
        elif link.get("class") == "footnote-backref":
            become(link, "span")
        elif link.get("href", "").startswith("#"):
            link.tag = "span"
            link.attrib.clear()
    for element in root.iter():
        element.attrib.pop("id", None)
    return OUTGOING.clean(inner_html(root)).strip()


def plain_figure(figure: Element) -> None:
    """A picture, or the still of a video, above its caption."""
    figure.tag, figure.attrib["class"] = "div", figure.get("class", "figure")
    for caption in figure.findall("figcaption"):
        caption.tag, caption.attrib["class"] = "p", "caption"
    for link in figure.findall("a[@class='video-link']"):
        replace(figure, link, still(link))


def still(link: Element) -> Element:
    """A dark screen that leads to the video, below the editor's picture of it if there is one. It is a table, and no
    picture: nothing is asked of the other site, and it is there where mail programs hold pictures back."""
    *pictures, host, address = link
    href = link.get("href", "")
    table = Element("table", {"class": "still", "role": "presentation", "width": "100%"})
    for picture in pictures:
        cell = SubElement(SubElement(table, "tr"), "td", {"class": "figure"})
        SubElement(cell, "a", {"href": href}).append(picture)
    cell = SubElement(SubElement(table, "tr"), "td", {"align": "center"})
    screen = SubElement(cell, "a", {"class": "screen below" if pictures else "screen", "href": href})
    SubElement(screen, "span", {"class": "play"}).text = PLAY
    SubElement(screen, "br").tail = _("Watch on %(host)s") % {"host": text_of(host)}
    SubElement(screen, "br")
    SubElement(screen, "span", {"class": "where"}).text = text_of(address)
    return table
