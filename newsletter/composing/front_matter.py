"""What a document says about itself at its top, as many programs write it: YAML between two lines of `---`, TOML
between two of `+++`, JSON, or lines such as `Title: …`. Every value is the text that was written: `NO` is no boolean.
What is odd is a remark; nothing is refused."""

import json
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import yaml
from django.utils.translation import gettext as _

from newsletter.composing.facts import PLAIN_KEYS, Value, Values, front_matter_in, plain_key
from newsletter.composing.plan import FrontMatter, Remark

#: The line that opens it, that which closes it, and the language of what is between.
FENCES = (
    (re.compile(r"-{3,}[ \t]*(?:ya?ml)?[ \t]*$"), re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.MULTILINE), "yaml"),
    (re.compile(r"\+{3,}[ \t]*$"), re.compile(r"^\+{3,}[ \t]*$", re.MULTILINE), "toml"),
    (re.compile(r"-{3,}[ \t]*toml[ \t]*$"), re.compile(r"^-{3,}[ \t]*$", re.MULTILINE), "toml"),
    (re.compile(r"(?:-{3,}[ \t]*json|;{3,})[ \t]*$"), re.compile(r"^(?:-{3,}|;{3,})[ \t]*$", re.MULTILINE), "json"),
)
KEY = re.compile(r"[\"']?(?P<key>[^\W\d][\w .-]{0,60}?)[\"']?[ \t]*[:=](?:[ \t]+|$)(?P<value>.*)")
HEADER = re.compile(r"(?P<key>[A-Za-z][\w -]{0,40}?)[ \t]*:[ \t]*(?P<value>.*)")
#: What stands above a mail.
OF_MAIL = {"from", "to", "cc", "sender", "replyto", "messageid", "contenttype", "mimeversion", "received"}
#: Longer is no front matter.
LONGEST = 200_000
DEEPEST = 30
JSON = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class Source(NamedTuple):
    """The front matter as it is written, what stands between it and the text, and how to read it."""

    text: str
    end: int
    read: Callable[[str], tuple[Values | None, list[Remark]]]


def split(text: str) -> tuple[FrontMatter, str]:
    """The front matter of a document and the rest, in which every line keeps its number. A document that merely begins
    with a thematic break, or with words and a colon, has none."""
    source = find(text)
    values, remarks = source.read(source.text) if source else (None, [])
    if source is None or values is None:
        return FrontMatter(remarks=remarks), text
    found = front_matter_in(values)
    found.remarks[:0] = remarks
    return found, "\n" * text.count("\n", 0, source.end) + text[source.end :]


def find(text: str) -> Source | None:
    first, _newline, rest = text.partition("\n")
    for opening, closing, language in FENCES:
        if opening.match(first) and (end := closing.search(rest, 0, LONGEST)):
            behind = len(first) + 1 + end.end()
            if language == "json" and not rest.lstrip().startswith("{"):
                continue
            return Source(rest[: end.start()], behind, READERS[language])
    return find_object(text) or find_headers(text)


def find_object(text: str) -> Source | None:
    """JSON at the top, alone on its lines."""
    if not re.match(r"\{\s*(?:\"|\})", text):
        return None
    with suppress(ValueError, RecursionError):
        _value, end = JSON.raw_decode(text[:LONGEST])
        if re.match(r"[ \t]*(?:\n|$)", text[end:]):
            return Source(text[:end], end, as_json)
    return None


def find_headers(text: str) -> Source | None:
    """Lines such as `Title: …` up to a blank one, as Pelican and MultiMarkdown know them; those of a mail are none."""
    lines = re.match(r"(?:[^\n]*\S[^\n]*(?:\n|$))+", text)
    headers = headers_in(lines[0]) if lines else None
    if lines is None or headers is None:
        return None
    keys = {plain_key(key) for key in headers}
    is_told = "title" in keys or len(keys & PLAIN_KEYS) > 1
    return Source(lines[0], lines.end(), as_headers) if is_told and not keys & OF_MAIL else None


