"""People's own pictures: made anew on upload, small and square, stored under names that tell nothing."""

import secrets

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

from core.imaging import check_limits, flat, in_srgb, opened, saved
from core.patience import Counter

SIDE = 192
MAX_BYTES = 10 * 1024 * 1024
MAX_MEGAPIXELS = 8
MAX_MEGAPIXELS_OF_JPEG = 25  # because these alone can be decoded at a reduced size

at_work = Counter()


def clean_picture(file: File) -> ContentFile:
    """Make a square WebP, 192 pixels a side and without metadata, of the middle of what an upload shows.

    Raises ValidationError with a sentence for the person, before anything large is decoded, and TooMany where others
    wait for theirs.
    """
    return at_work.serve(small_square, file)


def small_square(file: File) -> ContentFile:
    with opened(file, file.name or "") as image:
        check_limits(image, MAX_MEGAPIXELS_OF_JPEG if image.format in {"JPEG", "MPO"} else MAX_MEGAPIXELS)
        image.draft("RGB", (SIDE * 2, SIDE * 2))  # a large JPEG is decoded at a reduced size
        upright = ImageOps.exif_transpose(flat(image) if image.mode in {"1", "P"} else image)
        square = ImageOps.fit(in_srgb(upright), (SIDE, SIDE), Image.Resampling.LANCZOS)
    square.info.clear()
    return ContentFile(saved(square, "WEBP", quality=82), name="picture.webp")


def random_name(instance: object, filename: str) -> str:
    return f"people/{secrets.token_urlsafe(16)}.webp"
