"""The profile: how others see a person, and who hears of its changes."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import Client
from PIL import Image

from accounts import profiles
from accounts.models import User
from tests.cast import image_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, rita):
    client.force_login(rita)
    return client


def save(client, **fields):
    return client.post("/account/", {"display_name": "Rita", "headline": "", "language": "", **fields})


def avatar(person):
    return Template("{% load accounts %}{% avatar person %}").render(Context({"person": person}))


def test_name_headline_and_language_are_kept(reader, rita):
    assert save(reader, display_name="Rita  Sound", headline="Reads tides", language="zh-hans").url == "/account/"
    rita.refresh_from_db()
    assert (rita.display_name, rita.headline, rita.language) == ("Rita Sound", "Reads tides", "zh-hans")
    assert "Saved." in reader.get("/account/").content.decode()


def test_a_name_that_is_refused_comes_back_with_the_reason(reader, rita, edda):
    page = save(reader, display_name="Еdda", headline="Still here").content.decode()
    assert "looks like that of somebody who works here" in page
    assert 'value="Still here"' in page
    rita.refresh_from_db()
    assert rita.display_name == "Rita"


def test_apps_above_hear_of_a_change_that_others_see(reader, rita, monkeypatch):
    heard = []
    monkeypatch.setattr(profiles, "profile_changed", [lambda user: heard.append(user.headline)])
    save(reader, language="fr")
    assert heard == []
    save(reader, headline="Reads tides")
    assert heard == ["Reads tides"]


def upload(client, file, **fields):
    return save(client, picture=file, **fields)


def exif_photo():
    """A photograph that lies on its side and says where it was taken."""
    image, buffer = Image.new("RGB", (400, 200), "red"), BytesIO()
    image.paste("blue", (0, 0, 200, 200))
    exif = image.getexif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 0.0, 0.0)
    image.save(buffer, "JPEG", exif=exif)
    return SimpleUploadedFile("me.jpg", buffer.getvalue(), content_type="image/jpeg")


def test_a_picture_becomes_a_small_upright_square_without_position(reader, rita):
    assert upload(reader, exif_photo()).status_code == 302
    rita.refresh_from_db()
    served = Client().get(rita.picture.url)
    image = Image.open(BytesIO(b"".join(served.streaming_content)))
    assert rita.picture.url.startswith("/media/people/")
    assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (192, 192), {})
    assert image.convert("RGB").getpixel((96, 20))[2] > 200  # blue above red, once upright
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "sandbox" in served["Content-Security-Policy"]


def test_a_replaced_or_removed_picture_is_gone(reader, rita, django_capture_on_commit_callbacks):
    upload(reader, image_file())
    first = User.objects.get(pk=rita.pk).picture
    with django_capture_on_commit_callbacks(execute=True):
        upload(reader, image_file())
    second = User.objects.get(pk=rita.pk).picture
    assert (default_storage.exists(first.name), default_storage.exists(second.name)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        save(reader, remove_picture="on")
    assert not User.objects.get(pk=rita.pk).picture
    assert reader.get(second.url).status_code == 404


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/svg+xml"),
        image_file("bomb.png", (6000, 6000), "PNG"),
        SimpleUploadedFile("cut.png", image_file(kind="PNG").read()[:200]),
    ],
    ids=lambda file: file.name,
)
def test_what_is_no_decent_picture_is_refused(reader, rita, file):
    file.seek(0)
    assert "picture" in upload(reader, file).context["form"].errors
    rita.refresh_from_db()
    assert not rita.picture


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Rita", "R"),
        ("rita von der see", "RS"),
        ("王小明", "王"),
        ("“Mo” O’Hara", "MO"),
        ("", "?"),
        ("<b>", "B"),
        ("👩", "?"),
    ],
)
def test_initials_are_drawn_by_the_server(name, letters):
    drawn = avatar(name)
    assert f">{letters}</span>" in drawn
    assert 'aria-hidden="true"' in drawn


def test_a_persons_circle_keeps_its_colour_and_costs_no_query(rita, django_assert_num_queries):
    with django_assert_num_queries(0):
        drawn = avatar(rita)
        rita.display_name = "Somebody else"
        renamed = avatar(rita)
    assert f"tone-{rita.pk % 8}" in drawn
    assert f"tone-{rita.pk % 8}" in renamed
