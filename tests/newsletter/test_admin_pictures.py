"""Pictures in the admin: seen, named, described, and not taken from where they are shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter.models import Article, Picture
from newsletter.rendering import render_texts
from tests import cast
from tests.newsletter.filling import send

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
    page = send(desk, f"/admin/newsletter/issue/{published.pk}/change/", lead_picture="999")
    assert "lead_picture" in page.context["adminform"].form.errors


def test_a_picture_uploaded_on_the_spot_is_handed_to_the_form_that_asked(desk):
    path = "/admin/newsletter/picture/add/?_to_field=id&_popup=1"
    answer = desk.post(path, {"file": cast.image_file("crab.jpg"), "alt": "A crab", "_popup": "1"})
    assert "popup_response.js" in answer.content.decode()
    assert Picture.objects.get().name == "crab"


def test_the_page_of_a_picture_shows_it_and_where_it_is_shown(desk, mud):
    page = desk.get(f"/admin/newsletter/picture/{mud.pk}/change/").content.decode()
    assert mud.file.url in page
    assert "![Ripples in the mud](picture:mud)" in page
    for article in Article.objects.filter(title__in=["Mud", "Crabs"]):
        assert f'<a href="/admin/newsletter/article/{article.pk}/change/">{article}</a>' in page


def test_the_list_counts_uses_and_finds_what_is_missing(desk, mud):
    cast.picture("crab", caption="", credit="", alt="A crab")
    (crab, used) = desk.get("/admin/newsletter/picture/").context["cl"].result_list
    assert (crab.use_count, used.use_count) == (0, 2)
    for missing in ("caption", "credit", "use"):
        found = desk.get(f"/admin/newsletter/picture/?missing={missing}").context["cl"].result_list
        assert [picture.name for picture in found] == ["crab"]


def test_a_new_caption_is_in_every_text_that_shows_the_picture(desk, mud):
    send(desk, f"/admin/newsletter/picture/{mud.pk}/change/", caption="At low water")
    assert "At low water" in Article.objects.get(title="Mud").body_html


def test_the_name_stays_since_texts_use_it(desk, mud):
    desk.post(f"/admin/newsletter/picture/{mud.pk}/change/", {"alt": "Ripples", "name": "silt"})
    mud.refresh_from_db()
    assert (mud.name, mud.alt) == ("mud", "Ripples")


def test_a_picture_that_is_shown_cannot_be_deleted(desk, mud):
    assert desk.post(f"/admin/newsletter/picture/{mud.pk}/delete/", {"post": "yes"}).status_code == 403
    unused = cast.picture("crab")
    assert desk.post(f"/admin/newsletter/picture/{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Picture.objects.all()) == [mud]


def test_the_same_file_twice_is_stored_with_a_word_about_it(desk):
    for name in ("one", "two"):
        answer = send(desk, "/admin/newsletter/picture/add/", file=cast.image_file(), alt="Mud", name=name)
    assert "The same file is here already as" in desk.get(answer.url).content.decode()


def test_the_thumbnail_leads_to_a_small_size(desk, mud):
    answer = desk.get(f"/admin/newsletter/picture/{mud.pk}/thumbnail/")
    assert answer.status_code == 302
    assert answer.url.startswith("/media/pictures/")


def test_a_text_that_named_a_picture_before_it_came_shows_it_now(desk, published):
    mud = Article.objects.get(title="Mud")
    mud.body = "![A crab](picture:crab)"
    mud.save()
    render_texts(mud)
    send(desk, "/admin/newsletter/picture/add/", file=cast.image_file("crab.jpg"), alt="A crab")
    mud.refresh_from_db()
    assert "<figure" in mud.body_html
