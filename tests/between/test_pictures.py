"""A picture gets another file: what shows it shows the new one."""

import pytest
from django.test import Client

from newsletter import publishing
from newsletter.rendering import render_texts
from tests import cast
from tests.between.plans import dispatch_in, work
from tests.mailing.reading import Reader

pytestmark = pytest.mark.django_db

WIDE = (1300, 13)


@pytest.fixture
def picture(published):
    """A picture in the opening of No. 1."""
    made = cast.picture("mud", file=cast.image_file(size=WIDE))
    published.body = "![](picture:mud)"
    published.save()
    render_texts(published)
    return made


def replace(picture):
    picture.file = cast.image_file("better.jpg", size=(640, 480))
    picture.save()


def fetched(address):
    response = Client().get(address.removeprefix("https://courant.example"), follow=True)
    assert response.status_code == 200
    return response.redirect_chain


def mailed(message):
    html, _kind = message.alternatives[0]
    (facts,) = Reader(html).pictures
    return facts["src"]


@pytest.mark.parametrize("size", [WIDE, (900, 9)])
def test_mails_that_are_out_or_on_their_way_show_the_new_file(published, picture, size):
    picture.file = cast.image_file(size=size)
    picture.save()
    dispatch_in("letter stored", published)
    replace(picture)
    (message,) = work()
    assert picture.file.url not in mailed(message)
    assert fetched(mailed(message)) == [(picture.file.url, 301)]
    replace(picture)
    assert fetched(mailed(message)) == [(picture.file.url, 301)]


def test_a_mail_that_is_not_set_yet_shows_the_new_file_itself(published, picture):
    dispatch_in("planned", published)
    replace(picture)
    (message,) = work()
    assert mailed(message) == f"https://courant.example{picture.file.url}"
    assert fetched(mailed(message)) == []


def test_pages_and_feeds_show_the_new_file(published, picture, django_capture_on_commit_callbacks):
    pages = ["/low-tide/march/", "/sitemap.xml"]
    for page in pages:
        assert picture.file.url in Client().get(page).text
    with django_capture_on_commit_callbacks(execute=True):
        replace(picture)
    for page in pages:
        assert picture.file.url in Client().get(page).text


def test_an_old_file_leads_nobody_to_what_is_not_public(published, picture, edda):
    old = picture.file.url
    replace(picture)
    publishing.withdraw(published, edda)
    assert Client().get(old, follow=True).status_code == 404


@pytest.mark.parametrize("state", ["planned", "letter stored", "done"])
def test_a_picture_that_is_shown_is_deleted_by_who_was_told_where(published, picture, desk, state):
    dispatch = dispatch_in(state, published)
    address = f"/admin/newsletter/picture/{picture.pk}/delete/"
    assert published.title in desk.get(address).text
    assert desk.post(address, {"post": "yes"}).status_code == 302
    published.refresh_from_db()
    assert "<img" not in published.body_html
    assert Client().get(published.get_absolute_url()).status_code == 200
    before = dispatch.state
    dispatch.refresh_from_db()
    assert dispatch.state == before
