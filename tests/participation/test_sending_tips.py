"""Readers send tips: from a page that is the same for everybody, without scripts and without an account."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from core import page_cache
from newsletter.models import Link
from participation.models import Tip
from participation.tips.links import first_address, same_places, tidy
from participation.views.tips import FROM_NETWORK
from tests import cast
from tests.participation.tips import FROM_HERE, TYPED, send, tip, words_of

pytestmark = pytest.mark.django_db


def test_a_tip_comes_in_and_the_worker_is_to_look_at_its_address(published):
    page = send(issue="march")
    assert "Your tip is with the editors." in words_of(page)
    assert "a mail goes to ada@example.org" in words_of(page)
    assert 'href="/low-tide/march/"' in page.text
    stored = Tip.objects.get()
    assert (stored.text, stored.link) == (TYPED["text"], TYPED["link"])
    assert (stored.name, stored.email, stored.credited_as) == ("Ada Moor", "ada@example.org", "Ada Moor")
    assert (stored.state, stored.language, stored.issue, stored.user) == ("new", "en", published, None)
    assert Link.objects.get(address=TYPED["link"]).asked_at


def test_a_few_words_are_enough_and_so_is_an_address(low_tide):
    send(text="Herons. See https://shore.example.org/heron?utm_source=x.", link="", name="", email="")
    send(text="", link="shore.example.org/terns", name="", email="")
    assert list(Tip.objects.values_list("link", flat=True).order_by("pk")) == [
        "https://shore.example.org/heron",
        "https://shore.example.org/terns",
    ]
    assert "Say in a few words" in send(text=" ", link="").text
    assert Tip.objects.count() == 2


@pytest.mark.parametrize(
    ("wish", "credit"),
    [
        ({"credit": "name"}, "Ada Moor"),
        ({"credit": "other", "credit_name": "A friend\nof herons"}, "A friend of herons"),
        ({"credit": "none"}, ""),
    ],
)
def test_who_sends_it_says_whether_and_how_to_be_named(low_tide, wish, credit):
    send(**wish)
    assert Tip.objects.get().credited_as == credit


def test_what_was_refused_keeps_every_word(low_tide):
    typed = {"text": "<b>Herons</b> & terns", "link": "javascript:alert(1)", "name": 'Ada "Mud" Moor', "email": "ada@"}
    page = send(**typed, credit="other")
    assert not Tip.objects.exists()
    for words in (
        "&lt;b&gt;Herons&lt;/b&gt; &amp; terns",
        "javascript:alert(1)",
        "Ada &quot;Mud&quot; Moor",
        '"ada@"',
    ):
        assert words in page.text
    for problem in ("This is no address of a page", "valid email address", "Say by which name"):
        assert problem in page.text


def test_one_from_nowhere_is_asked_for_again_and_loses_nothing(low_tide):
    browser = Client(enforce_csrf_checks=True)
    page = send(browser, headers={})
    assert "Look it over and send it once more." in page.text
    assert TYPED["text"] in page.text
    assert not Tip.objects.exists()
    again = TYPED | {"csrfmiddlewaretoken": browser.cookies["csrf"].value}
    assert "with the editors" in browser.post("/tips/", again).text


def test_too_many_from_a_network_wait_and_lose_nothing(low_tide):
    for _each in range(FROM_NETWORK.most):
        FROM_NETWORK.hit("127.0.0.0/24")
    page = send(picture=cast.image_file())
    assert page.status_code == 429
    assert page.headers["Retry-After"]
    assert TYPED["text"] in page.text
    assert "Choose it once more" in page.text
    assert not Tip.objects.exists()


def test_what_fills_in_the_trap_is_answered_like_a_person(low_tide):
    assert "with the editors" in send(website="https://spam.example.org").text
    assert not Tip.objects.exists()


def test_a_form_that_is_sent_twice_is_one_tip(low_tide):
    send()
    send()
    assert Tip.objects.count() == 1
    send(email="otto@example.org")
    assert Tip.objects.count() == 2


def test_a_picture_comes_along_without_where_it_was_taken_and_is_seen_at_the_desk_alone(low_tide, client, desk):
    image = Image.new("RGB", (4000, 300), "teal")
    exif = image.getexif()
    exif[0x010F] = "SECRET CAMERA"
    file = SimpleUploadedFile("me.jpg", b"")
    image.save(file, "JPEG", exif=exif)
    file.seek(0)
    send(picture=file)
    stored = Tip.objects.get()
    with default_storage.open(stored.picture.name) as kept:
        content = kept.read()
    assert b"SECRET" not in content
    address = f"/admin/participation/tip/{stored.pk}/picture/"
    assert b"".join(desk.get(address).streaming_content) == content
    assert client.get(address).status_code == 302
    assert client.get(f"/media/{stored.picture.name}").status_code == 404
    assert desk.get(f"/media/{stored.picture.name}").status_code == 404


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"%PDF-1.7 no picture", b"<svg/>"])
def test_what_is_no_picture_is_refused_in_words(low_tide, content):
    page = send(picture=SimpleUploadedFile("x.jpg", content))
    assert 'id="id_picture_error"' in page.text
    assert TYPED["text"] in page.text
    assert not Tip.objects.exists()


def test_a_picture_that_is_too_large_for_strangers_is_refused_before_it_is_decoded(low_tide):
    page = send(picture=cast.image_file("mud.png", (5000, 2500), "PNG"))
    assert "too many pixels" in page.text


def test_who_has_signed_in_need_not_say_who_they_are(low_tide, rita):
    browser = Client()
    browser.force_login(rita)
    page = browser.get("/tips/?newsletter=low-tide")
    assert 'value="Rita"' in page.text
    assert 'value="rita@example.org"' in page.text
    assert "no-store" in page.headers["Cache-Control"]
    send(browser, name="Rita", email="rita@example.org")
    assert Tip.objects.get().user == rita


def test_the_page_is_kept_and_the_same_for_everybody(published, client):
    page = client.get("/tips/?newsletter=low-tide&issue=march")
    assert 'name="issue" value="march"' in page.text
    assert not page.cookies
    assert "csrfmiddlewaretoken" not in page.text
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get("/tips/?newsletter=low-tide&issue=march").headers["ETag"] == page.headers["ETag"]
    assert len(queries) == 1
    page_cache.forget()


def test_it_speaks_the_language_of_the_newsletter(client, low_tide):
    cast.low_tide(title="山间来信", slug="shanjian", language="zh-hans")
    assert '<html lang="zh-hans"' in client.get("/tips/?newsletter=shanjian").text
    assert '<html lang="zh-hans"' in send(newsletter="shanjian", text="", link="").text
    send(newsletter="shanjian")
    assert Tip.objects.get().language == "zh-hans"


def test_it_asks_for_which_newsletter_where_there_are_several(client, low_tide):
    cast.low_tide(title="High Tide", slug="high-tide")
    cast.low_tide(title="Slack Water", slug="slack", takes_tips=False)
    page = client.get("/tips/")
    assert page.text.count("<option") == 2
    assert "Slack" not in page.text
    assert send(newsletter="slack").text.count("<option") == 2
    assert not Tip.objects.exists()


def test_old_addresses_lead_to_the_page_and_there_is_none_where_nobody_takes_tips(client, low_tide, secrets):
    assert client.get("/tips/?newsletter=gone").headers["Location"] == "/tips/"
    assert client.get("/tips/?newsletter=low-tide&issue=secret-draft").headers["Location"] == "/tips/"
    low_tide.takes_tips = False
    low_tide.save()
    assert client.get("/tips/").status_code == 404
    assert send().status_code == 404


def test_an_issue_ends_with_a_box_whose_words_are_taken_on(published, client):
    page = client.get("/low-tide/march/")
    assert page.text.count('action="/tips/"') == 1
    assert 'action="/tips/"' not in client.get("/low-tide/march/mud/").text
    box = {"newsletter": "low-tide", "issue": "march", "text": "A heron <nested>.", "continue": "1"}
    form = client.post("/tips/", box, headers=FROM_HERE)
    assert "A heron &lt;nested&gt;." in form.text
    assert "csrfmiddlewaretoken" in form.text
    assert not Tip.objects.exists()


def test_a_newsletter_that_takes_none_has_no_box(published, client, low_tide):
    low_tide.takes_tips = False
    low_tide.save()
    assert "/tips/" not in client.get("/low-tide/march/").text


def test_addresses_are_compared_without_what_counts_clicks(settings):
    assert tidy("HTTPS://Shore.example.org/a?utm_source=x&id=7&fbclid=1#top") == "https://shore.example.org/a?id=7"
    assert tidy("https://shore.example.org/a?q=a+b&x=%2F") == "https://shore.example.org/a?q=a+b&x=%2F"
    assert "http://shore.example.org/a" in same_places("https://www.shore.example.org/a/")
    assert first_address("See (https://shore.example.org/a), now.") == "https://shore.example.org/a"
    assert first_address("看https://shore.example.org/a，很好") == "https://shore.example.org/a"
    assert first_address(f"{settings.SITE_URL}/low-tide/ alone") == ""


def test_tips_of_an_address_are_found(low_tide):
    first = tip(low_tide, link="https://shore.example.org/heron")
    tip(low_tide, link="https://shore.example.org/tern")
    assert list(Tip.objects.leading_to("http://www.shore.example.org/heron/?utm_medium=mail")) == [first]
    assert not Tip.objects.leading_to("").exists()
