"""Fill in the form of a page and send it, as a browser without JavaScript would."""

from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, SubElement


def send(client, path: str, **changes: Any):
    """Open `path`, change some fields of its form by name, and press Save; returns what comes back.

    A name that the page does not offer is a mistake of the test, but for the button pressed, e.g. `_publish`.
    """
    page = client.get(path)
    assert page.status_code == 200, f"{path} answers {page.status_code}"
    data = fields(page)
    unknown = [name for name in changes if name not in data and not name.startswith("_")]
    assert not unknown, f"{path} has no field {unknown}"
    return client.post(path, data | changes)


def fields(page) -> dict[str, Any]:
    """What the page's form would send as it stands; also what a browser would leave out, so that it can be named."""
    reader = Forms()
    reader.feed(page.content.decode())
    form = next(form for form in reader.forms if is_content(form))
    found: dict[str, Any] = {}
    for control in form.iter():
        name = control.get("name", "")
        if control.tag in {"input", "select", "textarea"} and name and "__prefix__" not in name:
            collect(found, name, control)
    return found


def is_content(form: Element) -> bool:
    is_other = form.get("id", "") in {"logout-form", "changelist-form"} or form.get("action") == "kept/"
    return form.get("method") == "post" and not is_other


def collect(found: dict[str, Any], name: str, control: Element) -> None:
    if control.get("type") == "submit":
        return
    if control.get("type") == "radio":
        if "checked" in control.attrib or name not in found:
            found[name] = control.get("value", "on") if "checked" in control.attrib else ""
    elif control.get("type") == "checkbox":
        ticked = [control.get("value", "on")] if "checked" in control.attrib else []
        found[name] = [*found.get(name, []), *ticked]
    elif control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        found[name] = chosen[0].get("value", "") if chosen else ""
    elif control.tag == "textarea":
        found[name] = "".join(control.itertext()).removeprefix("\n")
    else:
        found[name] = control.get("value", "")


class Forms(HTMLParser):
    """The forms of a page with their controls; all else is left out, as pages of the admin are long."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = [Element(tag, given)]
            self.forms += self.open
        elif self.open and tag in {"input", "select", "option", "textarea"}:
            control = SubElement(self.open[-1], tag, given)
            self.open += [control] if tag != "input" else []

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag == self.open[-1].tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].tag == "textarea":
            self.open[-1].text = (self.open[-1].text or "") + data
