"""Days as programs write them. Which number is the day is asked where the column does not tell."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from pathlib import Path

import yaml
from django.utils.timezone import get_current_timezone

KNOWN = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
MONTHS = {name: number for number, names in enumerate(KNOWN["months"], start=1) for name in names.split()}
ZONES = {name: timezone(timedelta(hours=hours)) for name, hours in KNOWN["zones"].items()}
#: Before that no list was kept with a computer.
FIRST_YEAR = 1990
NOTHING = frozenset(["", "null", "none", "n/a", "na", "\\n"])
LONGEST = 80
UNIX = re.compile(r"(\d{9,10})(?:\.\d{1,6})?|(\d{13})")
WHOLE = re.compile(
    r"(?P<day>.+?)"
    r"(?:(?:\s*T|[\s,]+(?:at|um|le|a)?\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*"
    r"(?P<zone>(?P<offset>(?:utc|gmt)?\s*[+-](?:\d{2}:?\d{2}|\d{1,2}))|[a-z]{1,4})?"
    r"(?(offset)(?:\s(?:[a-z]{2,5}|[+-]\d{2,4}))?))?"  # Go says the zone twice
    r"\s*(?:\([^()]*\))?",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?Z?)?")
EASTERN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
#: What stands in a date beside numbers and months.
BESIDE = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|st|nd|rd|th|of|de|del|den|der|le|er|"
    r"(?:mon|diens|mitt|donners|frei|sams|sonn)(?:tag|woch)|mo|di|mi|do|fr|sa|so|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)


class DateForm(StrEnum):
    """In which order a column writes days; UNKNOWN is asked."""

    UNKNOWN = ""
    ISO = "iso"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    UNIX = "unix"


class Unclear(ValueError):
    """Day and month cannot be told apart, or it is no date."""


def is_nothing(text: str) -> bool:
    """Also a date of zeros, as some databases keep instead of none."""
    return (text[:1] in "0- " and not text.strip("0-/:. TZ+")) or text.strip().lower() in NOTHING


def moment(text: str, form: DateForm, zone: tzinfo | None = None) -> datetime:
    """Raises Unclear. A time without a zone is in that of the site."""
    text = text.strip()
    if text[4:5] == "-" and text[:4].isdigit():  # the fast way, of most
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return placed(found, zone)
    if UNIX.fullmatch(text):
        if form != DateForm.UNIX:
            raise Unclear(text)
        return placed(unix(text), zone)
    parts = WHOLE.fullmatch(text) if len(text) <= LONGEST else None
    compact = COMPACT.fullmatch(text)
    try:
        if compact:
            year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
            return placed(datetime(year, month, day, hour, minute, second), UTC if text.endswith("Z") else zone)
        if parts:
            return placed(datetime(*day_of(parts["day"], form), *time_of(parts)), zone_of(parts["zone"]) or zone)
    except (ValueError, OverflowError) as error:
        raise Unclear(text) from error
    raise Unclear(text)


def placed(found: datetime, zone: tzinfo | None) -> datetime:
    if found.year < FIRST_YEAR:
        raise Unclear(str(found))
    return found if found.tzinfo else found.replace(tzinfo=zone or get_current_timezone())


def unix(text: str) -> datetime:
    return datetime.fromtimestamp(int(text) / 1000 if len(text) == 13 else float(text), UTC)


def day_of(text: str, form: DateForm) -> tuple[int, int, int]:
    """Year, month and day. Raises ValueError."""
    if found := EASTERN.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if not (found := NUMBERS.fullmatch(text)):
        return in_words(text)
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        return first, second, third
    if len(found[4]) not in {2, 4} or form not in {DateForm.DAY_FIRST, DateForm.MONTH_FIRST}:
        raise ValueError(text)
    year = third + 2000 if len(found[4]) == 2 else third
    return (year, second, first) if form == DateForm.DAY_FIRST else (year, first, second)


def in_words(text: str) -> tuple[int, int, int]:
    """As in "Mon, 1st of March 2021". Raises ValueError."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))
    words = re.findall(r"[^\W\d_]+", plain)
    months = [MONTHS[word] for word in words if word in MONTHS]
    others = [word for word in words if word not in MONTHS and not BESIDE.fullmatch(word)]
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", plain)
    days = re.findall(r"(?<!\d)\d{1,2}(?!\d)", plain)
    if others or (len(months), len(years), len(days)) != (1, 1, 1):
        raise ValueError(text)
    return int(years[0]), months[0], int(days[0])


def time_of(parts: re.Match[str]) -> tuple[int, int, int]:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts["half"] or "")[:1].lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + 12 * (half == "p") if half else hour, minute, second


def zone_of(text: str | None) -> tzinfo | None:
    """Raises ValueError for a zone that nobody knows."""
    if not text:
        return None
    if found := re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text):
        distance = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-distance if found[1] == "-" else distance)
    if text.lower() not in ZONES:
        raise ValueError(text)
    return ZONES[text.lower()]


def kind_of(text: str) -> str:
    """What a value shows of the order in its column: `certain` (it needs none), `day first`, `month first`, `dots` (as
    the first, by custom), `either`, `unix`, or nothing where it is no date."""
    text = text.strip()
    if UNIX.fullmatch(text):
        return "unix"
    readable = [form for form in (DateForm.DAY_FIRST, DateForm.MONTH_FIRST) if is_readable(text, form)]
    if len(readable) == 1:
        return readable[0]
    if not readable:
        return ""
    if is_readable(text, DateForm.ISO):
        return "certain"
    return "dots" if re.match(r"\d+\s*\.", text) else "either"


def is_readable(text: str, form: DateForm) -> bool:
    try:
        moment(text, form, UTC)
    except Unclear:
        return False
    return True


def looks_like_one(text: str) -> bool:
    """Of a word: a day that could be read in some order. A number alone is none."""
    return not text.isdigit() and bool(kind_of(text))


def form_of(kinds: dict[str, int]) -> DateForm:
    """The order of a column, from what `kind_of` its values: UNKNOWN where they do not tell, or tell both."""
    found = {kind for kind, count in kinds.items() if count and kind}
    orders = found & {"day first", "month first"} or ({"day first"} if "dots" in found else set())
    if "unix" in found:
        return DateForm.UNIX if found <= {"unix", "certain"} else DateForm.UNKNOWN
    if found <= {"certain"}:
        return DateForm.ISO
    return DateForm(orders.pop()) if len(orders) == 1 else DateForm.UNKNOWN
