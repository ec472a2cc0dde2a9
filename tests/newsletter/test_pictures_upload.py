"""What comes in as a picture: cleaned of everything but what it shows, or refused with words that help."""

import struct
import zlib
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from newsletter.imaging import clean_upload

GPS, ORIENTATION = 0x8825, 0x0112
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET place</x:xmpmeta>'


def gradient(size=(64, 48)):
    return Image.linear_gradient("L").resize(size).convert("RGB")


def half_red(size=(64, 48)):
    """Red above, blue below: shows which way up it is."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    return image


def written(image, kind, **options):
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def upload(content, name="picture.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def cleaned(content, name="picture.jpg"):
    """The file made of an upload, opened."""
    image = Image.open(clean_upload(upload(content, name)))
    image.load()
    return image


def refusal(content, name="picture.jpg"):
    with pytest.raises(ValidationError) as refused:
        clean_upload(upload(content, name))
    return refused.value.code


def camera_data():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "SECRET camera"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 22.0, 0.0), 3: "E", 4: (4.0, 54.0, 0.0)})
    return exif


def red_is_on_the(image):
    """The side of a picture whose two corners are red."""
    right, bottom = image.width - 1, image.height - 1
    sides = {"top": [(0, 0), (right, 0)], "right": [(right, 0), (right, bottom)], "left": [(0, 0), (0, bottom)]}
    pixels = image.convert("RGB")
    return next(side for side, corners in sides.items() if all(pixels.getpixel(corner)[0] > 200 for corner in corners))


def png_header(width, height):
    """The beginning of a PNG that claims a size, with the data of a few black lines."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress(bytes(1 + width * 3) * 4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_position_and_camera_are_gone_and_the_picture_stands_upright(kind):
    content = written(half_red(), kind, exif=camera_data(), quality=95)
    assert Image.open(BytesIO(content)).getexif().get_ifd(GPS)
    image = cleaned(content)
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    assert image.size == (48, 64)
    assert red_is_on_the(image) == "right"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"comment": b"SECRET", "xmp": XMP}),
        ("WEBP", {"xmp": XMP}),
        ("AVIF", {"xmp": XMP}),
        ("GIF", {"comment": b"SECRET"}),
    ],
)
def test_no_comment_or_description_stays(kind, options):
    content = written(gradient(), kind, **options)
    assert b"SECRET" in content
    assert b"SECRET" not in clean_upload(upload(content)).read()


def test_no_text_stays_in_a_png():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SECRET")
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    content = written(gradient(), "PNG", pnginfo=texts)
    assert b"SECRET" in content
    assert b"SECRET" not in clean_upload(upload(content)).read()


def test_what_stands_behind_the_picture_is_cut_off():
    content = written(gradient(), "JPEG") + b"<script>alert(1)</script>"
    assert b"<script>" not in clean_upload(upload(content)).read()


def test_a_gif_that_is_also_a_page_becomes_only_a_picture():
    content = written(Image.new("P", (64, 48)), "GIF", comment=b"<html><script>alert(1)</script></html>")
    file = clean_upload(upload(content, "page.html"))
    assert file.name == "picture.png"
    assert b"<script>" not in file.read()


def test_colours_are_translated_from_the_pictures_own_profile():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_means_blue = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    image = cleaned(written(Image.new("RGB", (64, 48), "red"), "PNG", icc_profile=red_means_blue))
    red, _, blue = image.getpixel((9, 9))
    assert blue > 200 > 50 > red
    assert "icc_profile" not in image.info


def test_transparency_survives_the_translation_of_colours():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    glass = Image.new("RGBA", (64, 48), (255, 0, 0, 90))
    assert cleaned(written(glass, "PNG", icc_profile=profile)).getpixel((9, 9)) == (255, 0, 0, 90)


def test_a_broken_profile_does_no_harm():
    image = cleaned(written(Image.new("RGB", (64, 48), "red"), "JPEG", icc_profile=b"not a profile" * 20))
    assert image.getpixel((9, 9))[0] > 240


def test_cmyk_becomes_rgb():
    image = cleaned(written(half_red().convert("CMYK"), "JPEG", quality=95))
    assert (image.mode, image.format) == ("RGB", "JPEG")
    assert red_is_on_the(image) == "top"


