"""Pictures of a document: matched by file name, described by the lines below them, refused or reported."""

from base64 import b64encode

import pytest

from newsletter.composing import Document, Unreadable, read
from tests import cast

FILES = {"mud.jpg": cast.image_file().read(), "my mud.png": cast.image_file("m.png", (8, 8), "PNG").read()}


def plan_of(text):
    return read(Document(f"# A\n\n{text}\n", FILES))


def described(text):
    """Source of the text, then alternative text, caption, credit and its link of each picture."""
    plan = plan_of(text)
    pictures = [(picture.alt, picture.caption, picture.credit, picture.credit_url) for picture in plan.pictures]
    return plan.articles[0].text.source, *pictures


MUD = "![Mud](picture:mud)"
DESCRIPTIONS = {
    "![Mud](mud.jpg)": ("Mud", "", "", ""),
    "![Mud](x/y/Mud.JPG)": ("Mud", "", "", ""),
    "![Mud](mud.jpg?w=3)": ("Mud", "", "", ""),
    "![Mud](<./mud.jpg>)": ("Mud", "", "", ""),
    '![Mud](mud.jpg "Ripples")': ("Mud", "Ripples", "", ""),
    '![Mud](mud.jpg "Ripples. Photo: Ada")': ("Mud", "Ripples.", "Photo: Ada", ""),
    "![Mud](mud.jpg)\n\n*Ripples*": ("Mud", "Ripples", "", ""),
    "![Mud](mud.jpg)\n*Ripples*": ("Mud", "Ripples", "", ""),
    "![Mud](mud.jpg)\n\n_Ripples at\nlow **water** _": ("Mud", "Ripples at low water", "", ""),
    "![Mud](mud.jpg)\n\n*Ripples. Photo: Ada Moor*": ("Mud", "Ripples.", "Photo: Ada Moor", ""),
    "![Mud](mud.jpg)\n\n*Ripples (Foto: Ada)*": ("Mud", "Ripples", "Foto: Ada", ""),
    "![Mud](mud.jpg)\n\n*Image created by Dall-e*": ("Mud", "", "Image created by Dall-e", ""),
    "![Mud](mud.jpg)\n\n*Photo: [Ada](https://a.org)*": ("Mud", "", "Photo: Ada", "https://a.org"),
    "![Mud](mud.jpg)\n\n*Ripples*\n\n*© Ada*": ("Mud", "Ripples", "© Ada", ""),
    "![Mud](mud.jpg)\n\n*Ripples*\nCredit: Ada": ("Mud", "Ripples", "Credit: Ada", ""),
    "![Mud](mud.jpg)\n\nIllustration: Ada": ("Mud", "", "Illustration: Ada", ""),
    "![Mud](mud.jpg)\n\n*波纹。图：新华社*": ("Mud", "波纹。", "图：新华社", ""),
    "![Mud](mud.jpg)\n\n*波纹（摄影：王）*": ("Mud", "波纹", "摄影：王", ""),
    '![Mud](mud.jpg "Ripples")\n\n*Photo: Ada*': ("Mud", "Ripples", "Photo: Ada", ""),
    '![Mud](mud.jpg "Photo: Ada")\n\n*Ripples*': ("Mud", "Ripples", "Photo: Ada", ""),
    "![Mud][m]\n\n*Ripples*": ("Mud", "Ripples", "", ""),
}


@pytest.mark.parametrize("written", DESCRIPTIONS)
def test_a_picture_takes_the_lines_below_it_along(written):
    source, picture = described(f"Before.\n\n{written}\n\nAfter.\n\n[m]: mud.jpg")
    assert source == f"Before.\n\n{MUD}\n\nAfter.\n\n[m]: mud.jpg"
    assert picture == DESCRIPTIONS[written]


KEPT = [
    "Ripples",
    "*Ripples* of mud",
    "**Ripples**",
    "*Ripples [here](https://a.org)*",
    "*[Ripples](https://a.org). Photo: [Ada](https://a.org/ada)*",
    "*" + "ripples " * 150 + "*",
    "> *Ripples*",
    "- *Ripples*",
]


@pytest.mark.parametrize("below", KEPT)
def test_what_is_no_caption_stays_in_the_text(below):
    source, picture = described(f"![Mud](mud.jpg)\n\n{below}")
    assert source == f"{MUD}\n\n{below}"
    assert picture == ("Mud", "", "", "")


def test_pictures_are_found_in_lists_quotations_links_and_sentences():
    source, *pictures = described(
        "See ![a](mud.jpg).\n\n- ![b](mud.jpg)\n\n> ![c](mud.jpg)\n\n[![d](mud.jpg)](https://a.org)"
    )
    assert source == (
        "See ![a](picture:mud).\n\n- ![b](picture:mud-2)\n\n> ![c](picture:mud-3)\n\n"
        "[![d](picture:mud-4)](https://a.org)"
    )
    assert [picture[0] for picture in pictures] == ["a", "b", "c", "d"]


