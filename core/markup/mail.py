"""A text as part of a mail: what every client shows, and nothing that only a page can do."""

from collections.abc import Mapping
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from core.markup.cleaning import OUTGOING
from core.markup.figures import Figure, show_pictures
from core.markup.tree import become, inner_html, text_of
from core.markup.web import outline

# As wide as the text of a mail; some clients show a picture in the width that it claims.
WIDEST = 560
# As a letter, where phones would draw a coloured button.
TRIANGLE = "\u25b6\ufe0e"


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
    """A picture, or the address of a video, above its caption."""
    figure.tag, figure.attrib["class"] = "div", figure.get("class", "figure")
    for caption in figure.findall("figcaption"):
        caption.tag, caption.attrib["class"] = "p", "caption"
    for link in figure.findall("a[@class='video-link']"):
        become(link, "a", f"{TRIANGLE} {text_of(link[-1])}", href=link.get("href", ""))
