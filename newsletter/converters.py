"""What the parts of public addresses look like; importing this makes them known to every URL pattern."""

from unicodedata import normalize

from django.urls import register_converter
from django.urls.converters import StringConverter

from core.slugs import SLUG


class UnicodeSlug(StringConverter):
    """A slug in any script, as `core.slugs` makes it."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        if not SLUG.fullmatch(value):
            raise ValueError(value)
        return normalize("NFC", value)


class Year(StringConverter):
    regex = r"[0-9]{4}"


class FeedFile(StringConverter):
    regex = r"rss\.xml|atom\.xml|feed\.json"


register_converter(FeedFile, "feed")
register_converter(UnicodeSlug, "uslug")
register_converter(Year, "year")