def test_a_file_name_may_hold_spaces():
    assert (
        described("![Mud](my mud.png)\n\n![Mud](my%20mud.png)")[0]
        == "![Mud](picture:my-mud)\n\n![Mud](picture:my-mud-2)"
    )


@pytest.mark.parametrize(
    "code", ["`![Mud](mud.jpg)`", "```\n![Mud](mud.jpg)\n```", "    ![Mud](mud.jpg)", r"\![Mud](mud.jpg)"]
)
def test_code_shows_no_picture(code):
    assert described(f"Text.\n\n{code}") == (f"Text.\n\n{code}",)


def test_a_name_that_the_text_uses_already_is_not_given_away():
    assert described("![Old](picture:mud)\n\n![New](mud.jpg)")[0] == "![Old](picture:mud)\n\n![New](picture:mud-2)"


REPORTED = {
    "![Mud](https://a.org/mud.jpg)": "https://a.org/mud.jpg is elsewhere",
    "![Mud](//a.org/mud.jpg)": "is elsewhere",
    "![Mud](data:image/png;base64,AAAA)": "is elsewhere",
    "![Mud](sand.jpg)": "“sand.jpg” is not in the upload",
    "<div>\nText <img src='mud.jpg'>\n</div>": "written as HTML",
}


@pytest.mark.parametrize("written", REPORTED)
def test_what_cannot_be_taken_in_is_kept_and_reported(written):
    plan = plan_of(f"{written}\n\n*Caption*")
    assert plan.articles[0].text.source == f"{written}\n\n*Caption*".replace("(//", "(https://")
    assert REPORTED[written] in " ".join(remark.message for remark in plan.all_remarks)


IN_HTML = {
    "<div>\n<img src='mud.jpg' alt='Mud'>\n</div>\n\n*Ripples*": ("![Mud](picture:mud)", "Ripples"),
    '<img src="mud.jpg" alt="Mud" width="5">\n*Ripples*': ("![Mud](picture:mud)", "Ripples"),
    '<figure>\n  <img alt="Mud" src="/img/mud.jpg"/>\n  <figcaption>Ripples</figcaption>\n</figure>': (
        "![Mud](picture:mud)",
        "Ripples",
    ),
    '<p align="center"><a href="https://a.org"><img src="mud.jpg" alt="Mud"></a></p>': (
        "[![Mud](picture:mud)](https://a.org)",
        "",
    ),
    'See <img src="mud.jpg" alt="Mud" title="Ripples"> there.': ("See ![Mud](picture:mud) there.", "Ripples"),
    '{{< figure src="/img/mud.jpg" alt="Mud" caption="Ripples" >}}': ("![Mud](picture:mud)", "Ripples"),
    "[![Mud](mud.jpg)](https://a.org)\n\n*Ripples*": ("[![Mud](picture:mud)](https://a.org)", "Ripples"),
}


@pytest.mark.parametrize("written", IN_HTML)
def test_a_picture_in_html_or_in_a_link_is_one_like_others(written):
    plan = plan_of(written)
    source, caption = IN_HTML[written]
    assert plan.articles[0].text.source == source
    assert [(picture.alt, picture.caption) for picture in plan.pictures] == [("Mud", caption)]
    assert plan.all_remarks == []


def test_a_picture_within_its_address_is_taken_in():
    content = b64encode(cast.image_file("mud.png", (8, 8), "PNG").read()).decode()
    plan = plan_of(f"![Mud](data:image/png;base64,{content})")
    assert plan.articles[0].text.source == "![Mud](picture:mud)"
    assert [picture.alt for picture in plan.pictures] == ["Mud"]


def test_pictures_elsewhere_are_listed_and_taken_once_they_are_fetched():
    text = "![Mud](https://a.org/mud.jpg?w=5)\n\n*Ripples*"
    assert [(picture.url, picture.line) for picture in plan_of(text).remote] == [("https://a.org/mud.jpg?w=5", 3)]
    fetched = {"https://a.org/mud.jpg?w=5": cast.image_file().read()}
    plan = read(Document(f"# A\n\n{text}\n", fetched))
    assert plan.articles[0].text.source == "![Mud](picture:mud)"
    assert (plan.pictures[0].caption, plan.remote) == ("Ripples", [])


def test_a_missing_alternative_text_is_reported():
    assert "“mud.jpg” has no alternative text" in plan_of("![](mud.jpg)").all_remarks[0].message


def test_a_video_keeps_the_line_below_it():
    text = "https://www.youtube.com/watch?v=aqz-KE-bpKQ\n\n*A film*"
    assert described(text) == (text,)


@pytest.mark.parametrize("content", [b"GIF89a broken", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""])
def test_a_refused_picture_is_named(content):
    with pytest.raises(Unreadable, match=r"^mud\.jpg: "):
        read(Document("# A\n\n![Mud](mud.jpg)\n", {"mud.jpg": content}))
