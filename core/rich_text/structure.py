"""A tree of blocks: nothing but paragraphs, headings, lists, quotations, tables, code, terms and notes."""

import re

from lxml.etree import strip_tags
from lxml.html import HtmlElement

from core.rich_text.page import BLOCKS, FRAMES, HEADINGS, elements, enclose, holds_blocks, is_blank, text_of

MARKS = {"a", "strong", "em", "del", "code", "sub", "sup"}
HOLDERS = {*HEADINGS, "blockquote", "dd", "dl", "dt", "li", "note", "ol", "p", "ul"}
KEPT = {*MARKS, *HOLDERS, "br", "hr", "img", "pre", "table", "tbody", "td", "th", "tr"}
LANGUAGE = re.compile(r"\b(?:language|lang|highlight-source)-([\w+#-]+)")
# Elements that are dropped, not what is in them: all at once, as that takes linear time.
GONE = "gone"
CONTAINERS = {"blockquote", "body", "dd", "div", "dt", "li", "note"}


def build(root: HtmlElement) -> None:
    root.tag = "body"
    for element in elements(root):
        simplify(element)
    strip_tags(root, GONE)
    for code in elements(root, "code"):
        join_code(code)
    drop_blank(root, MARKS)
    for br in [*elements(root, "br"), *reversed(elements(root, "br"))]:
        move_out(br)
    split_at_double_breaks(root)
    for element in elements(root, "p", *HEADINGS):
        if holds_blocks(element):
            open_up(element)
    for mark in reversed(elements(root, *MARKS)):
        if holds_blocks(mark):
            push_down(mark)
    for container in [root, *elements(root, *CONTAINERS)]:
        wrap_loose(container)
    for paragraph in elements(root, "p", *HEADINGS):
        tidy_edges(paragraph)
    for heading in elements(root, *HEADINGS):
        plain_heading(heading)
    drop_blank(root, {*MARKS, *HOLDERS})
    strip_tags(root, "div")
    for mark in elements(root, "del", "em"):
        keep_as_html(mark)


def drop_blank(root: HtmlElement, tags: set[str]) -> None:
    for element in reversed(elements(root, *tags)):
        if is_blank(element) and element.tag in MARKS:
            element.tag = GONE
        elif is_blank(element):
            element.drop_tree()
    strip_tags(root, GONE)


def keep_as_html(mark: HtmlElement) -> None:
    """What Markdown has no signs for that would be understood: struck out within a word, bold in parts of italics."""
    bold = sum(1 for _strong in mark.iter("strong"))
    if mark.tag == "em" and (bold > 1 or (bold and is_in_word(mark))):
        mark.tag = "stressed"
    elif mark.tag == "del" and is_in_word(mark):
        mark.tag = "struck"


def simplify(element: HtmlElement) -> None:
    """Frames are `div`; what means nothing in Markdown is dropped, its text stays."""
    if element.tag == "q":
        element.text = f"“{element.text or ''}"
        element.tail = f"”{element.tail or ''}"
    if element.tag in FRAMES:
        element.tag = "div"
    elif element.tag in {"thead", "tfoot"}:
        element.tag = "tbody"
    elif element.tag == "pre":
        flatten_code(element)
    elif element.tag == "code":
        element.text = str(element.text_content())
        del element[:]
    elif element.tag in {"tr", "td", "th", "tbody"} and next(element.iterancestors("table"), None) is None:
        element.tag = "div"
    elif element.tag not in KEPT:
        element.tag = GONE


def flatten_code(block: HtmlElement) -> None:
    language = LANGUAGE.search(" ".join(element.get("class", "") for element in block.iter()))
    for br in elements(block, "br"):
        br.tail = f"\n{br.tail or ''}"
    block.text = str(block.text_content())
    del block[:]
    block.attrib.clear()
    if language:
        block.set("class", f"language-{language[1]}")


def join_code(code: HtmlElement) -> None:
    """Code beside code is one. Its brackets would end the link that they are in."""
    previous = code.getprevious()
    if previous is not None and previous.tag == "code" and not previous.tail:
        previous.text = (previous.text or "") + (code.text or "")
        code.drop_tree()
    elif {"[", "]"} & set(code.text or "") and next(code.iterancestors("a"), None) is not None:
        code.drop_tag()


