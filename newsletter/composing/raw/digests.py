"""Digests of mailing lists: each mail in one is an item, called what its subject says."""

import re
from dataclasses import replace
from itertools import groupby

from newsletter.composing.raw.lines import HEADER, Line
from newsletter.composing.raw.scaffolding import Role, has_role

LIST = re.compile(r"\[[^\[\]]{1,40}\]\s*")
ADDRESS = re.compile(r"\s*<[^<>]*>|[\"“”]")


def open_digest(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of a digest with numbered titles in place of the heads of its mails, and what is left out for that.
    What is none comes back as it is."""
    headers = header_runs(lines)
    if len(headers) < 2:
        return lines, []
    opened: list[Line] = lines[:1]
    contents = (place for place, line in enumerate(lines) if has_role(line.text, Role.CONTENTS))
    position = min(next(contents, headers[0].start), headers[0].start)
    around = lines[1:position]
    for number, run in enumerate(headers, start=1):
        opened += lines[position : run.start]
        around += [lines[place] for place in run]
        position = run.stop
        subject = told(lines, run, "subject")
        if has_role(subject.text, Role.ENDS):
            return opened, [*around, *lines[run.stop :]]
        opened += [replace(subject, ordinal=number, level=2, gap=1), replace(told(lines, run, "sender"), gap=1)]
    return opened + lines[position:], around


def header_runs(lines: list[Line]) -> list[range]:
    """Where the heads of mails stand: several lines such as `From: …`, a subject among them."""
    runs = groupby(range(len(lines)), lambda place: HEADER.match(lines[place].text) is not None)
    headers = [list(places) for is_header, places in runs if is_header]
    with_subject = (run for run in headers if any(lines[place].text.startswith("Subject") for place in run))
    return [range(run[0], run[-1] + 1) for run in with_subject]


def told(lines: list[Line], run: range, what: str) -> Line:
    """What a head says of its mail: `subject`, without the list's name; or `sender`, without the address."""
    found = ((lines[place], HEADER.match(lines[place].text)) for place in run)
    line, value = next(((line, each["value"]) for line, each in found if each and each[what]), (lines[run.start], ""))
    return replace(line, text=LIST.sub("", ADDRESS.sub("", value), count=1).strip())
