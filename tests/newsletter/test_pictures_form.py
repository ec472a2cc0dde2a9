"""The form through which pictures come in: what it fills in, what it asks for, what it warns of."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from newsletter.models import Picture
from newsletter.picture_forms import PictureForm
from tests import cast

pytestmark = pytest.mark.django_db
WORDS = {"alt": "Ripples in the mud", "caption": "", "credit": "", "credit_url": "", "name": ""}


def form(file=None, instance=None, **words):
    return PictureForm(WORDS | words, {"file": file} if file else {}, instance=instance)


def stored(*args, **words):
    filled = form(*args, **words)
    assert filled.is_valid(), filled.errors
    return filled.save()


def test_a_picture_is_stored_under_a_name_that_tells_nothing():
    picture = stored(cast.image_file("SECRET holiday.jpg"))
    assert picture.file.name.startswith("pictures/")
    assert "SECRET" not in picture.file.name
    assert len(picture.file.name) > len("pictures/") + 20
    assert (picture.width, picture.height) == (640, 480)
    assert len(picture.checksum) == 64


def test_the_ending_is_that_of_what_is_stored():
    gif = stored(cast.image_file("photo.php", kind="GIF"))
    assert gif.file.name.endswith(".png")
    assert default_storage.open(gif.file.name).read(4) == b"\x89PNG"


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("Low Water 2024.JPG", "low-water-2024"),
        ("新质生产力.png", "新质生产力"),
        ("x" * 300 + ".jpg", "x" * 80),
        ("....jpg", "picture"),
        ("../../etc/passwd.jpg", "passwd"),
        ("\u202egpj.jpg", "gpj"),
    ],
)
def test_without_a_name_it_is_called_after_its_file(file_name, name):
    assert stored(cast.image_file(file_name)).name == name


def test_two_files_of_one_name_get_two_names():
    names = [stored(cast.image_file("mud.jpg", size=(9, size))).name for size in (5, 6, 7)]
    assert names == ["mud", "mud-2", "mud-3"]


def test_a_name_that_is_taken_is_refused():
    cast.picture("mud")
    assert "name" in form(cast.image_file(), name="mud").errors


def test_without_alternative_text_it_says_what_to_write():
    (message,) = form(cast.image_file(), alt="").errors["alt"]
    assert "Say in a sentence what the picture shows" in message


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"<script>" * 40])
def test_what_is_no_picture_is_refused_beside_the_file(content):
    refused = form(SimpleUploadedFile("x.jpg", content, content_type="image/jpeg"))
    (message,) = refused.errors["file"]
    assert "try again" in message
    assert not Picture.objects.exists()


def test_without_a_file_it_asks_for_one():
    assert form().errors["file"] == ["Choose the picture's file."]


def test_the_same_file_again_is_warned_of_with_a_link_and_stored():
    twin = stored(cast.image_file("mud.jpg"))
    again = form(cast.image_file("sand.jpg"))
    assert again.is_valid()
    assert f'<a href="/admin/newsletter/picture/{twin.pk}/change/">mud</a>' in again.duplicate_warning()
    assert again.save().pk != twin.pk


def test_another_file_is_not_warned_of():
    stored(cast.image_file(size=(9, 5)))
    other = form(cast.image_file(size=(9, 6)))
    assert other.is_valid()
    assert other.duplicate_warning() is None


def test_words_can_be_changed_without_choosing_the_file_again():
    before = stored(cast.image_file())
    after = stored(None, before, alt="Ripples in the sand")
    assert (after.alt, after.name, after.file.name) == ("Ripples in the sand", before.name, before.file.name)
    assert form(None, after).is_valid()
    assert form(None, after).duplicate_warning() is None


def test_a_new_file_changes_size_and_checksum_but_not_the_name():
    before = stored(cast.image_file("mud.jpg"))
    checksum, file_name = before.checksum, before.file.name
    after = stored(cast.image_file("sand.jpg", size=(500, 200)), before)
    assert (after.name, after.width, after.height) == ("mud", 500, 200)
    assert after.checksum != checksum
    assert not default_storage.exists(file_name)
