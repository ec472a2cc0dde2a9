"""From keys and values, as any program writes them, to what a document says about itself. What is odd is a remark and
something sensible instead."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from email.utils import parsedate_to_datetime
from pathlib import Path
from unicodedata import normalize

import yaml
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.slugs import check_slug, slug_of
from newsletter.composing.plan import FrontMatter, Remark
from newsletter.moments import moment

#: Text, or lists and keys with text in them; of programs' own formats also numbers, dates, yes and no.
type Value = object
type Values = dict[str, Value]

DATA = yaml.safe_load(Path(__file__).with_name("front_matter.yaml").read_text(encoding="utf-8"))


def plain_key(key: str) -> str:
    """As a key is looked up: `Publish-Date` is `publishdate`."""
    return "".join(sign for sign in key.casefold() if sign.isalnum())


FIELDS = {field: [*dict.fromkeys(map(plain_key, keys.split()))] for field, keys in DATA["fields"].items()}
STATES = {name: {plain_key(key) for key in DATA[name].split()} for name in ("draft", "published", "status", "later")}
SAID = {name: set(DATA[name].split()) for name in ("unseen", "seen", "picture", "within")}
LOOKS = {plain_key(key) for key in DATA["looks"].split()}
PLAIN_KEYS = {*STATES["draft"], *STATES["published"], *STATES["status"]}.union(*FIELDS.values())
LONGEST_TITLE = 1000
LONGEST_TAG = 100
LONGEST_NAME = 120
LONGEST_SLUG = 120
LONGEST = {"summary": 500, "subject": 200, "preheader": 200}
LONGEST_REMARK = 500
MOST = 1000
LARGEST_NUMBER = 2**31 - 1
YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
NULL = {"~", "null", "none"}
NUMBER = re.compile(r"(?:#|№|no\.?|nr\.?|issue|edition|第)?\s*#?\s*(\d{1,10})\s*[.期号號]?", re.IGNORECASE)
NAMES = re.compile(r"[,，、;；]")
MAIL = re.compile(r"\s*[<(][^<>()@\s]+@[^<>()\s]+[>)]\s*$")
#: A moment as programs write it, and the zone behind it.
WRITTEN = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[T ]|, ?)+(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?))?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
OF_MAIL = re.compile(r"(?:[A-Za-z]{3}, ?)?\d{1,2} [A-Za-z]{3} \d{4} \d")
EARLIEST, LATEST = 1000, 3000
SECONDS = re.compile(r"\d{10}|\d{13}")
TWICE_READ = re.compile(r"(?:0?[1-9]|1[0-2])([/.-])(?:0?[1-9]|1[0-2])\1\d{4}")
ANGLES = {ord("<"): "%3C", ord(">"): "%3E"}
TEMPLATE = re.compile(r":\w|\{|\s")


def front_matter_in(values: Values) -> FrontMatter:
    """All that is known there; of everything else, a remark each."""
    return Reader(flat(values)).read()


def flat(values: Values) -> list[tuple[str, Value]]:
    """Keys and values, those that programs put into a list of their own among them."""
    found: list[tuple[str, Value]] = []
    for key, value in [*values.items()][:MOST]:
        if key in SAID["within"] and isinstance(value, dict):
            found += [(str(inner), each) for inner, each in [*value.items()][:MOST]]
        else:
            found.append((str(key), value))
    return found


class Reader:
    """Takes what it knows out of keys and values, and remembers what the editor should know."""

    def __init__(self, values: list[tuple[str, Value]]) -> None:
        self.left = values
        self.found = FrontMatter()

    def read(self) -> FrontMatter:
        found = self.found
        found.is_draft = self.is_draft()
        found.title = " ".join(scalar(self.first("title", is_text)).split())
        found.subject = self.words("subject")
        found.preheader, found.summary = self.words("preheader"), self.words("summary")
        found.number, found.date, found.kind = self.number(), self.date(), self.kind()
        found.tags = self.names("tags", LONGEST_TAG)
        found.authors = [MAIL.sub("", name) for name in self.names("authors", LONGEST_NAME)]
        found.addresses, found.slug = self.addresses(), self.slug()
        found.base_url, found.lead = self.base_url(), self.lead()
        found.remarks += [remark_on(key, value) for key, value in self.left if plain_key(key) not in LOOKS]
        return found

    def take(self, field: str) -> Iterator[tuple[str, Value]]:
        """Each that says something of a field, the one that counts first. What is not taken on stays."""
        for key in FIELDS[field]:
            for entry in [entry for entry in self.left if plain_key(entry[0]) == key]:
                if is_empty(entry[1]):
                    self.left.remove(entry)
                else:
                    yield entry

    def first(self, field: str, fits: object = None) -> Value:
        """The first value of a field, which is taken; a second one that says the same goes with it."""
        taken: Value = None
        for entry in list(self.take(field)):
            if callable(fits) and not fits(entry[1]):
                continue
            if taken is None or entry[1] == taken:
                taken = entry[1]
                self.left.remove(entry)
        return taken

    def remark(self, message: str, **facts: object) -> None:
        self.found.remarks.append(Remark.of(message, None, **facts))

    def words(self, field: str) -> str:
        """One line of text, as long as its field is."""
        return self.shortened(field, " ".join(scalar(self.first(field, is_text)).split()), LONGEST[field])

    def shortened(self, field: str, text: str, longest: int) -> str:
        if len(text) <= longest:
            return text
        remark = _("The front matter's “%(key)s” has more than %(limit)s characters and is cut. Its end: %(end)s")
        kept = text[: longest - 1].rsplit(" ", 1)[0]
        self.remark(remark, key=field, limit=longest, end=text[len(kept) :].strip())
        return f"{kept}…"

    def names(self, field: str, longest: int) -> list[str]:
        """A list, or words with commas between them; each name once. All that name something count."""
        found: list[str] = []
        for entry in list(self.take(field)):
            if field == "authors" and found:
                break
            found += [name for value in several(entry[1]) if (name := " ".join(scalar(value).split()))]
            self.left.remove(entry)
        for name in (name for name in found if len(name) > longest):
            self.remark(_("“%(name)s” is too long for a name or tag, and left out."), name=name[:LONGEST_REMARK])
        return list(dict.fromkeys(name for name in found if len(name) <= longest))

    def number(self) -> int | None:
        for entry in list(self.take("number")):
            told = NUMBER.fullmatch(normalize("NFKC", scalar(entry[1])).strip())
            if told and 0 < int(told[1]) <= LARGEST_NUMBER:
                self.left.remove(entry)
                return int(told[1])
        return None

    def date(self) -> datetime | None:
        for entry in list(self.take("date")):
            text = scalar(entry[1]).strip()
            if text.casefold() in YES | NO:
                continue
            if found := written_moment(text):
                self.left.remove(entry)
                return found
            if guess := guessed_moment(text):
                self.left.remove(entry)
                remark = _("The date “%(written)s” was read as %(date)s.")
                if TWICE_READ.fullmatch(text):
                    remark = _("The date “%(written)s” may be read in two ways: here it is %(date)s.")
                self.remark(remark, written=text, date=date_format(timezone.localtime(guess), "DATE_FORMAT"))
                return guess
        return None

    def kind(self) -> str:
        for entry in list(self.take("kind")):
            if scalar(entry[1]).casefold() in {"issue", "article"}:
                self.left.remove(entry)
                return scalar(entry[1]).casefold()
        return ""

    def is_draft(self) -> bool | None:
        """Whether anything says that readers were not meant to see it; None where nothing says anything."""
        said = [told for entry in list(self.left) if (told := self.state(entry)) is not None]
        return any(said) if said else None

    def state(self, entry: tuple[str, Value]) -> bool | None:
        key, text = plain_key(entry[0]), scalar(entry[1]).strip().casefold()
        if key in STATES["later"]:
            later = written_moment(text.upper())
            return True if later and later > timezone.now() else None
        told: bool | None = None
        if key in STATES["draft"] | STATES["published"] and text in YES | NO:
            told = (text in YES) == (key in STATES["draft"])
        elif key in STATES["status"] and text in SAID["unseen"] | SAID["seen"]:
            told = text in SAID["unseen"]
        if told is not None:
            self.left.remove(entry)
        return told

    def addresses(self) -> list[str]:
        """Where it was: complete, or from the first slash on. What a program makes of a pattern is none."""
        found = []
        for entry in list(self.take("addresses")):
            told = [scalar(value).strip() for value in several(entry[1], is_list_only=True)]
            told = [each for each in told if each != "false"]  # as Eleventy says that there is no page
            if all(told) and not any(TEMPLATE.search(re.sub(r"^\w+://", "", each)) for each in told):
                found += [each if "://" in each or each.startswith("/") else f"/{each}" for each in told]
                self.left.remove(entry)
        return list(dict.fromkeys(found))[:MOST]

    def slug(self) -> str:
        """The last part of where it was, if that is no name for an address here."""
        written = scalar(self.first("slug")).strip()
        if not written:
            return ""
        if is_slug(written):
            return written
        self.found.addresses.append(written if written.startswith("/") else f"/{written}")
        slug = slug_of(written.strip("/").rpartition("/")[2], LONGEST_SLUG)
        self.remark(_("The slug “%(written)s” became “%(slug)s”."), written=written[:LONGEST_REMARK], slug=slug or "–")
        return slug

    def base_url(self) -> str:
        told = scalar(self.first("base_url", is_web)).strip()
        return f"{told.rstrip('/')}/" if told else ""

    def lead(self) -> str:
        """The picture at the head, in Markdown."""
        for entry in list(self.take("lead")):
            if (picture := picture_in(entry[1])) and picture[0]:
                self.left.remove(entry)
                address, alt, caption = picture
                return f"![{alt}](<{address.translate(ANGLES)}>)" + (f"\n*{caption}*" if caption else "")
        return ""


def scalar(value: Value) -> str:
    """The text of a value that has no parts; empty for one that has, and for none."""
    match value:
        case dict() | list() | None:
            return ""
        case bool():
            return str(value).lower()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return "" if str(value) in NULL else str(value)


def is_text(value: Value) -> bool:
    return not isinstance(value, dict | list)


def is_web(value: Value) -> bool:
    return re.match(r"https?://[^\s/]+\S*$", scalar(value).strip()) is not None


def is_empty(value: Value) -> bool:
    return not value if isinstance(value, dict | list) else not scalar(value).strip()


def several(value: Value, *, is_list_only: bool = False) -> list[Value]:
    """The parts of a list, or of words with commas; what has a name counts by it."""
    match value:
        case list():
            return [name_in(each) for each in value[:MOST]]
        case dict():
            return [name_in(value)]
        case _:
            return [scalar(value)] if is_list_only else list(NAMES.split(scalar(value)[: 100 * MOST]))


def name_in(value: Value) -> Value:
    if not isinstance(value, dict):
        return value
    named = (value[key] for key in ("name", "title", "label", "slug", "url") if key in value)
    return next(named, printable(value))


def picture_in(value: Value) -> tuple[str, str, str] | None:
    """Its address, what it shows, its caption."""
    if isinstance(value, list):
        return picture_in(value[0]) if value and not isinstance(value[0], list) else None
    if not isinstance(value, dict):
        return " ".join(scalar(value).split()), "", ""
    said = {plain_key(str(key)): " ".join(scalar(each).split()) for key, each in [*value.items()][:MOST]}
    address = next((said[key] for key in DATA["picture"].split() if said.get(key)), "")
    return address, said.get("alt", "").replace("]", ")").replace("[", "("), said.get("caption", "")


def is_slug(text: str) -> bool:
    with suppress(ValidationError):
        check_slug(text)
        return len(text) <= LONGEST_SLUG
    return False


def remark_on(key: str, value: Value) -> Remark:
    """About what was not taken: it is alike wherever the key is."""
    message = _("The front matter's “%(key)s: %(value)s” has no place here.")
    if plain_key(key) in PLAIN_KEYS:
        message = _("The front matter's “%(key)s: %(value)s” was not understood, or another value counts.")
    facts = {"key": key[:LONGEST_TAG], "value": printable(value)}
    return Remark(message % facts, None, message % {**facts, "value": "…"})


def printable(value: Value, depth: int = 2) -> str:
    """Never the whole of a structure: YAML can make a huge one of a few lines."""
    match value:
        case dict() | list() if not depth:
            return "…"
        case list():
            parts = [printable(each, depth - 1) for each in value[:20]]
        case dict():
            parts = [f"{key}: {printable(each, depth - 1)}" for key, each in [*value.items()][:20]]
        case _:
            parts = [scalar(value)]
    return ", ".join(parts)[:LONGEST_REMARK]


def written_moment(text: str) -> datetime | None:
    """A moment as programs write it. A date stands for midnight where the site is."""
    if found := WRITTEN.fullmatch(text.strip()):
        year, month, day, clock, zone = found.groups()
        clock = (clock or "00:00").replace(",", ".").zfill(5)
        zone = "" if zone is None else "+00:00" if zone[0] not in "+-" else zone
        with suppress(ValueError):
            read = parse_datetime(f"{year}-{month:0>2}-{day:0>2}T{clock}{zone}")
            return sane(read) if read else None
    if SECONDS.fullmatch(text):
        return sane(datetime.fromtimestamp(int(text[:10]), tz=timezone.get_current_timezone()))
    return None


def guessed_moment(text: str) -> datetime | None:
    """A moment as people write it."""
    if OF_MAIL.match(text):
        with suppress(ValueError, TypeError, OverflowError):
            return sane(parsedate_to_datetime(text))
    found = moment(text, "en", timezone.localtime())
    if found is None or found.is_age or not found.has_year:
        return None
    is_day = (found.at.hour, found.at.minute) == (12, 0)
    return sane(found.at.replace(hour=0) if is_day else found.at)


def sane(moment: datetime) -> datetime | None:
    """In the years in which anything was published or will be."""
    if not EARLIEST <= moment.year <= LATEST:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
