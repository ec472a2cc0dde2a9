"""What the columns of other programs' lists mean: exports of Mailchimp, Substack, Buttondown and Ghost, and our own.

Headers are known by their words, whatever their case and whatever stands between the words.
"""

import csv
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from enum import StrEnum
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, NamedTuple

import yaml
from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

from core.csv_files import original

#: What others call the columns, and what they say in them.
KNOWN = yaml.safe_load(Path(__file__).with_name("columns.yaml").read_text(encoding="utf-8"))
CHUNK = 65_536
#: In characters.
LONGEST_HEADERS = 10_000


class ListState(StrEnum):
    """What a list says of an address."""

    ACTIVE = "active"
    ASKED = "asked"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Unreadable(ValueError):
    """This is no list of addresses; the message says why."""


class Line(NamedTuple):
    """One row of a list. `email` is as it stands there, which may be no address."""

    email: str
    name: str = ""
    language: str = ""
    standing: ListState = ListState.ACTIVE
    agreed_at: datetime | None = None
    network: str = ""
    evidence: str = ""


def lines_of(content: bytes) -> list[Line]:
    """The rows of a small CSV file, below its headers. Raises Unreadable."""
    return list(read(BytesIO(content)))


def read(file: BinaryIO) -> Iterator[Line]:
    """The rows of a CSV file, below its headers, one by one. Raises Unreadable."""
    text = TextIOWrapper(file, encoding_of(file), errors="replace", newline="")
    delimiter = max(",;\t", key=text.readline(LONGEST_HEADERS).count)
    text.seek(0)
    rows = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
    try:
        headers = [words(header) for header in next(rows, [])]
        if not set(headers) & set(KNOWN["names"]["email"]):
            found = ", ".join(headers[:12])
            raise Unreadable(_("No column is called “email” or “Email Address”. There are: %s") % found)
        for row in rows:
            if any(map(str.strip, row)):
                yield line(dict(zip(headers, map(original, row), strict=False)))
    except csv.Error as error:
        raise Unreadable(_("Row %(row)d is no CSV: %(error)s") % {"row": rows.line_num, "error": error}) from error
    finally:
        text.detach()


def encoding_of(file: BinaryIO) -> str:
    """Most programs write UTF-8, old ones what Windows wrote."""
    decoder = getincrementaldecoder("utf-8")()
    try:
        for chunk in iter(partial(file.read, CHUNK), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"


def words(header: str) -> str:
    return " ".join(re.split(r"[\W_]+", header.lower())).strip()


def line(row: Mapping[str, str]) -> Line:
    said = {name: value.strip() for name, value in row.items()}
    values = {ours: next(filter(None, map(said.get, theirs)), "") for ours, theirs in KNOWN["names"].items()}
    name = values["name"] or f"{values['first name']} {values['last name']}".strip()
    return Line(
        email=values["email"],
        name=" ".join(name.split())[:80],
        language=known_language(values["language"]),
        standing=standing(values),
        agreed_at=moment(values["agreed"]),
        network=values["network"][:45],
        evidence=values["evidence"],
    )


def standing(values: Mapping[str, str]) -> ListState:
    """Whatever says that somebody wants no mail counts, also against other columns."""
    said = {words(values["status"]), words(values["suppressed"])}
    for found, names in KNOWN["standings"].items():
        if not said.isdisjoint(names) or (found in {"bounced", "left"} and values[found]):
            return ListState(found)
    wants_none = values["refuses"].lower() in KNOWN["yes"] or values["wants"].lower() in KNOWN["no"]
    return ListState.LEFT if wants_none else ListState.ACTIVE


def known_language(text: str) -> str:
    """One of the site's languages, or none: `fr-CA` is read as `fr`."""
    code = text.lower().replace("_", "-")
    languages = dict(settings.LANGUAGES)
    return next((each for each in (code, code.partition("-")[0]) if each in languages), "")


def moment(text: str) -> datetime | None:
    try:
        day = parse_date(text)
        found = parse_datetime(text) or (datetime.combine(day, time.min) if day else None)
    except ValueError:
        return None
    return make_aware(found) if found and is_naive(found) else found
