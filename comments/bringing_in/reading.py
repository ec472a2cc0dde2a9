"""Older comments in a file: a list of records in JSON, or a table in CSV with a line that names its columns. Nothing
is guessed and nothing skipped: what cannot be read is refused, with the number of its record."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.bringing_in.fingerprints import plain
from comments.bringing_in.storing import at_record, refuse
from newsletter.composing import Unreadable
from newsletter.composing.raw.conversation import read_tail
from newsletter.composing.upload import LARGEST_TEXT, UTF16
from newsletter.models import Newsletter
from newsletter.moments import moment
from newsletter.talks import OlderComment

#: As many as one page can ask about.
MOST = 900
DELIMITERS = (",", ";", "\t", "|", "，")
#: What Excel is told by above a table.
SIGN = re.compile(r"\A\s*sep=.\s*\n")
JSON = re.compile(r'\s*[\[{]\s*[\[\]{}"\d]')
UNPRINTABLE = re.compile("[\0\ud800-\udfff]")

#: What the columns are called: here, and elsewhere. Capitals, spaces and signs between the words do not count.
COLUMNS = yaml.safe_load(Path(__file__).with_name("columns.yaml").read_text(encoding="utf-8"))


def key(name: str) -> str:
    """A name of a column as it is looked up."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", name).casefold())


NAMES = {key(name): column for column, names in COLUMNS.items() for name in names.split(",")}
#: Records of one of these names are those of a file that has others around them.
LISTS = {"comments", "replies", "items", "data", "thread", "评论"}

type Record = dict[str, str]


def read_comments(content: bytes) -> list[OlderComment]:
    """The comments in a file of JSON or CSV. Raises Unreadable, with the number of the record and why."""
    return read_records(decode(content))


def read_pasted(text: str) -> list[OlderComment]:
    """The same, or those in what was copied from below a web page. Raises Unreadable."""
    text = SIGN.sub("", text)
    if JSON.match(text) or is_table(text):
        return read_records(text)
    comments = read_tail(text)
    if not comments:
        raise Unreadable(_("No comments are found in this text. Make a table of it, or JSON: see the help above."))
    return comments


def is_table(text: str) -> bool:
    """Whether its first line names columns, the one of the texts among them."""
    first = next(iter(text.strip().splitlines()), "")
    return any("text" in known and len(known) > 1 for known in (known_in(first, sign) for sign in DELIMITERS))


def read_records(text: str) -> list[OlderComment]:
    text = SIGN.sub("", text).strip()
    if not text:
        raise Unreadable(_("There is nothing to read in this file."))
    records = list(records_in_json(text) if JSON.match(text) else records_in_csv(text))
    if not records:
        raise Unreadable(_("There is no comment in this file."))
    if len(records) > MOST:
        raise Unreadable(_("These are more than %(count)d comments. Bring them in in parts.") % {"count": MOST})
    return list(resolved(records))


def decode(content: bytes) -> str:
    """UTF-8 or UTF-16 with its mark, else what Chinese Windows writes. What Western Windows writes can be read as
    that too, and gives rare characters: it is refused."""
    if len(content) > LARGEST_TEXT:
        raise Unreadable(_("This file is larger than 5 MB."))
    for encoding in ("utf-16",) if content.startswith(UTF16) else ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if encoding != "gb18030" or is_chinese(text):
                return UNPRINTABLE.sub("\ufffd", text)
    raise Unreadable(_("This is no text. Save it as UTF-8, and try again."))


def is_chinese(text: str) -> bool:
    """Whether most of its characters beyond ASCII are among the 7,000 that Chinese is written with (GB 2312)."""
    beyond = [sign for sign in text if not sign.isascii()]
    return 10 * sum(bool(sign.encode("gb2312", "ignore")) for sign in beyond) > 7 * len(beyond)


def records_in_json(text: str) -> Iterator[Record]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f" ({error})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(_("This looks like JSON, and is damaged.") + line) from error
    if isinstance(found, dict):
        found = next((value for name, value in found.items() if key(name) in LISTS), [found])
    if not isinstance(found, list):
        raise Unreadable(_("This is no list of comments."))
    return flat(found)


def flat(found: list[Any]) -> Iterator[Record]:
    """Records, also those that stand inside the ones that they answer."""
    waiting, number = [(value, "") for value in reversed(found)], 0
    while waiting:
        value, answered = waiting.pop()
        number += 1
        if not isinstance(value, dict):
            raise Unreadable(at_record(number, "", _("this is no record.")))
        columns = columns_of([*value], number)
        named = dict(zip(columns, value.values(), strict=True))
        inside = named.pop("replies", None) or []
        if not isinstance(inside, list):
            raise Unreadable(at_record(number, "", _("its replies are no list.")))
        yield {name: words_of(field, number) for name, field in named.items()} | {"inside": answered}
        waiting += [(reply, str(number)) for reply in reversed(inside)]


