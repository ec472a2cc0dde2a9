"""The preview of a document as an editor works with it: fill in, untick, drop files, press a button."""

from typing import Any

import lxml.html
from django.core.files.storage import default_storage
from django.test import Client

FORM = "/admin/newsletter/issue/compose/"
#: As it is copied from a page: what is a title, an item or a comment is only to be guessed.
SHORE = """Low Water, October

Low Water, October

Want to know what the sea leaves behind? Subscribe to ‘Low Water’ and get it by mail each month.

WHAT THE WATER LEFT THIS MONTH:

“THE LONG EBB”

Five or six nights a year a sandbank joins the mainland, and nineteen people walk out to it with lanterns. This year
the harbour master counted them twice, because one of them was a dog.

Nobody drowned, and nobody ever has. The walk takes two hours, the return takes one, and what lies between is told for
the rest of the winter in every pub of Tholemouth.

NEWS FROM THE SHORE

1. Tholemouth buys back its foghorn

2. Eelgrass is back in the bay (link in Dutch)

3. A bridge that nobody asked for

1. Tholemouth buys back its foghorn

Sold as scrap in 1988 and resold as a sculpture, the foghorn of Tholemouth has come home. The council paid twelve
thousand for it, which is more than it cost when it was new.

The foghorn on its way home, on a lorry. Photo: Ada Moor

2. Eelgrass is back in the bay (link in Dutch)

Nobody planted it, and nobody knows where it came from. The meadow covers four hectares by now, and the terns have
noticed before anybody else did.

3. A bridge that nobody asked for

The county wants a bridge to the Kettle, so that people can walk there when the tide is in. People in Tholemouth want
the county to ask them first.

If you know of any other news from the shore, do let me know so that I can add it next month!




Mina Holm

Harbour pilot at Tholemouth

7 months

Lovely issue, as always. The bit about the foghorn made me laugh out loud on the ferry.

Reply

Otto Strand

Birder, keeper of terns

6 months

The terns noticed in May, and I have the pictures to prove it.

Reply

To view or add a comment, sign in
"""
FOGHORN, EELGRASS, BRIDGE = (
    "Tholemouth buys back its foghorn",
    "Eelgrass is back in the bay",
    "A bridge that nobody asked for",
)


class Sheet:
    """The form of a preview. What a browser keeps, it keeps; files are sent once, as by a browser."""

    def __init__(self, client: Client, response: Any) -> None:
        self.client = client
        self.address = response.request["PATH_INFO"]
        self.files: dict[str, Any] = {}
        self.show(response)

    def show(self, response: Any) -> None:
        self.page = response
        root: Any = lxml.html.fromstring(response.text)
        [self.form] = [form for form in root.forms if "guessed" in form.fields]
        for field in self.form.xpath('.//input[not(@value) and (not(@type) or @type != "file")]'):
            field.set("value", "")
        self.files.clear()

    @property
    def text(self) -> str:
        return " ".join(self.form.text_content().split())

    def guess(self, words: str) -> Any:
        """The box before a line that looks like something."""
        return self.form.xpath(f'.//label[contains(., "{words}")]/input[@name="taken"]')[0]

    def article(self, title: str) -> Any:
        return self.form.xpath(f'.//article[contains(.//h3, "{title}")]')[0]

    def gap(self, words: str) -> Any:
        return self.form.xpath(f'.//div[contains(@class, "compose-gap")][contains(., "{words}")]')[0]

    def fill(self, title: str, **fields: str) -> None:
        """Fill in fields of one article, by the ends of their names."""
        for name, value in fields.items():
            self.article(title).xpath(f'.//*[contains(@name, "-{name}")]')[0].value = value

    def drop(self, words: str, file: Any) -> None:
        """Put a file into the place of a picture."""
        self.files[self.gap(words).xpath('.//input[@type="file"]')[0].name] = file

    def send(self, button: str = "") -> Any:
        """Press a button, by its name if it has one."""
        data: dict[str, Any] = {}
        for name, value in self.form.form_values():
            data.setdefault(name, []).append(value)
        answer = self.client.post(self.address, data | self.files | ({button: "x"} if button else {}), follow=True)
        if not answer.redirect_chain:
            self.show(answer)
        return answer

    def look_again(self) -> None:
        self.send("again")


def held_uploads() -> dict[str, list[str]]:
    """What waits for an editor: the files of each upload."""
    folders = default_storage.listdir("composing")[0] if default_storage.exists("composing") else []
    return {folder: sorted(default_storage.listdir(f"composing/{folder}")[1]) for folder in folders}


def preview_of(client: Client, newsletter: Any, text: str = SHORE, **fields: Any) -> Sheet:
    """Paste a text, and come to its preview."""
    return Sheet(client, client.post(FORM, {"newsletter": newsletter.pk, "text": text, **fields}, follow=True))
