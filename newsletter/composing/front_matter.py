"""What a document says about itself in YAML between two lines of `---`. It wins over what stands below."""

import re
from datetime import date, datetime, time
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from core.slugs import check_slug
from newsletter.composing.plan import FrontMatter, Remark, Unreadable

BOUNDARY = re.compile(r"^-{3,}\s*$", re.MULTILINE)
LONGEST_TAG = 100
LONGEST_LIST = 1000
LONGEST_NAME = 120
LARGEST_NUMBER = 2**31 - 1
LONGEST = {"title": 250, "slug": 120, "summary": 500, "subject": 200, "preheader": 200}


def split(text: str) -> tuple[FrontMatter, str]:
    """The front matter of a document and the rest, in which every line keeps its number. A document that merely begins
    with a thematic break has none. Raises Unreadable where a value is of no use."""
    beginning, *parts = BOUNDARY.split(text, 2)
    if beginning or len(parts) < 2:
        return FrontMatter(), text
    source, rest = parts
    try:
        values = yaml.load(source, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(_("The front matter is not YAML: %(error)s") % {"error": error}) from error
    if not isinstance(values, dict):
        return FrontMatter(), text
    lines_before = text.count("\n") - rest.count("\n")
    return front_matter_in({str(key).casefold(): value for key, value in values.items()}), "\n" * lines_before + rest


def front_matter_in(values: dict[str, Any]) -> FrontMatter:
    found = FrontMatter()
    for key, longest in LONGEST.items():
        setattr(found, key, words(key, values.pop(key, None), longest))
    found.tags = names("tags", values.pop("tags", None), LONGEST_TAG)
    found.authors = names("authors", values.pop("authors", None) or values.pop("author", None), LONGEST_NAME)
    found.number = number(values.pop("number", None))
    found.date = moment(values.pop("date", None))
    found.kind = kind(values.pop("kind", None))
    refuse_odd_slug(found.slug)
    remark = _("The front matter's “%(key)s: %(value)s” has no place here.")
    found.remarks = [Remark(remark % {"key": key, "value": printable(value)}) for key, value in values.items()]
    return found


def printable(value: object) -> str:
    """Never the whole of a structure: YAML can make a huge one of a few lines."""
    parts = value if isinstance(value, list) else [value]
    return ", ".join(str(part) if isinstance(part, str | int | float | date) else "…" for part in parts)


def words(key: str, value: object, longest: int) -> str:
    """One line of text. YAML reads `March 2024` as text, but `2024` as a number and `2024-03-31` as a date."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float | date):
        raise Unreadable(_("The front matter's “%(key)s” should be a line of text.") % {"key": key})
    text = " ".join(str(value).split())
    if len(text) > longest:
        remark = _("The front matter's “%(key)s” has more than %(limit)s characters. Shorten it.")
        raise Unreadable(remark % {"key": key, "limit": longest})
    return text


def names(key: str, value: object, longest: int) -> list[str]:
    """A list, or words with commas between them; each name once."""
    parts = value if isinstance(value, list) else re.split("[,，、]", words(key, value, LONGEST_LIST))
    return list(dict.fromkeys(name for part in parts if (name := words(key, part, longest))))


def number(value: object) -> int | None:
    if value is None:
        return None
    if not str(value).isdecimal() or not 0 < int(str(value)) <= LARGEST_NUMBER:
        message = _("The front matter's number is “%(value)s”: write a whole number such as 27.")
        raise Unreadable(message % {"value": value})
    return int(str(value))


def moment(value: object) -> datetime | None:
    """A date stands for midnight where the site is."""
    if value is None:
        return None
    text = value.isoformat() if isinstance(value, date) else str(value).strip()
    try:
        found = parse_datetime(text) or datetime.combine(parse_date(text) or date.min, time())
    except ValueError:
        found = datetime.min
    if found.year < 1000:
        raise Unreadable(_("The front matter's date is “%(value)s”: write it as 2024-03-31.") % {"value": value})
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def kind(value: object) -> str:
    if value not in (None, "", "issue", "article"):
        raise Unreadable(_("The front matter's kind is “%(value)s”: write issue or article.") % {"value": value})
    return str(value or "")


def refuse_odd_slug(slug: str) -> None:
    try:
        check_slug(slug or "none")
    except ValidationError as error:
        facts = {"slug": slug, "why": error.messages[0]}
        raise Unreadable(_("The front matter's slug is “%(slug)s”. %(why)s") % facts) from error