def test_sixteen_bits_become_eight_without_losing_the_greys():
    deep = Image.new("I;16", (256, 8))
    deep.putdata([column * 257 for column in range(256)] * 8)
    image = cleaned(written(deep, "PNG"))
    assert [abs(image.getpixel((x, 4))[0] - x) <= 2 for x in (0, 64, 128, 255)] == [True] * 4


def test_transparency_stays_also_in_a_palette():
    palette = Image.new("P", (64, 48), 0)
    palette.putpalette([255, 0, 0, 0, 0, 255])
    ImageDraw.Draw(palette).rectangle((0, 0, 31, 47), fill=1)
    image = cleaned(written(palette, "PNG", transparency=0))
    assert (image.mode, image.format) == ("RGBA", "PNG")
    assert image.getpixel((50, 20))[3] == 0
    assert image.getpixel((10, 20)) == (0, 0, 255, 255)


def test_transparency_through_which_nothing_shines_is_dropped():
    assert cleaned(written(gradient().convert("RGBA"), "PNG")).mode == "RGB"


def test_a_drawing_stays_sharp_and_a_photograph_stays_small():
    drawing = Image.new("RGB", (640, 480), "white")
    ImageDraw.Draw(drawing).line((0, 0, 640, 480), fill="black", width=3)
    assert cleaned(written(drawing, "PNG")).format == "PNG"
    photograph = Image.effect_noise((640, 480), 60).convert("RGB")
    assert cleaned(written(photograph, "PNG")).format == "JPEG"


def test_the_longest_side_is_2400_pixels_at_most():
    assert cleaned(written(gradient((5000, 2500)), "JPEG")).size == (2400, 1200)
    assert cleaned(written(gradient((2000, 3000)), "JPEG")).size == (1600, 2400)
    assert cleaned(written(gradient((300, 200)), "JPEG")).size == (300, 200)


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((800, 12_000), (800, 12_000)),
        ((1_500, 9_000), (1_120, 6_720)),
        ((1_000, 24_000), (667, 16_000)),
        ((12_000, 800), (2_400, 160)),
    ],
)
def test_a_tall_picture_stays_wide_enough_to_be_read(size, kept):
    assert cleaned(written(Image.new("RGB", size, "white"), "PNG")).size == kept


def test_a_tall_picture_that_the_camera_turned_stays_wide_too():
    turned = Image.Exif()
    turned[ORIENTATION] = 6
    assert cleaned(written(gradient((12_000, 800)), "JPEG", exif=turned)).size == (800, 12_000)


def test_of_a_still_with_previews_the_first_image_counts():
    content = written(half_red(), "MPO", save_all=True, append_images=[gradient((16, 12))])
    assert Image.open(BytesIO(content)).format == "MPO"
    image = cleaned(content)
    assert (image.format, image.size) == ("JPEG", (64, 48))


def test_the_checksum_is_that_of_the_file_as_uploaded():
    content = written(gradient(), "JPEG")
    assert clean_upload(upload(content)).checksum == sha256(content).hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        "x.php.jpg",
        "../../x.jpg",
        "x\x00.php",
        "\u202egpj.exe",
        "x" * 300 + ".jpg",
        ".htaccess",
        "no ending",
    ],
)
def test_neither_name_nor_type_of_an_upload_reaches_the_store(name):
    file = clean_upload(upload(written(gradient(), "PNG"), name))
    assert file.name in {"picture.png", "picture.jpg"}


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_moving_pictures_are_refused(kind):
    frames = [gradient(), half_red(), gradient().rotate(180)]
    assert refusal(written(frames[0], kind, save_all=True, append_images=frames[1:])) == "moving"


@pytest.mark.parametrize("size", [(30_000, 30_000), (10_000, 9_500), (5_500, 5_000)])
def test_too_many_pixels_are_refused_before_they_are_unpacked(size):
    assert refusal(png_header(*size)) == "too_many_pixels"


def test_too_many_bytes_are_refused():
    assert refusal(written(gradient(), "JPEG") + bytes(21 * 1024 * 1024)) == "too_many_bytes"


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<!doctype html><html></html>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"",
        b"\x00" * 100,
        b"<!---->" * 500,
    ],
    ids=["svg", "svg with a declaration", "page", "pdf", "eps", "nothing", "zeros", "remarks without end"],
)
def test_what_is_no_picture_for_the_web_is_refused_whatever_its_name(content):
    assert refusal(content, "holiday.jpg") == "no_picture"