def split_at_double_breaks(root: HtmlElement) -> None:
    for br in elements(root, "br"):
        following, is_in_table = br.getnext(), next(br.iterancestors("td", "th"), None) is not None
        if following is not None and following.tag == "br" and not (br.tail or "").strip() and not is_in_table:
            br.tag, following.tag = "div", GONE
    strip_tags(root, GONE)


def move_out(br: HtmlElement) -> None:
    """A break at the edge of emphasis is none of it."""
    while (mark := br.getparent()).tag in MARKS:
        if br.getnext() is None and not (br.tail or "").strip():
            br.tail = None
            mark.addnext(br)
        elif br.getprevious() is None and not (mark.text or "").strip():
            mark.text, br.tail = br.tail, None
            mark.addprevious(br)
        else:
            break


def is_in_word(mark: HtmlElement) -> bool:
    """Whether something stands close to emphasis, without a space."""
    previous = mark.getprevious()
    before = (mark.getparent().text if previous is None else previous.tail) or ("x" if previous is not None else "")
    after = mark.tail or ("x" if mark.getnext() is not None else "")
    return bool(before and not before[-1].isspace()) or bool(after and after[0].isalnum())


def open_up(element: HtmlElement) -> None:
    """A paragraph that holds blocks only frames them. In a heading they are parts of its line."""
    if element.tag in HEADINGS and all(block.tag in {"div", "p"} for block in element.iterdescendants(*BLOCKS)):
        for block in elements(element, *BLOCKS):
            block.tail = f" {block.tail or ''}"
            block.drop_tag()
    else:
        element.tag = "div"


def push_down(mark: HtmlElement) -> None:
    """Emphasis or a link around blocks is around the text of each."""
    tag, attributes = mark.tag, dict(mark.attrib)
    mark.tag = "div"
    mark.attrib.clear()
    for container in [mark, *elements(mark, *CONTAINERS)]:
        wrap_loose(container)
    for leaf in elements(mark, "p", "td", "th", *HEADINGS):
        if not is_blank(leaf) and not holds_blocks(leaf) and (tag == "a" or text_of(leaf)):
            enclose(leaf, tag, **attributes)


def wrap_loose(container: HtmlElement) -> None:
    """Let text between blocks be paragraphs."""
    if (container.text or "").strip() or (len(container) and container[0].tag not in BLOCKS):
        paragraph = container.makeelement("p")
        paragraph.text, container.text = container.text, None
        container.insert(0, paragraph)
        take_following(paragraph)
    for block in [child for child in container if child.tag in BLOCKS]:
        following = block.getnext()
        if (block.tail or "").strip() or (following is not None and following.tag not in BLOCKS):
            paragraph = container.makeelement("p")
            paragraph.text, block.tail = block.tail, None
            block.addnext(paragraph)
            take_following(paragraph)


def take_following(paragraph: HtmlElement) -> None:
    while (following := paragraph.getnext()) is not None and following.tag not in BLOCKS:
        paragraph.append(following)


def tidy_edges(paragraph: HtmlElement) -> None:
    """Pictures at the edges of a paragraph stand in paragraphs of their own, breaks there say nothing."""
    while (first := next(paragraph.iterchildren(), None)) is not None and may_go(first, paragraph.text):
        paragraph.text, first.tail = first.tail, None
        paragraph.addprevious(alone(first))
    while (last := next(paragraph.iterchildren(reversed=True), None)) is not None and may_go(last, last.tail):
        last.tail = None
        paragraph.addnext(alone(last))


def may_go(element: HtmlElement, beside: str | None) -> bool:
    return not (beside or "").strip() and (element.tag == "br" or is_picture(element))


def is_picture(element: HtmlElement) -> bool:
    images = [element] if element.tag == "img" else list(element.iter("img"))
    return len(images) == 1 and not text_of(element) and element.tag in {"img", *MARKS}


def alone(picture: HtmlElement) -> HtmlElement:
    paragraph = picture.makeelement("p")
    paragraph.append(picture)
    return paragraph


def plain_heading(heading: HtmlElement) -> None:
    """A heading is one line, and bold already."""
    for mark in elements(heading, "strong"):
        mark.drop_tag()
    for br in elements(heading, "br"):
        br.tail = f" {br.tail or ''}"
        br.drop_tag()
