"""Pictures in a letter: as light as a mail wants them, and there for everybody as long as the issue is."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from newsletter.models import Picture
from newsletter.rendering import render_texts
from tests import cast
from tests.mailing.reading import Reader, letter


def show(issue, **fields):
    """The picture that opens an issue."""
    issue.lead_picture = cast.picture("mud", **fields)
    issue.save()
    return Picture.objects.get(pk=issue.lead_picture_id)


def mailed(issue):
    """What the letter says of its only picture."""
    (facts,) = Reader(letter(issue).html).pictures
    return facts


def fetched(client, facts):
    response = client.get(facts["src"].removeprefix("https://courant.example"))
    return Image.open(BytesIO(b"".join(response.streaming_content)))


def test_a_wide_picture_is_mailed_as_a_jpeg_of_1120_pixels(client, published):
    show(published, file=cast.image_file(size=(1300, 130)))
    facts = mailed(published)
    assert facts["width"] == "560"
    assert facts["src"].endswith("/1120w.jpeg")
    image = fetched(client, facts)
    assert (image.format, image.size) == ("JPEG", (1120, 112))


def test_what_shines_through_is_mailed_as_a_png(client, published):
    buffer = BytesIO()
    Image.new("RGBA", (1200, 60), (255, 0, 0, 90)).save(buffer, "PNG")
    show(published, file=SimpleUploadedFile("glass.png", buffer.getvalue()))
    image = fetched(client, mailed(published))
    assert (image.format, image.size, image.mode) == ("PNG", (1120, 56), "RGBA")


def test_a_picture_that_is_no_wider_is_mailed_itself(published):
    picture = show(published, file=cast.image_file(size=(1120, 100)))
    assert mailed(published)["src"] == f"https://courant.example{picture.file.url}"


def test_a_picture_from_before_gets_its_size_with_the_letter(client, published):
    picture = show(published, file=cast.image_file(size=(1300, 130)))
    size = picture.file.name.replace(".jpg", "/1120w.jpeg")
    default_storage.delete(size)
    assert fetched(client, mailed(published)).width == 1120
    assert default_storage.exists(size)


def test_a_picture_whose_file_is_lost_stops_no_letter(published):
    picture = show(published, file=cast.image_file(size=(1300, 130)))
    default_storage.delete(picture.file.name)
    default_storage.delete(picture.file.name.replace(".jpg", "/1120w.jpeg"))
    assert mailed(published)["src"] == f"https://courant.example{picture.file.url}"


def test_its_address_stays_the_same(published):
    picture = show(published, file=cast.image_file(size=(1300, 130)))
    before = mailed(published)["src"]
    picture.caption = "Other words"
    picture.save()
    render_texts(published)
    assert mailed(published)["src"] == before


@pytest.mark.parametrize(
    ("size", "shown", "stored"), [((400, 400), (56, 56), 112), ((800, 100), (280, 35), 560), ((40, 80), (28, 56), 40)]
)
def test_a_logo_keeps_its_proportions(client, published, size, shown, stored):
    published.newsletter.logo = cast.picture("logo", alt="A wave", file=cast.image_file(size=size))
    published.newsletter.save()
    facts = mailed(published)
    assert (facts["alt"], facts["width"], facts["height"]) == ("A wave", str(shown[0]), str(shown[1]))
    assert fetched(client, facts).width == stored
