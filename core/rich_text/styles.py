"""From how a text looks to what that means: emphasis and titles that are only styles."""

import re

from lxml.html import HtmlElement

from core.rich_text.page import HEADINGS, Page, elements, enclose, holds_blocks, text_of

BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:bold|[6-9]\d\d|1000)", re.IGNORECASE)
ITALIC = re.compile(r"(?<![\w-])font-style:\s*(?:italic|oblique)", re.IGNORECASE)
STRUCK = re.compile(r"(?<![\w-])text-decoration[\w-]*:[^;]*line-through", re.IGNORECASE)
NOT_BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:normal|[1-4]00)", re.IGNORECASE)
NOT_ITALIC = re.compile(r"(?<![\w-])font-style:\s*normal", re.IGNORECASE)
MEANINGS = {"strong": BOLD, "em": ITALIC, "del": STRUCK}
PLAINLY = {"strong": NOT_BOLD, "em": NOT_ITALIC}
RULE = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
SAME = {"kbd": "code", "samp": "code", "tt": "code"}
# What stands below a title, and what begins a question on a page of ours.
NO_HEADINGS = {"subtitle", "pw-subtitle-paragraph", "question"}
QUOTES = {"MsoQuote", "MsoIntenseQuote"}
# The titles of Word and Notion; of Google Docs, stored as a page and copied.
TITLES = {"MsoTitle", "MsoTitleCxSpFirst", "document-title", "page-title"}
CLASS_OF_GOOGLE = re.compile(r"c\d+")
TITLE_SIZE_OF_GOOGLE = re.compile(r"font-size:\s*26pt")


def give_meaning(page: Page) -> None:
    """Let what looks bold, italic or struck out be so, and what only says that it is not, not."""
    means = MEANINGS.values()
    rules = RULE.findall(page.styles)
    sheet = {name: look for name, look in rules if any(meaning.search(look) for meaning in means)}
    for element in elements(page.root):
        if element.tag in SAME:  # other names may be such as lxml reads and does not write
            element.tag = SAME[element.tag]
        style, classes = element.get("style", ""), element.get("class", "").split()
        look = ";".join([*(sheet.get(name, "") for name in classes), style])
        if element.tag in PLAINLY and PLAINLY[element.tag].search(style):
            element.tag = "span"
        elif element.tag not in HEADINGS | {"th", "code", "pre"} and not holds_blocks(element):
            for tag, meaning in MEANINGS.items():
                if meaning.search(look) and element.tag != tag and text_of(element):
                    enclose(element, tag)
    for element in elements(page.root, *MEANINGS):
        if next(element.iterancestors(element.tag), None) is not None:
            element.drop_tag()


def find_titles(page: Page) -> None:
    """Headings and quotations that are none in HTML. A title stands above all headings: where there are others of
    its rank, all move down."""
    for element in elements(page.root):
        if element.get("role") == "heading":
            level = f"h{element.get('aria-level', '2')}"
            element.tag = level if level in HEADINGS else "h2"
        if QUOTES & set(element.get("class", "").split()):
            enclose(element, "p")
            element.tag = "blockquote"
        if element.tag in HEADINGS and NO_HEADINGS & set(element.get("class", "").split()):
            element.tag = "p"
    first = next(page.root.iter("strong", "span"), None)
    from_google = first is not None and first.get("id", "").startswith("docs-internal-guid")
    paragraphs = elements(page.root, "p", "h1")
    title = next((element for element in paragraphs if is_title(element, from_google=from_google)), None)
    if title is not None:
        title.tag = "h1"
        others = [element for element in elements(page.root, *HEADINGS) if element is not title]
        for element in others if any(element.tag == "h1" for element in others) else []:
            element.tag = f"h{min(6, int(element.tag[1]) + 1)}"


def is_title(element: HtmlElement, *, from_google: bool) -> bool:
    classes = set(element.get("class", "").split())
    if TITLES & classes:
        return True
    if "title" in classes and (element.tag == "h1" or any(map(CLASS_OF_GOOGLE.fullmatch, classes))):
        return True  # LibreOffice; Google Docs
    first = next(element.iterdescendants("span"), None) if from_google else None
    is_large = first is not None and TITLE_SIZE_OF_GOOGLE.search(first.get("style", ""))
    return bool(is_large) and text_of(first) == text_of(element)
