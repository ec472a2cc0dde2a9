"""Pictures as files: what is let in, under which name it is stored, and which sizes are made of it. Nothing that comes
from outside is stored as it came. What an upload shows is decoded, within limits, and a new file is made of it: that
leaves behind everything else a file can carry (camera and position data, comments, markup for a browser to run)."""

import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from fractions import Fraction
from hashlib import sha256
from io import BytesIO
from math import ceil
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from pictures.models import PictureFieldFile, PillowPicture
from PIL import ExifTags, Image, ImageOps

from core.imaging import READABLE, check_limits, flat, in_srgb, opened, saved

MAX_BYTES = 20 * 1024 * 1024
MAX_MEGAPIXELS = 25
MAX_MEGAPIXELS_OF_JPEG = 50  # because these alone can be decoded at a reduced size
LONGEST_SIDE = 2400
#: How wide the file is that mail shows: two pixels for each of the 560 that its text is wide.
MAIL_WIDTH = 1120
#: A tall picture, a drawing with words in it as a rule, stays as wide as this however long it is; WebP holds no more
#: lines than these.
TALL_WIDTH = 1120
MOST_LINES = 16_000
#: What shared links show, in pixels.
CARD = (1200, 630)
#: Orientations of a camera that was held upright.
TURNED = {5, 6, 7, 8}
ENCODING: dict[str, dict[str, int]] = {
    "AVIF": {"quality": 60, "speed": 8},
    "WEBP": {"quality": 78},
    "JPEG": {"quality": 82, "progressive": True, "optimize": True},
    "PNG": {"optimize": True},
}
#: What is stored, by the ending of its name.
CONTENT_TYPES = {"jpg": "image/jpeg", **{kind: f"image/{kind}" for kind in ("jpeg", "png", "avif", "webp")}}
#: A picture's file and, in a folder named after it, its sizes.
STORED_NAME = re.compile(rf"(pictures/[\w-]+)(?:/(?:\d+w|card-\d+-\d+))?\.(?:{'|'.join(CONTENT_TYPES)})", re.ASCII)

TOO_MANY_BYTES = _("This file is larger than 20 MB. Save the picture 2400 pixels wide and try again.")


class CleanPicture(ContentFile):
    """A picture ready to be stored; `checksum` is the SHA-256 of the file that it was made of."""

    def __init__(self, content: bytes, ending: str, checksum: str) -> None:
        super().__init__(content, name=f"picture.{ending}")
        self.checksum = checksum


def clean_upload(file: File) -> CleanPicture:
    """Make a new file, fit for the web, of what an uploaded one shows. It stands upright, in sRGB, at most 2400 pixels
    long and wide (longer where it is tall and would become narrow), without any metadata: a JPEG, or a PNG where there
    is transparency or a drawing that is smaller so. The name and declared type of the upload mean nothing. Raises
    ValidationError with a sentence for the person who chose the file. Limits are checked before anything is decoded;
    of a large JPEG only a reduced version ever is. Needs up to 400 MB of memory for a WebP at the limit, and about 100
    MB for a photograph from a camera."""
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValidationError(TOO_MANY_BYTES, code="too_many_bytes")
    with opened(BytesIO(data), file.name or "") as image:
        is_jpeg = image.format in {"JPEG", "MPO"}
        check_limits(image, MAX_MEGAPIXELS_OF_JPEG if is_jpeg else MAX_MEGAPIXELS)
        content, ending = encode(fit_for_web(image), is_lossy=is_jpeg)
    return CleanPicture(content, ending, sha256(data).hexdigest())


def fit_for_web(image: Image.Image) -> Image.Image:
    """Reduced, upright, in sRGB, opaque wherever nothing shines through, and without metadata."""
    if image.mode == "I;16":  # converting cuts off at 255 instead of scaling
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in {"1", "P"} or "transparency" in image.info:  # neither can be reduced smoothly
        image = flat(image)
    reduce(image)
    image = in_srgb(ImageOps.exif_transpose(image))
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info.clear()
    return image


def reduce(image: Image.Image) -> None:
    """Make the longest side 2400 pixels at most, in place, but keep a tall picture wide enough to be read. The decoder
    is asked for a reduced JPEG only if the box has the picture's own proportions."""
    is_turned = image.getexif().get(ExifTags.Base.Orientation, 1) in TURNED
    width, height = reversed(image.size) if is_turned else image.size
    readable = max(Fraction(LONGEST_SIDE, max(width, height)), Fraction(TALL_WIDTH, width))
    scale = min(readable, Fraction(MOST_LINES, height), Fraction(1))
    box = (ceil(image.width * scale), ceil(image.height * scale))
    image.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=1.25)


