"""What HTML may come in from writers, and what may go out to readers."""

import re

import nh3

# Absolute addresses and places in the same text. A relative one would lead elsewhere in a feed or a mail.
LINK = re.compile(r"https?://[^\s/?#]|mailto:\S|#\S", re.IGNORECASE)
OWN_FILE = re.compile(r"https?://[^\s/?#]|/(?!/)", re.IGNORECASE)

WRITERS_TAGS = {
    *("a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del"),
    *("details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul"),
    *("var", "wbr"),
}
WRITERS_ATTRIBUTES = {
    "*": {"dir", "id", "lang"},
    "a": {"href", "hreflang", "title"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "dfn": {"title"},
    "img": {"alt", "src", "title"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "td": {"align", "colspan", "headers", "rowspan"},
    "th": {"abbr", "align", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}
OUR_ATTRIBUTES = {
    "*": {"class"},
    "a": {"data-embed"},
    "div": {"aria-label", "role", "tabindex"},
    "img": {"decoding", "fetchpriority", "height", "loading", "width"},
    "source": {"sizes", "srcset", "type"},
    "table": {"role", "width"},
}


def _links_only(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or LINK.match(value) else None


def _links_and_files_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not OWN_FILE.match(value):
        return None
    return _links_only(tag, attribute, value)


# Of classes only those of Python-Markdown's footnotes come in: all others in a text are ours.
INCOMING = nh3.Cleaner(
    tags=WRITERS_TAGS,
    attributes=WRITERS_ATTRIBUTES,
    attribute_filter=_links_only,
    allowed_classes={"a": {"footnote-backref", "footnote-ref"}, "div": {"footnote"}},
    url_schemes={"http", "https", "mailto", "picture"},
    link_rel=None,
)
# The last step, always: what is not listed here reaches no reader, whatever the steps before it did.
OUTGOING = nh3.Cleaner(
    tags=WRITERS_TAGS | {"picture", "source"},
    attributes={
        tag: WRITERS_ATTRIBUTES.get(tag, set()) | OUR_ATTRIBUTES.get(tag, set())
        for tag in WRITERS_ATTRIBUTES | OUR_ATTRIBUTES
    },
    attribute_filter=_links_and_files_only,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
