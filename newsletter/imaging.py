"""Pictures as files: what is let in, under which name it is stored, and which sizes are made of it."""

import secrets

from pictures.models import PictureFieldFile, PillowPicture


def random_name(instance: object, filename: str) -> str:
    """A name that tells nothing and cannot be guessed; the ending is the caller's, made by `clean_upload`."""
    ending = filename.rpartition(".")[2].lower()
    return f"pictures/{secrets.token_urlsafe(16)}.{ending}"


class Rendition(PillowPicture):
    """One width of a picture in one format."""


def renditions(file: PictureFieldFile) -> tuple[tuple[str, str], ...]:
    """The `type` and `srcset` of each format, best first. Reads stored dimensions; no query, no file access."""
    (formats,) = file.aspect_ratios.values()
    return tuple(
        (f"image/{kind.lower()}", ", ".join(f"{size.url} {width}w" for width, size in sorted(sizes.items())))
        for kind, sizes in formats.items()
        if sizes
    )