def encode(image: Image.Image, *, is_lossy: bool) -> tuple[bytes, str]:
    """The bytes and the ending of the name. What came without loss keeps every line unless that costs more."""
    if image.mode == "RGBA":
        return saved(image, "PNG"), "png"
    jpeg = saved(image, "JPEG", quality=88, progressive=True, optimize=True)
    png = jpeg if is_lossy else saved(image, "PNG")
    return (png, "png") if len(png) < len(jpeg) else (jpeg, "jpg")


def random_name(instance: object, filename: str) -> str:
    """A name that tells nothing and cannot be guessed; the ending is the caller's, made by `clean_upload`."""
    ending = filename.rpartition(".")[2].lower()
    return f"pictures/{secrets.token_urlsafe(16)}.{ending}"


def possible_originals(name: str) -> list[str]:
    """The files that a stored name, of a file or of one of its sizes, can belong to; none where it is no such name."""
    match = STORED_NAME.fullmatch(name)
    return [f"{match[1]}.{ending}" for ending in CONTENT_TYPES] if match else []


class Rendition(PillowPicture):
    """One width of a picture in one format."""

    def save(self, image: Image.Image) -> None:
        """Store this size of `image`, in place of what is there."""
        size = self.width, max(1, round(self.width * image.height / image.width))
        resized = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
        content = saved(resized, self.file_type, **ENCODING[self.file_type])
        self.storage.delete(self.name)
        self.storage.save(self.name, ContentFile(content))


def make_renditions(file: PictureFieldFile) -> None:
    """Make and store every size of a stored picture. Running it again makes the same files under the same names.
    Raises FileNotFoundError when the picture is not in the storage."""
    store_sizes(file, [*file.get_picture_files_list(), *mail_sizes(file)])


def store_sizes(file: PictureFieldFile, sizes: Iterable[Rendition]) -> None:
    with file.storage.open(file.name) as stored, Image.open(stored, formats=READABLE) as image:
        pixels = flat(image)
    pixels.info.clear()
    for size in sizes:
        size.save(pixels)


def make_card(file: PictureFieldFile, name: str, x: int, y: int) -> None:
    """Crop a stored picture to what shared links show, around the focus (in percent from the left and from above), on
    white where it is transparent, and store that; nothing without a name. Raises FileNotFoundError."""
    if not name:
        return
    with file.storage.open(file.name) as stored, Image.open(stored, formats=READABLE) as image:
        white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    card = ImageOps.fit(white.convert("RGB"), CARD, centering=(x / 100, y / 100))
    content = saved(card, "JPEG", **ENCODING["JPEG"])
    file.storage.delete(name)
    file.storage.save(name, ContentFile(content))


def mail_sizes(file: PictureFieldFile, width: int = MAIL_WIDTH) -> list[Rendition]:
    """The one size that mail shows, in the format of the picture's own file, which every mail program knows; none
    where that file is no wider."""
    return [mail_size(file.name, width)] if file.width > width else []


def mail_size(name: str, width: int = MAIL_WIDTH) -> Rendition:
    return Rendition(name, "PNG" if name.endswith(".png") else "JPEG", None, default_storage, width)


def mail_url(file: PictureFieldFile, width: int = MAIL_WIDTH) -> str:
    """The address of what mail shows of a picture: it holds as long as the picture has this file. Makes that size
    where it is missing, as of pictures that are older than mail. No query; looks into the storage."""
    for size in mail_sizes(file, width):
        with suppress(OSError):
            if not file.storage.exists(size.name):
                store_sizes(file, [size])
            return size.url
    return file.url


def renditions(file: PictureFieldFile) -> tuple[tuple[str, str], ...]:
    """The `type` and `srcset` of each format, best first. Reads stored dimensions."""
    (formats,) = file.aspect_ratios.values()
    return tuple(
        (f"image/{kind.lower()}", ", ".join(f"{size.url} {width}w" for width, size in sorted(sizes.items())))
        for kind, sizes in formats.items()
        if sizes
    )


def delete_stored(name: str) -> None:
    """Delete a stored picture and all its sizes, also those that earlier settings asked for."""
    folder = str(PurePosixPath(name).with_suffix(""))
    with suppress(FileNotFoundError):
        for size in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{size}")
        default_storage.delete(folder)  # empty now; object stores have no folders and let this pass
    default_storage.delete(name)