def headers_in(text: str) -> dict[str, list[str]] | None:
    """The values of each key, line by line; None where a line is neither a key nor indented below one."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.rstrip().split("\n"):
        if key and line[:1].isspace():
            found[key].append(line.strip())
        elif header := HEADER.fullmatch(line.rstrip()):
            key = header["key"]
            found.setdefault(key, []).extend([header["value"].strip()] * bool(header["value"].strip()))
        else:
            return None
    return found


def as_headers(text: str) -> tuple[Values | None, list[Remark]]:
    return {key: " ".join(lines) for key, lines in (headers_in(text) or {}).items()}, []


def as_yaml(text: str) -> tuple[Values | None, list[Remark]]:
    """Without what YAML makes of words: `no`, `1e3` and `2019-03-04` stay text."""
    try:
        values = read_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return line_by_line(text, "YAML", read_yaml)
    return (values if isinstance(values, dict) and values else None), []


def as_toml(text: str) -> tuple[Values | None, list[Remark]]:
    try:
        return read_toml(text), []
    except (ValueError, RecursionError):
        return line_by_line(text, "TOML", read_toml)


def as_json(text: str) -> tuple[Values | None, list[Remark]]:
    try:
        values = JSON.decode(text.strip())
    except (ValueError, RecursionError):
        return line_by_line(text, "JSON", lambda line: JSON.decode(f"{{{line.strip().rstrip(',')}}}"))
    return (values if isinstance(values, dict) else None), []


def read_yaml(text: str) -> Value:
    """Raises YAMLError also where it is nested deeper than anybody writes, before the parser falls into it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError
    return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - it makes nothing but text


def read_toml(text: str) -> Values:
    return dict(tomllib.loads(text, parse_float=str))


READERS = {"yaml": as_yaml, "toml": as_toml, "json": as_json}


def line_by_line(text: str, language: str, read: Callable[[str], object]) -> tuple[Values | None, list[Remark]]:
    """What can be read of front matter that is not quite what it seems to be: each key with the lines indented below
    it, by itself. Where that is no value either, it is the words behind the colon as they stand."""
    values: Values = {}
    remarks = []
    for line, lines in keys_in(text):
        written = "\n".join(lines)
        found: object = None
        with suppress(yaml.YAMLError, ValueError, RecursionError):
            found = read(written)
        if isinstance(found, dict):
            values.update(found)
        elif key := KEY.match(lines[0]):
            values[key["key"]] = as_it_stands(key["value"], lines[1:])
            remark = _("“%(line)s” is no %(language)s: it was read as it stands.")
            remarks.append(Remark.of(remark, line, line=written[:200], language=language))
        elif written.strip():
            remark = _("“%(line)s” in the front matter says nothing that could be read.")
            remarks.append(Remark.of(remark, line, line=written))
    if any(plain_key(key) in PLAIN_KEYS for key in values):
        return values, remarks
    return None, [Remark.of(_("What stands at the top is no %(language)s, and is kept as text."), language=language)]


def keys_in(text: str) -> list[tuple[int, list[str]]]:
    """The line of each key in the document, with those below it."""
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.split("\n"), start=2):
        goes_on = line[:1].isspace() or line.startswith(("- ", "]", "}", "#")) or not line.strip()
        if found and goes_on:
            found[-1][1].append(line)
        else:
            found.append((number, [line]))
    return found


def as_it_stands(value: str, below: list[str]) -> Value:
    """The words behind a colon and those below; a list, where each line below is an entry."""
    lines = [line.strip() for line in below if line.strip()]
    if lines and not value and all(line.startswith("- ") for line in lines):
        return [unquoted(line[2:]) for line in lines]
    return unquoted(" ".join([value.strip(), *lines]))


def unquoted(text: str) -> str:
    text = text.strip().rstrip(",")
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if is_quoted else text
