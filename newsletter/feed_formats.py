"""How a feed is written: RSS 2.0, Atom 1.0 (RFC 4287) and JSON Feed 1.1, with the full text of each entry. An entry
carries, besides what Django's generators know: `content` (HTML), `summary` (plain text), `authors` (name and url),
`language`, `source` (an address) and `picture` (url, width, height). The feed itself may have an `icon`."""

import json
import re
from typing import Any, ClassVar
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.xmlutils import SimplerXMLGenerator

from newsletter.moments import machine_date

type Facts = dict[str, Any]

#: What XML cannot carry (controls, halves of surrogate pairs, non-characters), and old controls that mean nothing.
UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: RSS allows no other formats for the channel's image.
RSS_IMAGE = re.compile(r"\.(gif|jpe?g|png)\Z", re.IGNORECASE)


def readable(value: Any) -> Any:
    """The same facts without characters that would make XML unreadable, however deep they sit."""
    if isinstance(value, str):
        return UNREADABLE.sub("", value)
    if isinstance(value, dict):
        return {name: readable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [readable(part) for part in value]
    return value


def add_parts(handler: SimplerXMLGenerator, name: str, parts: dict[str, str]) -> None:
    handler.startElement(name, AttributesImpl({}))
    for part, text in parts.items():
        handler.addQuickElement(part, text)
    handler.endElement(name)


class XmlFeed(SyndicationFeed):
    """What RSS and Atom share."""

    def write(self, outfile: Any, encoding: str) -> None:
        self.feed, self.items = readable(self.feed), readable(self.items)
        super().write(outfile, encoding)

    def add_picture(self, handler: SimplerXMLGenerator, item: Facts) -> None:
        """Name the entry's picture as Media RSS does; an enclosure would need the size of the file in bytes."""
        if item["picture"]:
            facts = {name: str(value) for name, value in item["picture"].items() if value}
            handler.addQuickElement("media:content", None, {"medium": "image", **facts})


class Rss(XmlFeed, Rss201rev2Feed):
    label = "RSS"

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if RSS_IMAGE.search(self.feed["icon"]):
            facts = {"url": self.feed["icon"], "title": self.feed["title"], "link": self.feed["link"]}
            add_parts(handler, "image", facts)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Facts) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author["name"])
        handler.addQuickElement("dc:language", item["language"])
        handler.addQuickElement("atom:updated", machine_date(item["updateddate"]))
        if item["source"]:
            handler.addQuickElement("atom:link", None, {"rel": "via", "href": item["source"]})
        self.add_picture(handler, item)


class Atom(XmlFeed, Atom1Feed):
    label = "Atom"

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": "http://search.yahoo.com/mrss/"}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if self.feed["icon"]:
            handler.addQuickElement("icon", self.feed["icon"])

    def item_attributes(self, item: Facts) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Facts) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})
        for author in item["authors"]:
            add_parts(handler, "author", {"name": author["name"], "uri": author["url"]})
        if item["source"]:
            handler.addQuickElement("link", None, {"rel": "via", "href": item["source"]})
        self.add_picture(handler, item)


class JsonFeed(SyndicationFeed):
    label = "JSON Feed"
    content_type: ClassVar[str] = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "icon": self.feed["icon"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
        }
        entries = [known(self.entry(item)) for item in self.items]
        outfile.write(json.dumps(known(feed) | {"items": entries}, ensure_ascii=False))

    def entry(self, item: Facts) -> Facts:
        return {
            "id": item["unique_id"],
            "url": item["link"],
            "external_url": item["source"],
            "title": item["title"],
            "content_html": item["content"],
            "summary": item["summary"],
            "image": item["picture"] and item["picture"]["url"],
            "date_published": machine_date(item["pubdate"]),
            "date_modified": machine_date(item["updateddate"]),
            "authors": item["authors"],
            "tags": list(item["categories"]),
            "language": item["language"],
        }


def known(facts: Facts) -> Facts:
    """The facts without those that are empty."""
    return {name: value for name, value in facts.items() if value}


FORMATS: dict[str, type[Rss | Atom | JsonFeed]] = {"rss.xml": Rss, "atom.xml": Atom, "feed.json": JsonFeed}
