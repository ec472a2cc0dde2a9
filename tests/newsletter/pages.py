"""Public pages as machines see them."""

import json
import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client


def head_of(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200, address
    beginning = response.content.partition(b"<body")[0]
    head = html5lib.parse(beginning, transport_encoding="utf-8", namespaceHTMLElements=False).find("head")
    assert head is not None
    return head


def meta(head: Element) -> dict[str, str]:
    """The named facts in a head."""
    named = {fact.get("property") or fact.get("name"): fact.get("content", "") for fact in head.iter("meta")}
    return {name: content for name, content in named.items() if name}


def links(head: Element, rel: str) -> list[str]:
    return [link.get("href", "") for link in head.iter("link") if link.get("rel") == rel]


def nodes(client: Client, address: str) -> dict[str, dict[str, Any]]:
    """The JSON-LD of a page, by type."""
    (script,) = [each for each in head_of(client, address).iter("script") if each.get("type") == "application/ld+json"]
    data = json.loads(script.text or "")
    assert data["@context"] == "https://schema.org"
    found = {node["@type"]: node for node in data["@graph"]}
    assert len(found) == len(data["@graph"])
    return found


#: Where white space shows to nobody: within the edges of what begins a line, and of what stands in such a box alone.
EDGES = re.compile(r" (?=</(?:p|h\d|li|strong)>)|(<(?:p|h\d|li|strong)\b[^>]*>) ")


def in_one_line(html: str) -> str:
    return EDGES.sub(r"\1", " ".join(html.split()))


def main_of(client: Client, address: str) -> str:
    """The HTML of a page without what frames it, in one line."""
    response = client.get(address)
    assert response.status_code == 200, address
    return in_one_line(re.findall(r"<main.*</main>", response.content.decode(), re.DOTALL)[0])


def text_of(html: str) -> str:
    """What people read of a piece of HTML."""
    return re.sub(r"<[^>]+>", "", html)
