"""Fill in the form of a page and send it, as a browser without JavaScript would."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib


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
    document = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    form = next(form for form in document.iter("form") if is_content(form))
    found: dict[str, Any] = {}
    for control in form.iter():
        name = control.get("name", "")
        if control.tag in {"input", "select", "textarea"} and name and "__prefix__" not in name:
            collect(found, name, control)
    return found


def is_content(form: Element) -> bool:
    return form.get("method") == "post" and form.get("id", "") not in {"logout-form", "changelist-form"}


def collect(found: dict[str, Any], name: str, control: Element) -> None:
    if control.get("type") == "submit":
        return
    if control.get("type") == "checkbox":
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
