"""The cards of Ghost's editor, of which a text here knows some by other names."""

import json
from collections import defaultdict
from collections.abc import Mapping
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from lxml.html import HtmlElement

from core.rich_text.page import Page, elements, text_of
from interchange.bringing.formats.documents import figure
from newsletter.composing import Unreadable

#: What only asks readers of Ghost to subscribe.
ASKS = {"kg-signup-card", "kg-cta-card", "kg-email-card", "kg-email-cta-card"}
MARKS = {1: "strong", 2: "em", 4: "s", 16: "code"}
WRAPPED = {
    "paragraph": "p",
    "quote": "blockquote",
    "extended-quote": "blockquote",
    "aside": "blockquote",
    "listitem": "li",
    "root": "div",
}

type Node = Mapping[str, Any]


def prepare(page: Page) -> None:
    """Let cards say in plain HTML what they are."""
    for element in elements(page.root):
        classes = set(element.get("class", "").split())
        if classes & ASKS or "#/portal" in element.get("href", ""):
            page.remarks.append(
                _("Left out, as it belongs to the page: “%(words)s”.") % {"words": text_of(element)[:60]}
            )
            element.drop_tree()
        elif "kg-callout-card" in classes:
            element.tag = "blockquote"
        elif "kg-callout-emoji" in classes:
            element.tag = "span"
            element.tail = " "
        elif "kg-callout-text" in classes:
            element.tag = "span"
        elif "kg-toggle-heading-text" in classes:
            element.tag = "strong"
        elif classes & {"kg-bookmark-container", "kg-file-card-container"}:
            shorten(element)
        elif element.tag in {"audio", "video"} and element.get("src"):
            become_link(element, element.get("src").rpartition("/")[2])


def shorten(card: HtmlElement) -> None:
    """A card that is a link as a whole, as a link and what is said of it."""
    parts = {name: text_of(part) for part in card.iter() for name in part.get("class", "").split()}
    title = parts.get("kg-bookmark-title") or parts.get("kg-file-card-title") or text_of(card)
    about = parts.get("kg-bookmark-description") or parts.get("kg-file-card-caption") or ""
    become_link(card, title)
    if about:
        below = card.makeelement("p")
        below.text = about
        card.addnext(below)


def become_link(element: HtmlElement, words: str) -> None:
    address = element.get("href") or element.get("src")
    del element[:]
    element.attrib.clear()
    element.tag = "p"
    element.text = None
    link = element.makeelement("a", {"href": address})
    link.text = words
    element.append(link)


def html_of_lexical(source: str) -> str:
    """A text of which only what the editor keeps (Lexical) is in the export, as HTML. Raises Unreadable."""
    try:
        return node_as_html(json.loads(source)["root"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(_("The export holds this text only as Ghost's editor keeps it, and damaged.")) from error


def node_as_html(node: Node) -> str:
    kind = str(node.get("type", "")).removeprefix("extended-")
    inside = "".join(node_as_html(child) for child in node.get("children") or [])
    if kind == "text":
        return marked(escape(str(node.get("text", ""))), int(node.get("format") or 0))
    if kind in {"heading", "list"}:
        tag = node.get("tag") or "ul"
        return f"<{tag}>{inside}</{tag}>" if str(tag).isalnum() else inside
    if kind == "link":
        return f'<a href="{escape(str(node.get("url", "")))}">{inside}</a>'
    if tag := WRAPPED.get(kind):
        return f"<{tag}>{inside}</{tag}>"
    return card_as_html(kind, node) or inside


def marked(text: str, marks: int) -> str:
    for sign, tag in MARKS.items():
        text = f"<{tag}>{text}</{tag}>" if marks & sign else text
    return text


def card_as_html(kind: str, node: Node) -> str:
    """A card as its HTML, where it keeps that, or as what it shows."""
    said = defaultdict(str, {name: value for name, value in node.items() if isinstance(value, str)})
    if kind == "image":
        return figure(said["src"], said["alt"], said["caption"])
    if kind == "gallery":
        return "".join(figure(str(each.get("src")), str(each.get("alt") or "")) for each in node.get("images") or [])
    if kind == "codeblock":
        return f"<pre><code>{escape(said['code'])}</code></pre>"
    if kind == "callout":
        return f"<blockquote><p>{said['calloutText']}</p></blockquote>"
    if kind == "toggle":
        return f"<p><strong>{said['heading']}</strong></p>{said['content']}"
    if kind == "markdown":
        return "".join(f"<p>{escape(part)}</p>" for part in said["markdown"].split("\n\n"))
    if kind in {"linebreak", "horizontalrule"}:
        return "<br>" if kind == "linebreak" else "<hr>"
    title = said["buttonText"] or said["title"] or said["fileTitle"] or (node.get("metadata") or {}).get("title")
    address = said["buttonUrl"] or said["url"] or said["src"]
    return said["html"] or (f'<p><a href="{escape(address)}">{escape(title or address)}</a></p>' if address else "")
