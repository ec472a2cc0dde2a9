"""What the parts of public addresses look like; importing this makes them known to every URL pattern."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class UnicodeSlug(StringConverter):
    """A slug in any script, as `SlugField(allow_unicode=True)` stores it."""

    regex = r"[-\w]+"


class Year(StringConverter):
    regex = r"[0-9]{4}"


class FeedFile(StringConverter):
    regex = r"rss\.xml|atom\.xml|feed\.json"


register_converter(FeedFile, "feed")
register_converter(UnicodeSlug, "uslug")
register_converter(Year, "year")
