"""Moments as people and programs write them: a date in any usual form, or an age such as `7mo`. What is known only to
the month or the year is not made more exact than that."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

import yaml
from dateparser.data.languages_info import language_order
from dateparser.date import DateDataParser
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 60
#: Each is tried, the text's own first.
LANGUAGES = ("en", "de", "fr", "nl", "zh")


def machine_date(moment: datetime) -> str:
    """A moment as programs read it (ISO 8601), to the second: HTML knows no millionths."""
    return moment.isoformat(timespec="seconds")


class Exactness(models.TextChoices):
    """How exactly a moment is known."""

    DAY = "day", _("To the day")
    MONTH = "month", _("To the month")
    YEAR = "year", _("To the year")
    UNKNOWN = "unknown", _("Not known")


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is somewhere in the day, month or year that is known: its noon or its first."""

    at: datetime
    exactness: Exactness
    #: Whether it was an age, or a day such as `yesterday`.
    is_age: bool = False
    #: Whether a date said its year.
    has_year: bool = True


#: Parts of regular expressions.
WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
UNITS = WORDS["units"]
#: An age in weeks says no more than the month.
KNOWN_BY_UNIT = {"week": Exactness.MONTH, "month": Exactness.MONTH, "year": Exactness.YEAR}
UNIT = "|".join(f"(?P<{unit}>{words})" for unit, words in UNITS.items())
AGE = re.compile(
    rf"(?P<before>(?:vor|il y a) )?(?:(?:{WORDS['about']}) ?)?(?:(?P<number>\d{{1,3}}) ?|(?:{WORDS['one']}) )"
    rf"(?:{UNIT})\.?(?P<after> ?(?:ago|geleden|以?前))?"
)
#: What is short enough to be something else counts in small letters alone: `5m`, not `5M`.
SMALL = re.compile(r"\d{1,3} ?[A-Z]")
NOW = re.compile(WORDS["now"])
DAYS = f"{WORDS['today']}|{WORDS['yesterday']}"
MONTHS = WORDS["months"]
ON = rf"(?:(?:{WORDS['weekdays']})\.?,? )?"
DATE = (
    r"\d{4}(?P<big>[-/.])\d{1,2}(?P=big)\d{1,2}",
    r"\d{1,2}(?P<small>[-/.])\d{1,2}(?P=small)\d{4}",
    r"\d{2}\.\d{2}\.\d{2}|\d{1,2}/\d{1,2}/\d{2}",
    rf"{ON}(?:der |the |de |le )?\d{{1,2}}(?:\.|st|nd|rd|th|er)?[ -](?:of )?(?:{MONTHS})\.?(?:,?[ -]\d{{4}})?",
    rf"{ON}(?:{MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?",
    rf"(?:{MONTHS})\.?,? \d{{4}}",
    r"(?:\d{4} ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?[日号號](?: ?(?:星期|周|週)[一二三四五六日天])?",
    r"\d{4} ?年 ?\d{1,2} ?月",
    DAYS,
)
CLOCK = (
    r"(?:T|,? ?(?:at|um|à|om|[-–·|])? ?)(?:上午|下午|凌晨|中午|晚上)? ?\d{1,2}(?::| ?h ?|[点時时])\d{2}"
    r"(?::\d{2}(?:\.\d+)?)? ?(?:[ap]\.?m\.?|uhr|uur|h|min)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
)
WHOLE_DATE = re.compile(f"(?P<date>{'|'.join(f'(?:{form})' for form in DATE)})(?P<clock>{CLOCK})?", re.IGNORECASE)
YEAR = re.compile(r"((?:19|20)\d\d)(?: ?年)?")
YEAR_AND_MONTH = re.compile(r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])")
A_YEAR = re.compile(r"\d{4}|\d[./]\d{1,2}[./]\d")
CHINESE_DAY = re.compile(r"\d{1,2} ?月")
BEFORE = re.compile(rf"(?:[•·|–-] ?|{WORDS['before']})\s*", re.IGNORECASE)
EDITED = re.compile(rf"[\s,·•|–-]*[(（\[]?\s*(?:{WORDS['edited']})\s*[)）\]]?$", re.IGNORECASE)


def moment(words: str, language: str, seen_on: datetime) -> Moment | None:
    """What a date or an age says; None where that is nothing. `language` decides what stands first in `12/03/2024`.
    Ages are reckoned from `seen_on`, and a date without a year is the last one before it; both, and a time of the day,
    are in its time zone."""
    words = bare(words) if len(words) <= LONGEST else ""
    year = YEAR.fullmatch(words)
    if year:
        return Moment(noon(seen_on.replace(int(year[1]), 1, 1)), Exactness.YEAR)
    return aged(words, language, seen_on) or dated(words, language, seen_on)


