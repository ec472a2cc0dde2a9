"""Pictures in a text, with caption and credit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from core.markup.tree import become, family, replace


@dataclass(frozen=True, slots=True)
class Figure:
    """What has to be known of a picture to show it."""

    name: str
    url: str
    alt: str
    width: int
    height: int
    caption: str = ""
    credit: str = ""
    credit_url: str = ""
    #: Type and srcset of each format beside that of `url`, the best one first.
    sources: tuple[tuple[str, str], ...] = ()
    sizes: str = ""

    @property
    def is_tall(self) -> bool:
        """Whether it could not be read if all of it had to be seen at once."""
        return self.height > 3 * self.width


def picture_name(image: Element) -> str:
    """The name in `src="picture:name"`, empty for an image from elsewhere."""
    scheme, _, name = image.get("src", "").partition(":")
    return name if scheme == "picture" else ""


def show_pictures(
    root: Element, figures: Mapping[str, Figure], show: Callable[[Figure, str], Element]
) -> tuple[str, ...]:
    """Replace each picture by what `show` makes of it and of its alternative text; returns the names in order. Of a
    picture that is not given the alternative text stays. A title in the text stands for the caption. The still of a
    video captions the video."""
    names = []
    videos = {link: video for video in root.iter("figure") for link in video.findall("a")}
    for parent, image in family(root, "img"):
        name, alt, title = picture_name(image), image.get("alt"), image.get("title")
        names.append(name)
        if (figure := figures.get(name)) is None:
            become(image, "span", alt or name)
            parent.tag = "p" if parent.tag == "figure" and len(parent) == 1 else parent.tag
        else:
            replace(parent, image, show(figure, alt or figure.alt))
            frame = videos.get(parent, parent)
            if frame.tag == "figure" and frame.find("figcaption") is None:
                add_caption(frame, title or figure.caption, figure)
    return tuple(names)


def add_caption(parent: Element, caption: str, figure: Figure) -> None:
    if not caption and not figure.credit:
        return
    element = SubElement(parent, "figcaption")
    element.text = caption
    if figure.credit:
        element.text += " " if caption else ""
        credit = SubElement(element, "span", {"class": "credit"})
        if figure.credit_url:
            credit = SubElement(credit, "a", {"href": figure.credit_url})
        credit.text = figure.credit