def container(brand):
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00" + bytes(40)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("HEIC", container(b"heic")),
        ("HEIC", container(b"heix")),
        ("HEIC", container(b"hevc")),
        ("HEIF", container(b"mif1")),
        ("RAW", container(b"crx ")),
        ("RAW", b"II*\x00\x10\x00\x00\x00CR\x02\x00"),
        ("TIFF", written(gradient(), "TIFF")),
        ("BMP", written(gradient(), "BMP")),
        ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("SVG", b'<?xml version="1.0"?>\n<!-- Drawn by hand -->\n<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>'),
        ("PDF", b"%PDF-1.7"),
        ("PSD", b"8BPS\x00\x01" + bytes(20)),
        ("EPS", b"%!PS-Adobe-3.0 EPSF-3.0\n"),
        ("JPEG 2000", written(gradient(), "JPEG2000")),
        ("JPEG XL", b"\xff\x0a" + bytes(20)),
        ("ICO", written(gradient(), "ICO")),
        ("XCF", b"gimp xcf v011\x00"),
        ("EMF", b"\x01\x00\x00\x00" + bytes(36) + b" EMF"),
        ("HTML", b"<!doctype html><html></html>"),
        ("ZIP", b"PK\x03\x04" + bytes(26)),
        ("MP4", container(b"isom")),
        ("MOV", container(b"qt  ")),
        ("WebM", b"\x1a\x45\xdf\xa3" + bytes(20)),
        ("AVI", b"RIFF\x00\x00\x00\x00AVI LIST"),
    ],
)
def test_a_refused_file_is_called_by_its_format_with_what_to_do(kind, content):
    with pytest.raises(ValidationError) as refused:
        clean_upload(upload(content, "holiday.jpg"))
    words = refused.value.messages[0]
    assert f"format {kind}, " in words or f"({kind})" in words
    assert "Save" in words


def test_a_phones_own_format_comes_with_the_way_out_of_it():
    with pytest.raises(ValidationError, match="Most Compatible"):
        clean_upload(upload(container(b"heic"), "IMG_0042.HEIC"))


def test_a_cameras_raw_file_that_begins_like_a_tiff_is_told_by_its_ending():
    with pytest.raises(ValidationError, match="format RAW"):
        clean_upload(upload(written(gradient(), "TIFF"), "DSC_0042.NEF"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_cut_off_picture_is_refused_as_damaged(kind):
    content = written(Image.effect_noise((200, 200), 60).convert("RGB"), kind)
    assert refusal(content[: len(content) // 2]) == "damaged"
    assert refusal(content[:20]) == "damaged"


def test_a_text_that_unpacks_without_end_is_refused():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "A" * 80_000_000, zip=True)
    assert refusal(written(gradient(), "PNG", pnginfo=texts)) == "damaged"


def test_a_refusal_says_what_to_do():
    with pytest.raises(ValidationError) as refused:
        clean_upload(upload(b"neither this nor that"))
    assert "Save or export it as JPEG" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("emissions.png", (1600, 900)),
        ("pilot-zone.jpg", (2400, 1600)),
        ("rocket-parcel.jpg", (2400, 1350)),
        ("seizure-chip.jpg", (2000, 2000)),
    ],
)
def test_real_pictures_come_out_clean(real, name, size):
    image = cleaned((real / "pictures" / name).read_bytes())
    assert image.size == size
    assert not image.getexif()


def test_a_photograph_in_thousands_of_scans_is_refused_before_it_is_decoded():
    buffer = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(buffer, "JPEG", progressive=True)
    head, scan = buffer.getvalue()[:-2].rsplit(b"\xff\xda", 1)
    assert clean_upload(upload(head + (b"\xff\xda" + scan) * 20 + b"\xff\xd9", "mud.jpg"))
    with pytest.raises(ValidationError, match="too many pixels"):
        clean_upload(upload(head + (b"\xff\xda" + scan) * 5000 + b"\xff\xd9", "mud.jpg"))
