"""The languages that the program speaks: those that its own words are translated into. Texts may be in any."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language_info, to_language

SPOKEN = ("en", *sorted(to_language(each.name) for path in settings.LOCALE_PATHS for each in Path(path).iterdir()))


def spoken(language: str) -> str:
    """The language of the program's words beside a text in `language`: the same, else the site's, else English."""
    wanted = (language, settings.LANGUAGE_CODE, "en")
    return next(each for each in wanted if each in SPOKEN or each.partition("-")[0] in SPOKEN)


def in_their_own_words(stored: str) -> Iterator[tuple[str, str]]:
    """What a person can choose, and what they have chosen already, whatever that is."""
    for code in dict.fromkeys((*SPOKEN, *([stored] if stored else []))):
        yield code, get_language_info(code)["name_local"]


def is_right_to_left(language: str) -> bool:
    return language.partition("-")[0] in settings.LANGUAGES_BIDI
