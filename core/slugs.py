"""The one place where words become part of an address: of a page, a tag, a picture, a heading. No letter is lost. In
many scripts a vowel is a mark on a letter, and what joins or parts two letters cannot be seen at all: without them
Hindi, Thai or Khmer become other words. Python's `\\w` knows neither."""

import re
from collections.abc import Container
from itertools import count
from typing import Any
from unicodedata import category, normalize

from django import forms
from django.core.validators import RegexValidator, validate_unicode_slug
from django.db import models
from django.utils.translation import gettext_lazy as _

#: What stands on, below or behind letters; not the signs that choose between two looks of an emoji.
MARKS = "".join(
    mark
    for mark in map(chr, range(0x300, 0x1E900))
    if category(mark) in {"Mn", "Mc"} and not "\ufe00" <= mark <= "\ufe0f"
)
JOINERS = "\u200c\u200d"
#: The inside of a character class: all that words are made of.
LETTERS = rf"\w{MARKS}"
SLUG = re.compile(rf"[-{LETTERS}{JOINERS}]+")
LONGEST = 80

#: Compatible forms are replaced by plain ones (NFKC), except these: Thai and Lao letters that would come apart.
COMPATIBLE = re.compile("[^\u0e33\u0eb3]+")
#: Between words: the dot of Tibetan, the colon of Ethiopic, and the space of Khmer that has no width.
SPACE = r"\s\u0f0b\u0f0c\u1361\u200b"
SIGNS = re.compile(rf"[^-{LETTERS}{JOINERS}{SPACE}]+")
#: A joiner means something between two letters of a script that joins, a mark on a letter.
LOOSE = re.compile(
    rf"(?<![\u0590-\u1fff])[{JOINERS}]+|[{JOINERS}]+(?![\u0590-\u1fff{JOINERS}])|(?<![{LETTERS}{JOINERS}])[{MARKS}]+"
)
GAPS = re.compile(rf"[-{SPACE}]+")


def slug_of(text: str, longest: int = LONGEST, otherwise: str = "") -> str:
    """`text` as part of an address, in NFC: at most `longest` characters, cut between words where that is possible.
    `otherwise` stands for a text without a letter or figure."""
    plain = COMPATIBLE.sub(lambda found: normalize("NFKC", found[0]), text).lower().replace("i\u0307", "i")
    slug = GAPS.sub("-", LOOSE.sub("", SIGNS.sub("", plain)))
    return cut(normalize("NFC", slug).strip("-_"), longest).strip("-_") or otherwise


def cut(slug: str, longest: int) -> str:
    if len(slug) <= longest:
        return slug
    inside_a_word = re.match(rf".{{1,{longest}}}(?<![{JOINERS}])(?![{MARKS}{JOINERS}])", slug)
    return slug[: longest + 1].rpartition("-")[0] or (inside_a_word[0] if inside_a_word else "")


def first_free(slug: str, taken: Container[str]) -> str:
    """`slug`, or else `slug-2`, `slug-3` …: the first that is not taken."""
    numbered = (f"{slug}-{number}" for number in count(2))
    return slug if slug not in taken else next(each for each in numbered if each not in taken)


check_slug = RegexValidator(
    re.compile(rf"\A{SLUG.pattern}\Z"), _("Use letters of any script, figures, hyphens and underscores."), "invalid"
)


def welcome_all_letters(field: models.Field | forms.Field) -> None:
    """Let a field of Django's for slugs, of a model or a form, take letters with marks too."""
    field.validators = [check_slug if each == validate_unicode_slug else each for each in field.validators]


class SlugField(models.SlugField):
    """A part of an address, stored in NFC and looked up in it. To migrations and databases it is Django's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"allow_unicode": True})
        welcome_all_letters(self)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.SlugField", args, kwargs

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        # No slug has a null character, and PostgreSQL does not even compare with it.
        return normalize("NFC", value).replace("\0", "") if value else value

    def formfield(self, **kwargs: Any) -> Any:
        field = super().formfield(**kwargs)
        if field:
            welcome_all_letters(field)
        return field
