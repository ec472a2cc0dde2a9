"""What comes in from other programs: recognised by what is in it, and composed like a text in Markdown."""

from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import markdown
import pytest

from newsletter.composing import Unreadable, compose, from_bytes, from_path, from_text, read
from newsletter.models import Picture
from tests import cast, word

FOLDER = Path(__file__).resolve().parents[1] / "documents/rich"
PAGE = "<!DOCTYPE html><html><body><h1>März 三月</h1><p>The <b>tide</b>.</p>{}</body></html>"
BARE = PAGE.format("")
MUD = '<img src="pictures/Mud%20flat.png" alt="Mud"><p><i>At low water</i></p>'


def png() -> bytes:
    return cast.image_file(kind="PNG").read()


def archive(**files: str | bytes) -> bytes:
    """A zip file of names with `__` for a dot."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def mail() -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"], message["Message-ID"] = "The Long Ebb", "<1@example.org>"
    message.set_content("<h2>Springs</h2><p>Text.</p><img src='cid:a' alt='Mud'><p><i>At low water</i></p>", "html")
    message.add_related(png(), "image", "png", cid="<a>")
    return message.as_bytes()


def sections(plan) -> list[tuple[str, list[str]]]:
    return [(section.title, [article.title for article in section.articles]) for section in plan.sections]


PAGES = {
    "utf-8": BARE.encode(),
    "utf-16": BARE.encode("utf-16"),
    "a comment above": f"\ufeff\n<!-- saved from a site -->\n{BARE}".encode(),
    "xhtml": f'<?xml version="1.0"?>{BARE}'.encode(),
    "gb18030": BARE.replace("<body>", "<meta charset=gb2312><body>").encode("gb18030"),
    "a piece": "<h1>März 三月</h1>\n\n  <p>The <b>tide</b>.</p>\n".encode(),
    "a piece in one line": "<div><h1>März 三月</h1><p>The <b>tide</b>.</p></div>".encode(),
    "a clipboard": f"Version:0.9\r\nStartHTML:00\r\n<html><!--StartFragment-->{BARE}<!--EndFragment-->".encode(),
}


@pytest.mark.parametrize("content", PAGES.values(), ids=PAGES)
def test_a_page_is_known_by_how_it_begins(content):
    assert from_bytes(content).text == "# März 三月\n\nThe **tide**.\n"


@pytest.mark.parametrize(
    "text", ["# A\n\n<html>\n", "Subject: x\n\nText.\n", "<p>a</p>\n", "<p>a</p>\n\n*b*\n\n<p>c</p>\n", "PK\n"]
)
def test_text_that_only_looks_a_little_so_is_left_alone(text):
    assert from_bytes(text.encode()).text == text


def test_a_document_of_word_becomes_an_issue(low_tide):
    plan = read(from_bytes(word.long_ebb()))
    assert plan.title == "The Long Ebb"
    assert sections(plan) == [
        ("Springs", ["Out to the Kettle and back"]),
        ("Soundings", ["Tholemouth buys back its foghorn", "Terns"]),
    ]
    assert [article.kind for article in plan.articles] == ["essay", "item", "item"]
    assert plan.all_remarks == []
    compose(plan, low_tide)
    picture = Picture.objects.get()
    assert (picture.alt, picture.caption) == ("Lanterns on wet sand", "Nineteen out.")
    assert picture.credit == "Illustration: Wenna Carrick"


def test_a_mail_becomes_an_issue_with_its_pictures():
    plan = read(from_bytes(mail()))
    assert plan.title == "The Long Ebb"
    assert [(picture.alt, picture.caption) for picture in plan.pictures] == [("Mud", "At low water")]


@pytest.mark.parametrize("name", ["word", "google-docs"])
def test_a_page_that_a_program_copied_becomes_an_issue(name):
    plan = read(from_bytes((FOLDER / f"{name}.html").read_bytes().replace(b"<meta charset='utf-8'>", b"<html>", 1)))
    assert plan.title == "The Long Ebb"
    assert sections(plan) == [
        ("Springs", ["Out to the Kettle and back"]),
        ("Soundings", ["Tholemouth buys back its foghorn"]),
    ]
    assert plan.articles[1].source_url == "https://example.org/foghorn"


@pytest.mark.parametrize("name", ["page__html", "page__HTM"])
def test_a_page_lies_in_a_zip_with_its_pictures(name):
    files = {name: PAGE.format(MUD), "pictures/Mud flat__png": png(), "page_files/frame__html": "<html>"}
    plan = read(from_bytes(archive(**files)))
    assert [(picture.filename, picture.caption) for picture in plan.pictures] == [("Mud flat.png", "At low water")]
    assert plan.all_remarks == []


@pytest.mark.parametrize(("name", "content"), [("a__docx", word.long_ebb()), ("a__eml", mail())])
def test_other_documents_lie_in_a_zip_too(name, content):
    assert read(from_bytes(archive(**{name: content}))).title == "The Long Ebb"


def test_pictures_of_a_page_on_disk_lie_where_it_says(tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/Mud flat.png").write_bytes(png())
    (tmp_path / "a.html").write_text(PAGE.format(MUD))
    assert list(from_path(tmp_path / "a.html").files) == ["mud flat.png"]


def test_what_was_left_out_of_a_page_is_told():
    page = PAGE.format("<nav><a href='/'>Home</a></nav>" + "<p>Text.</p>" * 5)
    assert from_bytes(page.encode()).remarks == ["Left out, as it belongs to the page: “Home”."]
    assert from_text("# A\n").remarks == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx"),
        (b"{\\rtf1 x}", "save it as .docx"),
        (b"%PDF-1.7", "save it as .docx"),
        (word.document("<w:p"), "damaged"),
        (b"<html><script>x</script>", "no text"),
        (PAGE.format("<div>" * 500).encode(), "nested too deeply"),
        (b"Message-ID: <1>\nSubject: x\n\n", "no text"),
    ],
    ids=["old Word", "rtf", "pdf", "damaged", "empty", "deep", "empty mail"],
)
def test_what_cannot_be_read_is_refused_with_advice(content, words):
    with pytest.raises(Unreadable, match=words):
        from_bytes(content)


def test_the_same_document_makes_the_same_text():
    assert from_bytes(word.long_ebb()).checksum == from_bytes(word.long_ebb()).checksum


def test_the_form_takes_a_document_of_word(desk, low_tide):
    upload = BytesIO(word.long_ebb())
    upload.name = "ebb.docx"
    path = "/admin/newsletter/issue/compose/"
    page = desk.post(path, {"newsletter": low_tide.pk, "upload": upload}, follow=True)
    assert "Tholemouth buys back its foghorn" in page.content.decode()
    form = desk.get(path).content.decode()
    assert ".docx" in form
    assert "data-pasting" in form


@pytest.mark.real
def test_the_model_newsletter_as_html_makes_the_same_issue_as_its_markdown(real):
    source = (real / "this-month-in-china-2024-03.md").read_text()
    page = f"<html><body>{markdown.markdown(source)}</body></html>"
    written, pasted = read(from_text(source)), read(from_bytes(page.encode()))
    assert sections(pasted) == sections(written)
    assert len(pasted.articles) == 8
    assert sum(bool(article.source_url) for article in pasted.articles) == 6
    for before, after in zip(written.texts, pasted.texts, strict=True):
        assert said(after.source) == said(before.source)
    assert [remark.message for remark in pasted.all_remarks] == [remark.message for remark in written.all_remarks]


def said(source: str) -> str:
    return source.replace("\\", "").replace(" *", "*")
