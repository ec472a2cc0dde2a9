"""What the text areas of the admin ask of the server when something is pasted with its formatting."""

from html import escape

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.models import Article, Picture
from tests import cast

pytestmark = pytest.mark.django_db

PATH = "/admin/newsletter/article/paste/"


def paste(client: Client, html: str, **fields):
    file = SimpleUploadedFile("clipboard.html", html.encode())
    return client.post(PATH, {"html": file, "first_note": 1, **fields})


def image(content: bytes, alt: str = "Mud", kind: str = "png") -> str:
    return (
        f"<img src='data:image/{kind};base64,{cast.base64_of(SimpleUploadedFile('x', content))}' alt='{escape(alt)}'>"
    )


def png(**fields) -> bytes:
    return cast.image_file(kind="PNG", **fields).read()


def test_html_becomes_markdown_and_nothing_is_stored(desk):
    answer = paste(desk, "<h2>Low water</h2><p>At <b>five</b>.</p>")
    assert answer.status_code == 200
    assert answer.json() == {"markdown": "## Low water\n\nAt **five**.", "remarks": []}
    assert not Article.objects.exists()


def test_footnotes_are_numbered_from_where_the_text_goes_on(desk):
    html = "<p>Ebb<a id='r' href='#n'>1</a></p><p id='n'><a href='#r'>1</a> Low.</p>"
    assert paste(desk, html, first_note=4).json()["markdown"] == "Ebb[^4]\n\n[^4]: Low."


def test_a_picture_is_stored_with_the_caption_below_it(desk):
    html = f"<p>Ripples</p><figure>{image(png())}<figcaption>At low water. Photo: Ada Moor</figcaption></figure>"
    answer = paste(desk, html).json()
    assert answer == {"markdown": "Ripples\n\n![Mud](picture:picture-1)", "remarks": []}
    picture = Picture.objects.get()
    assert (picture.alt, picture.caption, picture.credit) == ("Mud", "At low water.", "Photo: Ada Moor")


def test_the_same_picture_again_is_not_stored_again(desk):
    first, second = (paste(desk, f"<p>a</p>{image(png())}").json() for _ in range(2))
    assert first == second
    assert Picture.objects.count() == 1


def test_a_picture_never_takes_the_name_of_another(desk):
    cast.picture("picture-1")
    assert "picture:picture-1-2" in paste(desk, f"<p>a</p>{image(png())}").json()["markdown"]


def test_a_picture_without_words_is_stored_and_remarked(desk):
    answer = paste(desk, f"<p>a</p>{image(png(), alt='')}").json()
    assert answer["markdown"] == "a\n\n![](picture:picture-1)"
    assert answer["remarks"] == ["Say what these pictures show, in the brackets before their names: picture-1."]


def test_what_is_no_picture_is_named_and_the_text_kept(desk):
    answer = paste(desk, f"<p>Ripples</p>{image(b'<svg/>' * 9, kind='svg+xml')}").json()
    assert answer["markdown"] == "Ripples\n\n![Mud](picture-1)"
    assert answer["remarks"][0].startswith("Mud: ")
    assert "did not come along: picture-1" in answer["remarks"][1]
    assert not Picture.objects.exists()


def test_pictures_that_are_elsewhere_are_named(desk):
    html = (
        "<p>a</p><img src='https://example.org/mud.png' alt='Mud'><img src='file:///C:/clip_image002.jpg' alt='Sand'>"
    )
    answer = paste(desk, html).json()
    assert "![Mud](https://example.org/mud.png)" in answer["markdown"]
    assert "did not come along: clip_image002.jpg" in answer["remarks"][0]
    assert "https://example.org/mud.png" in answer["remarks"][1]


def test_who_may_add_no_pictures_gets_the_text(desk, edda):
    group = edda.groups.get()
    group.permissions.remove(group.permissions.get(codename="add_picture"))
    answer = paste(desk, f"<p>a</p>{image(png())}").json()
    assert answer["markdown"] == "a\n\n![Mud](picture-1.png)"
    assert "did not come along: picture-1.png" in answer["remarks"][0]
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("html", "words"), [("<p> </p>", "no text"), ("<div>" * 500, "nested too deeply"), ("x" * 6_000_000, "in parts")]
)
def test_what_cannot_be_converted_is_refused_with_a_sentence(desk, html, words):
    answer = paste(desk, html)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_a_request_without_a_clipboard_is_refused(desk):
    assert desk.post(PATH, {"first_note": 1}).status_code == 400
    assert desk.get(PATH).status_code == 405


def test_it_is_asked_for_with_a_token_and_by_editors_alone(edda, milo, client):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(edda)
    assert paste(strict, "<b>x</b>").status_code == 403
    client.force_login(milo)
    assert paste(client, "<b>x</b>").status_code == 403
    assert paste(Client(), "<b>x</b>").status_code == 302


@pytest.mark.parametrize("path", ["/admin/newsletter/article/add/", "/admin/newsletter/issue/{}/change/"])
def test_every_text_area_for_markdown_says_what_becomes_of_what_is_pasted(desk, published, path):
    page = desk.get(path.format(published.pk)).content.decode()
    areas = page.count("<textarea")
    assert page.count('role="status"') >= page.count("data-writing") > 0
    assert areas >= page.count("data-pasting")
    assert page.count('data-paste="/admin/newsletter/article/paste/"') == page.count("data-pasting")


@pytest.mark.parametrize("row", ["0", "1"])
def test_introductions_of_sections_take_it_too_also_in_new_rows(desk, published, row):
    page = desk.get(f"/admin/newsletter/issue/{published.pk}/change/").text
    [area] = lxml.html.fromstring(page).xpath(f'//textarea[@id="id_sections-{row}-intro"]')
    assert area.get("data-pasting") is not None
    assert area.getparent().xpath('.//*[@role="status"]/@data-paste') == [PATH]