def looks_like_moment(line: str) -> bool:
    """Whether a line is a date or an age and nothing else: English, Chinese, Dutch, German or French. A year, a month
    or a number alone is none: each may be something else. It asks nothing but patterns."""
    if len(line) > LONGEST:
        return False
    words = bare(line)
    return bool(age_in(words) or NOW.fullmatch(words.lower()) or WHOLE_DATE.fullmatch(words))


def bare(words: str) -> str:
    """Without what stands around it: `Posted on`, `(edited)`, bullets, odd spaces."""
    words = " ".join(normalize("NFKC", words).split())
    words = EDITED.sub("", words)
    while found := BEFORE.match(words):
        words = words[found.end() :]
    return words.rstrip(" ·•|,")


def age_in(words: str) -> re.Match | None:
    """“A year” is one only where it says “ago”."""
    found = None if SMALL.fullmatch(words) else AGE.fullmatch(words.lower())
    return found if found and (found["number"] or found["before"] or found["after"]) else None


def aged(words: str, language: str, seen_on: datetime) -> Moment | None:
    if NOW.fullmatch(words.lower()):
        return Moment(seen_on, Exactness.DAY, is_age=True)
    found = age_in(words)
    if found is None:
        return None
    unit = next(unit for unit in UNITS if found[unit])
    if unit == "j":  # jours to the French; Jahre and jaren to their neighbours
        unit = "year" if language[:2] in {"de", "nl"} else "day"
    parsed = parse(f"{found['number'] or 1} {unit}s ago", "en", seen_on)
    return parsed and Moment(parsed.at, KNOWN_BY_UNIT.get(unit, Exactness.DAY), is_age=True)


def dated(words: str, language: str, seen_on: datetime) -> Moment | None:
    """Where the time of the day cannot be read, the date without it."""
    found = WHOLE_DATE.fullmatch(words)
    if found is None:
        return elsewhere(words, language, seen_on)
    if CHINESE_DAY.match(words):
        return last_before(seen_on, words, language)
    parsed = parse(words, language, seen_on) or parse(found["date"], language, seen_on)
    return parsed and completed(parsed, found["date"], has_clock=found["clock"] is not None)


def last_before(seen_on: datetime, words: str, language: str) -> Moment | None:
    """A Chinese date without a year, which the library does not read."""
    years = (dated(f"{year}年{words}", language, seen_on) for year in (seen_on.year, seen_on.year - 1))
    found = next((moment for moment in years if moment and moment.at.date() <= seen_on.date()), None)
    return found and replace(found, has_year=False)


def elsewhere(words: str, language: str, seen_on: datetime) -> Moment | None:
    """A date in a form or a language that is not listed here; a lone number or name of a month is none."""
    is_told = re.search(r"\d", words) and re.search(r"[^\W\d]", words)
    parsed = parse(words, language, seen_on) if is_told or YEAR_AND_MONTH.fullmatch(words) else None
    return parsed and completed(parsed, words, has_clock=False)


def completed(parsed: Moment, words: str, *, has_clock: bool) -> Moment:
    is_age = re.fullmatch(DAYS, words, re.IGNORECASE) is not None
    at = parsed.at if has_clock else noon(parsed.at)
    return Moment(at, parsed.exactness, is_age=is_age, has_year=is_age or A_YEAR.search(words) is not None)


def parse(words: str, language: str, seen_on: datetime) -> Moment | None:
    settings = {
        "RELATIVE_BASE": seen_on.replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "PREFER_DAY_OF_MONTH": "first",
        "PREFER_MONTH_OF_YEAR": "first",
        "REQUIRE_PARTS": ["month"],
    }
    primary, _dash, region = language.lower().partition("-")
    if primary == "en" and region not in {"", "us"}:
        settings["DATE_ORDER"] = "DMY"
    own = [primary] if primary in language_order else []
    parser = DateDataParser(languages=[*dict.fromkeys([*own, *LANGUAGES])], settings=settings, use_given_order=True)
    found = parser.get_date_data(words)
    if found.date_obj is None:
        return None
    at = found.date_obj if found.date_obj.tzinfo else found.date_obj.replace(tzinfo=seen_on.tzinfo)
    return Moment(at, Exactness(found.period) if found.period in Exactness else Exactness.DAY)


def noon(at: datetime) -> datetime:
    """The middle of a day, which is that day in most time zones."""
    return at.replace(hour=12, minute=0, second=0, microsecond=0)
