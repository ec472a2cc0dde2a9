"""What a text is made of beyond Markdown: videos, figures, questions with their answers."""

import re
from xml.etree.ElementTree import Element, SubElement

from core.markup.figures import picture_name
from core.markup.tree import HEADINGS, all_that_is_in, become, family, replace, text_of, unwrap

VIDEO = re.compile(
    r"https?://(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:[^\s<>#&]*&)*v=|shorts/|live/|embed/)|youtu\.be/)"
    r"(?P<youtube>[\w-]{11})(?![\w-])[^\s<>]*"
    r"|https?://(?:www\.)?vimeo\.com/(?P<vimeo>\d+)(?![\w/])[^\s<>]*"
)
MARK = re.compile(r"\s*([QA问問答] ?[:：])\s*")
LABELS = {"summary", "figcaption"}
QUESTION = set("Q问問")


def find_parts(root: Element) -> None:
    for link in root.iter("a"):
        link.tag = "a" if link.get("href") else "span"
    doubt_notes(root)
    settle_paragraphs(root)
    show_no_stranger(root)
    find_videos(root)
    find_figures(root)
    find_questions(root)


def settle_paragraphs(root: Element) -> None:
    """No paragraph where a tag only ended one, and none around the only words of a label."""
    for parent, paragraph in family(root, "p"):
        is_empty = not len(paragraph) and not (paragraph.text or "").strip() and not paragraph.get("id")
        if is_empty or (parent.tag in LABELS and all_that_is_in(parent, "p") == [paragraph]):
            unwrap(parent, paragraph)


def doubt_notes(root: Element) -> None:
    """What a writer's own HTML says is a note, and does not look like one, is text like any other."""
    for element in root.iter():
        if "class" in element.attrib and element.tag != "code" and not is_note(element):
            del element.attrib["class"]


def is_note(element: Element) -> bool:
    """Whether Python-Markdown may have made it, whose classes for notes are the only ones in a text so far."""
    if element.attrib["class"] == "footnote":
        return [child.tag for child in element] == ["hr", "ol"]
    mark = "" if len(element) else element.text or ""
    return mark == "↩" if element.attrib["class"] == "footnote-backref" else mark.isdecimal()


def show_no_stranger(root: Element) -> None:
    """Pictures from elsewhere become links: a page that shows them would tell the stranger who reads it."""
    for link in root.iter("a"):
        for image in list(link.iter("img")):
            if not picture_name(image):
                become(image, "span", image.get("alt", ""))
    for image in list(root.iter("img")):
        if not picture_name(image):
            source = image.get("src", "")
            href = {"href": source} if source.startswith(("http:", "https:")) else {}
            become(image, "a" if href else "span", image.get("alt") or source, **href)


def find_figures(root: Element) -> None:
    """Pictures alone in their paragraph are figures."""
    for parent, paragraph in family(root, "p"):
        figures = []
        if parent.tag == "figure" and all_that_is_in(paragraph, "img"):
            unwrap(parent, paragraph)
            continue
        for image in all_that_is_in(paragraph, "img"):
            figures.append(Element("figure"))
            figures[-1].append(image)
            image.tail = None
        if figures:
            replace(parent, paragraph, *figures)


def find_videos(root: Element) -> None:
    """The address of a video alone in its paragraph is a figure, a paragraph all in italics below it the caption. So
    is a picture of ours that leads to a video: it is the still. It stays a link, which a script may turn into a
    player: nothing is asked of the other site before that."""
    for parent, paragraph in family(root, "p"):
        match all_that_is_in(paragraph, "a"):
            case [link] if text_of(link).startswith(("http", "www.")) or all_that_is_in(link, "img"):
                if address := VIDEO.fullmatch(link.get("href", "")):
                    figure = Element("figure", {"class": "video"})
                    figure.append(video_link(address, link.findall("img")[:1]))
                    take_caption(parent, paragraph, figure)
                    replace(parent, paragraph, figure)


def take_caption(parent: Element, paragraph: Element, figure: Element) -> None:
    below = parent[list(parent).index(paragraph) + 1 :][:1]
    if below and below[0].tag == "p" and not (paragraph.tail or "").strip():
        match all_that_is_in(below[0], "em"):
            case [caption]:
                parent.remove(below[0])
                paragraph.tail = below[0].tail
                caption.tag, caption.tail = "figcaption", None
                figure.append(caption)


def video_link(address: re.Match[str], still: list[Element]) -> Element:
    if address["youtube"]:
        host, embed = "YouTube", f"https://www.youtube-nocookie.com/embed/{address['youtube']}"
    else:
        host, embed = "Vimeo", f"https://player.vimeo.com/video/{address['vimeo']}?dnt=1"
    link = Element("a", {"class": "video-link", "href": address[0], "data-embed": embed})
    link.extend(still)
    named = SubElement(link, "span", {"class": "video-host"})
    named.text, named.tail = host, " "
    SubElement(link, "span", {"class": "video-address"}).text = re.sub(r"https?://(www\.)?", "", address[0])
    return link


def find_questions(root: Element) -> None:
    """A paragraph that begins with `Q:` is a question. What follows answers it, until the next question, a heading, a
    thematic break or the end. Without a question, `A:` is a paragraph like any other."""
    block: Element | None = None
    kept: list[Element] = []
    for child in root:
        leaf, mark = leading_mark(child)
        if mark and mark[0] in QUESTION:
            block = Element("div", {"class": "qa"})
            kept.append(block)
            block.append(child)
            block.tail, child.tail = child.tail, None
            child.tag, child.attrib["class"] = "h6", "question"
        elif child.tag in HEADINGS | {"hr"} or child.get("class") == "footnote":
            block = None
            kept.append(child)
        elif block is not None:
            answer = block[1] if len(block) > 1 else SubElement(block, "div", {"class": "answer"})
            answer.append(child)
        else:
            kept.append(child)
        if mark and block is not None:
            set_apart(child, leaf, mark)
    root[:] = kept


def leading_mark(paragraph: Element) -> tuple[Element, str]:
    """The `Q:` or `A:` with which a paragraph begins, and the element whose text it is: it may be bold."""
    leaf = paragraph
    if not (paragraph.text or "").strip() and len(paragraph) and paragraph[0].tag == "strong":
        leaf = paragraph[0]
    found = MARK.match(leaf.text or "") if paragraph.tag == "p" else None
    return leaf, found[1] if found else ""


def set_apart(paragraph: Element, leaf: Element, mark: str) -> None:
    """Move the mark into a `span` of its own, as structured data wants the question without it."""
    leaf.text = MARK.sub("", leaf.text or "", count=1)
    span = Element("span", {"class": "mark"})
    span.text, span.tail = mark, " " if mark.endswith(":") else ""
    if leaf is paragraph:
        span.tail += leaf.text
        leaf.text = None
    elif not leaf.text and not len(leaf):
        span.tail += (leaf.tail or "").lstrip()
        paragraph.remove(leaf)
    paragraph.insert(0, span)