def columns_of(names: Iterable[str], number: int = 0) -> list[str]:
    """What names of columns mean. Raises Unreadable, of a record or of the whole table."""
    columns = [NAMES.get(key(name), "") for name in names]
    for name, column in zip(names, columns, strict=True):
        problem = ""
        if not column:
            facts = {"name": name, "known": "name, headline, text, date, age, reply to, where, id"}
            problem = _("nobody here knows what “%(name)s” is. Take it out, or call it one of: %(known)s.") % facts
        elif columns.count(column) > 1:
            problem = _("more than one column says what “%(name)s” says. Leave one.") % {"name": name}
        if problem:
            raise Unreadable(at_record(number, "", problem) if number else problem[0].upper() + problem[1:])
    return columns


def words_of(field: Any, number: int) -> str:
    if field is None:
        return ""
    if isinstance(field, bool | dict | list):
        raise Unreadable(at_record(number, "", _("“%(field)s” is no text.") % {"field": str(field)[:40]}))
    return UNPRINTABLE.sub("\ufffd", str(field)).strip()


def records_in_csv(text: str) -> Iterator[Record]:
    rows = rows_of(text)
    names = next(rows)
    while names and not names[-1].strip():
        names.pop()  # what spreadsheets leave behind a table
    columns = columns_of(names)
    number = 0
    for row in rows:
        if not any(field.strip() for field in row):
            continue
        number += 1
        if any(field.strip() for field in row[len(columns) :]):
            raise Unreadable(at_record(number, "", _("it has more fields than there are columns.")))
        yield {name: field.strip() for name, field in zip(columns, row, strict=False)}


def rows_of(text: str) -> Iterator[list[str]]:
    """The rows of a table; between its columns stands the sign that gives the most names that are known."""
    first = text.splitlines()[0]
    delimiter = max(DELIMITERS, key=lambda sign: len(known_in(first, sign)))
    if "text" not in known_in(first, delimiter):
        message = _("The first line must name the columns: text, and as far as known %(others)s.")
        raise Unreadable(message % {"others": "name, headline, date, age, reply to, where"})
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from rows
    except csv.Error as error:
        facts = {"line": rows.line_num, "error": error}
        raise Unreadable(_("Line %(line)d of the table is damaged: %(error)s.") % facts) from error


def known_in(line: str, delimiter: str) -> set[str]:
    return {NAMES.get(key(name), "") for name in line.split(delimiter)} - {"", "replies"}


def resolved(records: list[Record]) -> Iterator[OlderComment]:
    """Records as comments, each with its place in the list of what it answers."""
    languages = [settings.LANGUAGE_CODE, *Newsletter.objects.values_list("language", flat=True).distinct()]
    ids = {record["id"]: number for number, record in enumerate(records) if record.get("id")}
    for number, record in enumerate(records):
        written = record.get("date") or record.get("age") or ""
        text, name, headline, said_at = (record.get(key, "") for key in ("text", "name", "headline", "said_at"))
        try:
            answered = answered_by(record, records[:number], ids)
            comment = OlderComment(text, name, headline, written, said_at, answered)
            refuse(comment, number + 1)
            if written and not any(moment(written, language, timezone.localtime()) for language in languages):
                raise Unreadable(_("“%(words)s” is no date and no age.") % {"words": written[:80]})
        except Unreadable as problem:
            raise Unreadable(at_record(number + 1, name, str(problem))) from problem
        yield comment


def answered_by(record: Record, above: list[Record], ids: Mapping[str, int]) -> int | None:
    """What a record answers: the one around it, one with that id, that number, or the last above it of that name."""
    if record.get("inside"):
        return int(record["inside"]) - 1
    wanted = record.get("answers", "")
    if not wanted:
        return None
    if wanted in ids:
        return ids[wanted]
    if wanted.isdecimal() and not ids:
        return int(wanted[:9]) - 1
    named = [number for number, other in enumerate(above) if plain(other.get("name", "")) == plain(wanted.lstrip("@"))]
    if not named:
        raise Unreadable(_("it answers “%(wanted)s”, and no such comment stands above it.") % {"wanted": wanted[:40]})
    return named[-1]
