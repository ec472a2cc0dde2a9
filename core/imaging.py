"""Letting pictures in: what can be read, what is refused in words for the person, and colours that fit the web."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO

import yaml
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, UnidentifiedImageError

READABLE = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
SRGB = ImageCms.createProfile("sRGB")

TOO_MANY_PIXELS = _("This picture has too many pixels. Save it 2400 pixels wide and try again.")
NAMED = _(
    "This file is in the format %(kind)s, which browsers do not show. "
    "Save or export it as JPEG, PNG, WebP, AVIF or GIF and try again."
)
FROM_PHONE = _(
    "An iPhone makes JPEG of new photographs when Settings, Camera, Formats says Most Compatible, "
    "and of old ones when they are sent by mail."
)
VIDEO = _("This is a video (%(kind)s). Save one image of it as a picture, or link to the video in the text.")
NO_PICTURE = _(
    "This file is no picture that can be used here, whatever its name says. "
    "Save or export it as JPEG, PNG, WebP, AVIF or GIF and try again."
)
MOVING = _("This picture moves. Save one image of it as a file of its own, or link to a video in the text.")
DAMAGED = _("This picture is damaged or incomplete. Open it in a picture editor, save it anew and try again.")

#: What else people choose for a picture, by how it begins.
KINDS: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
VIDEOS = {"MOV", "MP4", "WebM", "AVI"}
#: What could be read if it were whole.
BEGINNINGS = rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF.{4}WEBP|.{4}ftypavi"
#: Cameras write TIFF under names of their own.
RAW = re.compile(r"\.(?:3fr|arw|cr2|dng|erf|iiq|kdc|mef|mos|nef|nrw|orf|pef|raw|rw2|sr2|srf|srw)$", re.IGNORECASE)
BEGINNING = 4096
#: A JPEG comes in one scan or about ten; each one more makes a decoder look at all of the picture again.
MOST_SCANS = 100


@contextmanager
def opened(file: IO[bytes], name: str = "") -> Iterator[Image.Image]:
    """The picture in a file, not decoded yet. Whatever fails while it is looked at is told in words. Raises
    ValidationError. `name` only helps to say what was chosen instead of a picture."""
    file.seek(0)
    beginning = file.read(BEGINNING)
    scans = (beginning + file.read()).count(b"\xff\xda") if beginning.startswith(b"\xff\xd8") else 0
    if scans > MOST_SCANS:
        raise ValidationError(TOO_MANY_PIXELS, code="too_many_pixels")
    file.seek(0)
    with failures_in_words(beginning, name), Image.open(file, formats=READABLE) as image:
        yield image


def refusal(beginning: bytes, name: str) -> ValidationError:
    """What to tell of a file in which no picture is found."""
    if begins(beginning, BEGINNINGS):
        return ValidationError(DAMAGED, code="damaged")
    kind = next((kind for kind, pattern in KINDS.items() if begins(beginning, pattern.encode())), "")
    kind = "RAW" if kind == "TIFF" and RAW.search(name) else kind
    words = VIDEO if kind in VIDEOS else NAMED if kind else NO_PICTURE
    hint = f" {FROM_PHONE}" if kind in {"HEIC", "HEIF"} else ""
    return ValidationError(str(words) % {"kind": kind} + hint, code="no_picture")


def begins(content: bytes, pattern: bytes) -> bool:
    return re.match(pattern, content, re.DOTALL | re.IGNORECASE) is not None


@contextmanager
def failures_in_words(beginning: bytes, name: str) -> Iterator[None]:
    """Tell the person what Pillow tells the programmer. Decoders fail in any way, so any failure counts."""
    try:
        yield
    except ValidationError:
        raise
    except UnidentifiedImageError as error:
        raise refusal(beginning, name) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_MANY_PIXELS, code="too_many_pixels") from error
    except Exception as error:
        raise ValidationError(DAMAGED, code="damaged") from error


def check_limits(image: Image.Image, megapixels: int) -> None:
    """Refuse by what the header says. An MPO is a still with previews behind it: its first image counts."""
    if image.width * image.height > megapixels * 1_000_000:
        raise ValidationError(TOO_MANY_PIXELS, code="too_many_pixels")
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise ValidationError(MOVING, code="moving")


def flat(image: Image.Image) -> Image.Image:
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def in_srgb(image: Image.Image) -> Image.Image:
    """Translate the colours from the picture's own profile; without one, or with a broken one, they stay."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, own, SRGB, outputMode=mode) or image
    return flat(image)


def saved(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
