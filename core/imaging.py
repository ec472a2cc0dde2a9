"""Letting pictures in: what can be read, what is refused in words for the person, and colours that fit the web."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, UnidentifiedImageError

READABLE = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
SRGB = ImageCms.createProfile("sRGB")

TOO_MANY_PIXELS = _("This picture has too many pixels. Save it 2400 pixels wide and try again.")
NO_PICTURE = _(
    "This file is no picture that can be used here, whatever its name says. "
    "Save or export it as JPEG, PNG, WebP, AVIF or GIF and try again."
)
MOVING = _("This picture moves. Save one image of it as a file of its own, or link to a video in the text.")
DAMAGED = _("This picture is damaged or incomplete. Open it in a picture editor, save it anew and try again.")


@contextmanager
def failures_in_words() -> Iterator[None]:
    """Tell the person what Pillow tells the programmer. Decoders fail in any way, so any failure counts."""
    try:
        yield
    except ValidationError:
        raise
    except UnidentifiedImageError as error:
        raise ValidationError(NO_PICTURE, code="no_picture") from error
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
