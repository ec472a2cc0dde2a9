"""Pictures: letting one in, refusing a bomb, making its sizes, and showing one among 10,000."""

import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image, ImageFilter

from bench import milliseconds, seconds, sized
from newsletter.imaging import clean_upload, make_renditions
from newsletter.models import Article, Picture

#: By what the sides of pictures are divided, and how many others there are.
REDUCED, OTHERS = sized(1, small=10), sized(10_000, small=100)

MEMORY_OF_AN_UPLOAD = """
import pathlib, re, sys, django
django.setup()
from django.core.files.base import ContentFile
from newsletter.imaging import clean_upload
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
before = peak()
clean_upload(ContentFile(sys.stdin.buffer.read()))
print(peak() - before)
"""


def figures() -> dict[str, float]:
    photograph = encoded(4000, 3000, "JPEG")
    measured = {
        "picture_12_megapixels_let_in_s": seconds(lambda: clean_upload(ContentFile(photograph))),
        "picture_12_megapixels_memory_mb": memory(photograph),
        "picture_50_megapixels_memory_mb": memory(encoded(8600, 5800, "JPEG")),
        "picture_25_megapixels_webp_memory_mb": memory(encoded(5700, 4300, "WEBP")),
        "picture_bomb_refused_ms": milliseconds(lambda: refused(bomb())),
    }
    picture = Picture.objects.create(name="bench", alt="Bench", file=clean_upload(ContentFile(photograph)))
    measured["picture_sizes_s"] = seconds(lambda: make_renditions(picture.file))
    measured["picture_shown_ms"] = shown(picture)
    fill(picture)
    measured["picture_shown_10000_over_few"] = shown(picture) / measured["picture_shown_ms"]
    return measured


def encoded(width: int, height: int, kind: str) -> bytes:
    """A picture with as much detail as a soft photograph."""
    noise = Image.effect_noise((1000, 750), 80).filter(ImageFilter.GaussianBlur(2))
    buffer = BytesIO()
    photograph = Image.merge("RGB", [noise, noise.rotate(90), noise.rotate(180)])
    photograph.resize((width // REDUCED, height // REDUCED)).save(buffer, kind, quality=85)
    return buffer.getvalue()


def bomb() -> bytes:
    """A PNG of 900 megapixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(90_001))) + chunk(b"IEND", b"")


def refused(content: bytes) -> None:
    with suppress(ValidationError):
        clean_upload(ContentFile(content))


def memory(content: bytes) -> float:
    """What letting a file in adds to the memory of a process of its own, in megabytes."""
    process = subprocess.run(  # noqa: S603
        [sys.executable, "-c", MEMORY_OF_AN_UPLOAD],
        cwd=settings.BASE_DIR,
        input=content,
        capture_output=True,
        check=True,
    )
    return float(process.stdout)


def shown(picture: Picture) -> float:
    """The time an anonymous reader waits for a file of a picture that the last published article shows."""
    article = Article.objects.published().order_by("pk").last()
    assert article is not None
    article.pictures.add(picture)
    client = Client(headers={"host": "localhost"})
    return milliseconds(lambda: b"".join(client.get(picture.file.url).streaming_content))  # type: ignore[attr-defined]


def fill(picture: Picture) -> None:
    """Add 10,000 pictures, each shown by an article."""
    article = Article.objects.published().order_by("pk").first()
    assert article is not None
    pictures = Picture.objects.bulk_create(
        Picture(name=f"bench-{n}", alt="Bench", file=f"pictures/bench-{n}.jpg", width=1, height=1, is_processed=True)
        for n in range(OTHERS)
    )
    shows = Article.pictures.through
    shows.objects.bulk_create(shows(article=article, picture=each) for each in pictures)
