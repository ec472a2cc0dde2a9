"""Tables of data stay tables; those that only lay out a page become text."""

import re

from lxml.html import HtmlElement

from core.rich_text.page import BLOCKS, HEADINGS, LAID_OUT, Page, elements, is_blank, text_of

NO_CELL = {*HEADINGS, "blockquote", "dl", "hr", "note", "ol", "pre", "ul"}
LONGEST_CELL = 400


def sort_tables(page: Page) -> None:
    """The innermost first, as a table with a table in it lays something out."""
    for table in reversed(elements(page.root, "table")):
        rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
        if is_layout(table, rows):
            dissolve(table)
        else:
            straighten(table, rows)


def is_layout(table: HtmlElement, rows: list[list[HtmlElement]]) -> bool:
    if table.get("role") in LAID_OUT or next(table.iterdescendants("table", "note"), None) is not None:
        return True
    filled = [[cell for cell in row if not is_blank(cell)] for row in rows]
    if max(map(len, filled), default=0) < 2:
        return True
    if next(table.iter("th"), None) is not None:
        return False
    cells = [cell for row in filled for cell in row]
    return len(rows) < 2 or any(
        next(cell.iter(*NO_CELL), None) is not None or len(text_of(cell)) > LONGEST_CELL for cell in cells
    )


def dissolve(table: HtmlElement) -> None:
    """Each cell becomes a part of the text of its own."""
    inside = [element for element in table.iterdescendants() if isinstance(element.tag, str)]
    for element in inside:
        if element.tag in {"td", "th", "caption"} and next(element.iterancestors("table"), None) is table:
            element.tag = "div"
        elif element.tag in {"tr", "tbody", "thead", "tfoot"} and next(element.iterancestors("table"), None) is table:
            element.drop_tag()
    table.tag = "div"
    table.attrib.clear()


def straighten(table: HtmlElement, rows: list[list[HtmlElement]]) -> None:
    """Let each cell hold one line, with breaks in it; a caption stands above."""
    for caption in elements(table, "caption"):
        caption.tag = "p"
        table.addprevious(caption)
    for cell in (cell for row in rows for cell in row):
        for block in elements(cell, *BLOCKS):
            if block.getprevious() is not None or (block.getparent().text or "").strip():
                block.addprevious(block.makeelement("br"))
            if block.getnext() is not None or (block.tail or "").strip():
                block.addnext(block.makeelement("br"))
            block.drop_tag()
        tidy_breaks(cell)
    for image in elements(table, "img"):
        image.attrib.pop("title", None)


def tidy_breaks(cell: HtmlElement) -> None:
    """One break between lines, none at the edges."""
    for br in elements(cell, "br"):
        after = (br.tail or "").strip()
        following = br.getnext()
        is_edge = br.getprevious() is None and not (br.getparent().text or "").strip()
        if is_edge or (not after and (following is None or following.tag == "br")):
            br.tail = re.sub(r"\A\s+", "", br.tail or "") if is_edge else br.tail
            br.drop_tag()
