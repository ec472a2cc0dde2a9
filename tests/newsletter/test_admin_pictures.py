"""Pictures in the admin: seen, named, described, and not taken from where they are shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailing.models import Dispatch
from newsletter.models import Article, Picture
from newsletter.rendering import render_texts
from tests import cast
from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def mud(published):
    """A picture in the text of one article and at the head of another."""
    picture = cast.picture("mud")
    Article.objects.filter(title="Crabs").update(lead_picture=picture)
    Article.objects.filter(title="Mud").update(body="![Ripples](picture:mud)")
    render_texts(Article.objects.get(title="Mud"))
    return picture


def test_a_picture_needs_words_for_those_who_cannot_see_it(desk):
    page = send(desk, "/admin/newsletter/picture/add/", file=cast.image_file())
    assert "Say in a sentence what the picture shows" in page.content.decode()
    assert not Picture.objects.exists()


def test_a_file_that_is_no_picture_is_refused_in_words(desk):
    text = SimpleUploadedFile("mud.jpg", b"Mud, mud, mud.", content_type="image/jpeg")
    page = send(desk, "/admin/newsletter/picture/add/", file=text, alt="Mud")
    assert "This file is no picture that can be used here" in page.content.decode()


def test_a_lead_picture_can_only_be_a_picture(desk, published):
    page = send(desk, f"/admin/newsletter/issue/{published.pk}/change/", lead_picture="silt")
    assert "No picture is called “silt”" in page.content.decode()


def test_a_picture_uploaded_on_the_spot_is_handed_to_the_form_that_asked(desk):
    path = "/admin/newsletter/picture/add/?_to_field=id&_popup=1"
    answer = desk.post(path, {"file": cast.image_file("crab.jpg"), "alt": "A crab", "_popup": "1"})
    assert "popup_response.js" in answer.content.decode()
    assert Picture.objects.get().name == "crab"


def test_the_page_of_a_picture_shows_it_and_where_it_is_shown(desk, mud):
    page = desk.get(f"/admin/newsletter/picture/{mud.pk}/change/").content.decode()
    assert mud.file.url in page
    assert "![Ripples in the mud](picture:mud)" in page
    for title, way in (("Mud", "in its text"), ("Crabs", "its lead picture")):
        article = Article.objects.get(title=title)
        assert f'Article <a href="/admin/newsletter/article/{article.pk}/change/">{title}</a>: {way}' in page


def test_the_list_counts_uses_and_finds_what_is_missing(desk, mud):
    cast.picture("crab", caption="", credit="", alt="A crab")
    page = desk.get("/admin/newsletter/picture/")
    (crab, used) = page.context["cl"].result_list
    assert (crab.use_count, used.use_count) == (0, 2)
    assert "2 uses" in page.content.decode()
    for missing in ("caption", "credit", "use"):
        found = desk.get(f"/admin/newsletter/picture/?missing={missing}").context["cl"].result_list
        assert [picture.name for picture in found] == ["crab"]


def test_a_new_caption_is_in_every_text_that_shows_the_picture(desk, mud):
    send(desk, f"/admin/newsletter/picture/{mud.pk}/change/", caption="At low water")
    assert "At low water" in Article.objects.get(title="Mud").body_html


def test_the_name_stays_since_texts_use_it(desk, mud):
    page = f"/admin/newsletter/picture/{mud.pk}/change/"
    desk.post(page, fields(desk.get(page)) | {"alt": "Ripples", "name": "silt"})
    mud.refresh_from_db()
    assert (mud.name, mud.alt) == ("mud", "Ripples")


def test_deleting_a_picture_that_is_shown_says_where_and_what_happens(desk, mud):
    page = desk.get(f"/admin/newsletter/picture/{mud.pk}/delete/").content.decode()
    for words in (">Mud</a>: in its text", ">Crabs</a>: its lead picture", "all these lose it at once", mud.file.url):
        assert words in page
    assert desk.post(f"/admin/newsletter/picture/{mud.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Picture.objects.exists()
    assert Article.objects.get(title="Crabs").lead_picture is None
    assert "<img" not in Article.objects.get(title="Mud").body_html
    unused = cast.picture("crab")
    page = desk.get(f"/admin/newsletter/picture/{unused.pk}/delete/").content.decode()
    assert "Nowhere: nothing shows it." in page
    assert "all these lose it" not in page


def test_a_file_is_replaced_everywhere_or_nothing_changes(desk, mud, low_tide):
    path = f"/admin/newsletter/picture/{mud.pk}/replace/"
    issue = Article.objects.get(title="Mud").issue
    Dispatch.objects.create(issue=issue, subject="March is here", started_at=timezone.now())
    page = desk.get(path).content.decode()
    for words in (">Mud</a>: in its text", "March is here", "Now: 640 × 480 pixels", 'enctype="multipart/form-data"'):
        assert words in page
    old = mud.file.url
    for file in (None, SimpleUploadedFile("x.jpg", b"Mud, mud, mud.")):
        page = desk.post(path, {"file": file} if file else {}).content.decode()
        assert "This file is no picture" in page or "Choose the picture" in page
        mud.refresh_from_db()
        assert mud.file.url == old
        assert old in page
    desk.post(path, {"file": cast.image_file(size=(500, 200))})
    mud.refresh_from_db()
    body = Article.objects.get(title="Mud").body_html
    assert (mud.name, mud.width, mud.caption, mud.is_processed) == ("mud", 500, "Ripples at low water", True)
    assert mud.file.url in body
    assert old not in body


def test_the_focus_decides_what_shared_links_show(desk, mud, client, published):
    published.lead_picture = mud
    published.save()
    send(desk, f"/admin/newsletter/picture/{mud.pk}/change/", focus_x="100", focus_y="0")
    mud.refresh_from_db()
    assert mud.card.endswith("/card-100-0.jpg")
    assert f'content="https://courant.example{mud.shared_url}"' in client.get("/low-tide/march/").content.decode()
    page = desk.get(f"/admin/newsletter/issue/{published.pk}/change/").content.decode()
    assert 'data-focus-x="10" data-focus-y="0"' in page.replace("\n     ", "")
    page = send(desk, f"/admin/newsletter/picture/{mud.pk}/change/", focus_x="101").content.decode()
    assert "less than or equal to 100" in page
    assert client.get(mud.shared_url).status_code == 200
    send(desk, f"/admin/newsletter/picture/{mud.pk}/change/", focus_x="50", focus_y="50")
    assert Picture.objects.get().card == ""


def test_the_same_file_twice_is_stored_with_a_word_about_it(desk):
    for name in ("one", "two"):
        answer = send(desk, "/admin/newsletter/picture/add/", file=cast.image_file(), alt="Mud", name=name)
    assert "The same file is here already as" in desk.get(answer.url).content.decode()


def chosen(client, **query):
    """The names that the dialog shows."""
    page = client.get("/admin/newsletter/picture/choose/", query)
    assert page.status_code == 200
    return [picture.name for picture in page.context["page"]]


def test_the_dialog_finds_pictures_by_any_of_their_words_in_any_script(desk):
    cast.picture("mud", alt="Ärger am Priel", caption="在退潮时", credit="Foto: Ódinn (CC)")
    cast.picture("crab", alt="A crab", caption="", credit="")
    assert chosen(desk) == ["crab", "mud"]
    for words in ("MUD", "ärger PRIEL", "ÄRGER", "退潮", "ódinn", "o\u0301dinn", "(cc)"):
        assert chosen(desk, q=words) == ["mud"], words
    assert chosen(desk, q="crab mud") == chosen(desk, q="[") == chosen(desk, q="\\") == []
    assert chosen(desk, q="\0crab") == ["crab"]


def test_the_dialog_shows_pages_of_pictures_at_a_constant_cost(desk):
    costs = []
    for number in (10, 60):
        Picture.objects.bulk_create(
            Picture(name=f"p{number}-{n}", alt="A", file="pictures/a.jpg", width=900, height=600, is_processed=True)
            for n in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            page = desk.get("/admin/newsletter/picture/choose/?page=99").content.decode()
        costs.append(len(queries))
        assert page.count('src="/media/pictures/a/400w.webp"') == page.count('loading="lazy"') > 0
    assert costs[0] == costs[1]
    assert "Page 2 of 2, 70 pictures" in page


def test_only_who_may_see_pictures_chooses_among_them(client, db):
    assert client.get("/admin/newsletter/picture/choose/").status_code == 302
    client.force_login(cast.milo())
    assert client.get("/admin/newsletter/picture/choose/").status_code == 403


def test_a_lead_picture_is_chosen_by_its_name_and_seen(desk, low_tide):
    draft, mud = cast.issue(low_tide, status="draft"), cast.picture()
    path = f"/admin/newsletter/issue/{draft.pk}/change/"
    send(desk, path, lead_picture="mud")
    draft.refresh_from_db()
    assert draft.lead_picture == mud
    page = desk.get(path).content.decode()
    assert Picture.objects.get().thumbnail_url in page
    assert '<input type="text" name="lead_picture" value="mud"' in page
    send(desk, path, lead_picture="")
    draft.refresh_from_db()
    assert draft.lead_picture is None


def test_a_dropped_picture_that_is_here_already_is_offered(desk):
    path = "/admin/newsletter/picture/upload/"
    first = desk.post(path, {"file": cast.image_file(), "alt": "Mud [wet]"}).json()
    assert first["markdown"] == "![Mud wet](picture:mud)"
    again = desk.post(path, {"file": cast.image_file("sand.jpg"), "alt": "Sand"})
    assert (again.status_code, again.json()["twin"]["name"]) == (409, "mud")
    kept = desk.post(path, {"file": cast.image_file("sand.jpg"), "alt": "Sand", "keep": "yes"})
    assert (kept.status_code, kept.json()["name"]) == (201, "sand")


def test_a_text_that_named_a_picture_before_it_came_shows_it_now(desk, published):
    mud = Article.objects.get(title="Mud")
    mud.body = "![A crab](picture:crab)"
    mud.save()
    render_texts(mud)
    send(desk, "/admin/newsletter/picture/add/", file=cast.image_file("crab.jpg"), alt="A crab")
    mud.refresh_from_db()
    assert "<figure" in mud.body_html
