"""What no reader of a page sees, and what belongs to the page and not to the text."""

import re

from django.utils.translation import gettext as _
from lxml.html import HtmlElement

from core.rich_text.page import HEADINGS, LAID_OUT, NAMES, Page, elements, text_of

NO_TEXT = {*NAMES["no_text"].split()}
HIDDEN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|mso-list\s*:\s*ignore"
    r"|max-height\s*:\s*0(?:px|;|\s|$))",
    re.IGNORECASE,
)
FOR_EARS = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "a11y-text", "katex-mathml"}
ROLES = {"navigation", "search", "banner", "contentinfo"}
BOXES = {*NAMES["boxes"].split()}
NOTHING = re.compile("[\u034f\u00ad\u200b\u2060\ufeff]")
JOINS_NOTHING = re.compile("(?<![^\\s])\u200c+(?![^\\s])")
SERVICE = re.compile("|".join(NAMES["service"]), re.IGNORECASE)
LONGEST_SERVICE = 240


def drop_unseen(page: Page) -> None:
    """Take out scripts, forms, what is hidden, and the signs that only fill a line."""
    for element in elements(page.root):
        if is_unseen(element):
            element.drop_tree()
    for element in page.root.iter():
        element.text = JOINS_NOTHING.sub("", NOTHING.sub("", element.text or ""))
        element.tail = JOINS_NOTHING.sub("", NOTHING.sub("", element.tail or ""))


def is_unseen(element: HtmlElement) -> bool:
    if element.tag in NO_TEXT:
        return element.tag != "button" or next(element.iterancestors(*HEADINGS), None) is None
    if element.get("hidden") is not None or HIDDEN.search(element.get("style", "")):
        return True
    if FOR_EARS & set(element.get("class", "").split()):
        return True
    return element.get("aria-hidden") == "true" and is_sign(element)


def is_sign(element: HtmlElement) -> bool:
    """Such as that of a heading's own address, or an icon."""
    return not re.search(r"\w", text_of(element)) and next(element.iter("img", "hr"), None) is None


def leave_out_menus(page: Page) -> None:
    """Take out the menus of a site, unless they are most of what was chosen, and say so."""
    found = dict.fromkeys(element for element in elements(page.root) if is_menu(element))
    outermost = [element for element in found if found.keys().isdisjoint(element.iterancestors())]
    if 2 * sum(len(text_of(element)) for element in outermost) < len(text_of(page.root)):
        leave_out(page, outermost)


def is_menu(element: HtmlElement) -> bool:
    if element.tag == "nav" or element.get("role") in ROLES or BOXES & set(element.get("class", "").split()):
        return True
    if element.tag not in {"header", "footer"}:
        return False
    linked = sum(len(text_of(link)) for link in element.iter("a"))
    return next(element.iter("nav"), None) is not None or 0 < len(text_of(element)) < 1.25 * linked


def leave_out_service(page: Page) -> None:
    """Take out the lines of a mailing around its text: to the browser, to the settings, away from the list."""
    found = []
    for link in elements(page.root, "a"):
        if SERVICE.fullmatch(text_of(link).strip(" .»›>→|")):
            block = next(link.iterancestors("p", "td", "div", "li", "center", "body"))
            found.append(block if len(text_of(block)) <= LONGEST_SERVICE and block is not page.root else link)
    leave_out(page, found)


def unwrap_forwarded(page: Page) -> None:
    """A mail that was passed on is no quotation; who passed it on when is left out."""
    leave_out(page, [element for element in elements(page.root) if "gmail_attr" in element.get("class", "").split()])
    for quotation in elements(page.root, "blockquote"):
        is_mail = quotation.get("type") == "cite" or "gmail_quote" in quotation.get("class", "").split()
        if is_mail and 2 * len(text_of(quotation)) > len(text_of(page.root)):
            quotation.tag = "div"


def leave_out(page: Page, found: list[HtmlElement]) -> None:
    said = list(dict.fromkeys(filter(None, map(text_of, found))))
    for element in found:
        if element.getparent() is not None:
            element.drop_tree()
    if said:
        words = "”, “".join(text if len(text) <= 60 else f"{text[:60]}…" for text in said)
        page.remarks.append(_("Left out, as it belongs to the page: “%(words)s”.") % {"words": words})


def is_mailing(page: Page) -> bool:
    """Whether tables lay this page out, as only mails do now."""
    tables = elements(page.root, "table")
    return any(
        table.get("role") in LAID_OUT or next(table.iterdescendants("table"), None) is not None for table in tables
    )
