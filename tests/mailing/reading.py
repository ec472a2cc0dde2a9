"""A letter as mail programs read it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from mailing.letter.letters import letter_for
from mailing.models import Dispatch

LINK_IN_TEXT = re.compile(r"https?://[^\s)\]]+|xx\w+xx|[\w.]+@[\w.]+\w")


@dataclass
class Reader(HTMLParser):
    """The links, pictures, anchors and words of an HTML part."""

    html: str
    links: list[str] = field(default_factory=list)
    pictures: list[dict[str, str | None]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    words: str = ""

    def __post_init__(self):
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.tags.append(tag)
        if tag == "a" and "href" in facts:
            self.links.append(facts["href"])
        if tag == "a" and "name" in facts:
            assert facts["name"] == facts["id"]
            self.anchors.append(facts["name"])
        if tag == "img":
            self.pictures.append(facts)

    def handle_data(self, data):
        self.words += data

    @property
    def outward(self):
        return {link.removeprefix("mailto:") for link in self.links if not link.startswith("#")}


def letter(issue, **fields):
    """The letter of a dispatch that is not stored: a test may ask for it without an audience."""
    return letter_for(Dispatch(issue=issue, **fields))


def links_of_text(text):
    return set(LINK_IN_TEXT.findall(text))
