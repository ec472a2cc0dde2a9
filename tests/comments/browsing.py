"""Forms as a browser sees and sends them."""

import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client

MUD = "/low-tide/march/mud/comments/"
#: Whatever a page could trip over, in a text that is taken as it is.
TEXT = (
    "\n  Two spaces first. \"Quotes\" 'n' `ticks` & &amp; &lt;b&gt;\n\n"
    "> </textarea><script>alert(1)</script>\n\n潮 🦀 👩\u200d🔬 שלום\n{{ x }} \\ %s\n"
)
NORA = {"email": "nora@example.org", "name": "Nora", "headline": "Reads tides"}


class Browser(Client):
    """A client that insists on tokens, and that fills in and sends the forms it is shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **kwargs)
        self.page: Any = None

    def open(self, address: str) -> Any:
        self.page = self.get(address)
        return self.page

    def send(self, address: str = MUD, **fields: str) -> Any:
        """Send the form of the page, with these fields changed. Line ends travel as browsers send them."""
        data = {**(filled(self.page) if self.page else {}), **fields}
        self.page = self.post(address, {name: value.replace("\n", "\r\n") for name, value in data.items()})
        return self.page


def filled(page: Any) -> dict[str, str]:
    """What the page's form holds: each field with its value, exactly."""
    root = html5lib.parse(page.content, transport_encoding="utf-8", namespaceHTMLElements=False)
    form = [each for each in root.iter("form") if each.get("method") == "post"][-1]
    return {each.get("name", ""): value_of(each) for each in form.iter() if is_sent(each)}


def is_sent(element: Element) -> bool:
    return element.tag in {"input", "textarea"} and element.get("type") != "radio" and bool(element.get("name"))


def value_of(element: Element) -> str:
    return "".join(element.itertext()) if element.tag == "textarea" else element.get("value", "")


def code_in(mailoutbox: Any) -> str:
    found = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", mailoutbox[-1].subject)
    assert found
    return found[0]
