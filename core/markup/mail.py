"""A text as part of a mail: what every client shows, and nothing that only a page can do."""

from collections.abc import Mapping
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from core.markup.cleaning import OUTGOING
from core.markup.figures import Figure, show_pictures
from core.markup.tree import become, inner_html
from core.markup.web import outline

# As wide as a mail gets; some clients show a picture in the width that it claims.
WIDEST = 600


def to_message(root: Element, figures: Mapping[str, Figure], *, base_url: str, base: int) -> str:
    def plain_image(figure: Figure, alt: str) -> Element:
        width = {"width": str(min(figure.width, WIDEST))} if figure.width else {}
        return Element("img", {"src": urljoin(base_url, figure.url), "alt": alt, **width})

    show_pictures(root, figures, plain_image)
    outline(root, base)
    for figure in list(root.iter("figure")):
        plain_video(figure) if figure.get("class") == "video" else plain_figure(figure)
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


def plain_video(figure: Element) -> None:
    """The address as a link, and the caption below it."""
    become(figure[0], "a", figure[0].get("href", ""), href=figure[0].get("href", ""))
    figure.tag = "p"
    figure.attrib.clear()
    if len(figure) > 1:
        figure[1].tag = "em"
        figure.insert(1, Element("br"))


def plain_figure(figure: Element) -> None:
    figure.tag, figure.attrib["class"] = "div", "figure"
    for caption in figure.findall("figcaption"):
        caption.tag, caption.attrib["class"] = "p", "caption"
