"""What HTML may come in from writers, and what may go out to readers."""

import re
from pathlib import Path

import nh3
import yaml

# Absolute addresses and places in the same text. A relative one would lead elsewhere in a feed or a mail.
LINK = re.compile(r"https?://[^\s/?#]|mailto:\S|tel:[+\d(]|#\S", re.IGNORECASE)
OWN_FILE = re.compile(r"https?://[^\s/?#]|/(?!/)", re.IGNORECASE)

#: The language of code, as highlighters and feed readers expect it.
SPOKEN = re.compile(r"language-[\w#+.-]+")

HTML = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
WRITERS_TAGS = set(HTML["tags"].split())
WRITERS_ATTRIBUTES, OUR_ATTRIBUTES = (
    {tag: set(names.split()) for tag, names in HTML[kind].items()} for kind in ("attributes", "ours")
)


def _links_only(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("code", "class"):
        return value if SPOKEN.fullmatch(value) else None
    return value if attribute != "href" or LINK.match(value) else None


def _links_and_files_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not OWN_FILE.match(value):
        return None
    return _links_only(tag, attribute, value)


# Of classes only those of Python-Markdown's footnotes and of code come in: all others in a text are ours.
INCOMING = nh3.Cleaner(
    tags=WRITERS_TAGS,
    attributes=WRITERS_ATTRIBUTES,
    attribute_filter=_links_only,
    allowed_classes={"a": {"footnote-backref", "footnote-ref"}, "div": {"footnote"}},
    url_schemes={"http", "https", "mailto", "tel", "picture"},
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
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
