"""What a mail server means when it refuses a mail: in the conversation with it, in a report, or by a mail service.

One judge for all three. The words are in `refusals.yaml`; why each is where it is, in docs/bounces.md.
"""

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

TABLE = Path(__file__).with_suffix(".yaml")
#: Servers say it in a line or two.
MOST_WORDS = 2000
#: Enhanced codes (RFC 3463) and, where there is none, the three figures of SMTP; neither is a part of an IP address.
ENHANCED = re.compile(r"(?<![\d.])[45]\.[0-7]\.\d{1,3}(?![\d.])")
BASIC = re.compile(r"(?<![\d.-])(?:4[2-7]\d|5[0-7]\d)(?=[ :-]|$)")
MAILBOX_FULL = "5.2.2"
#: Names that are nobody's words: `spam@example.org`, `blocked.example.net`.
NAMES = re.compile(r"[^\s<>@]{1,64}@(?:[\w-]{1,63}\.){0,9}[\w-]{1,63}|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}\b")


class Fault(StrEnum):
    """Whose trouble it is: that of who is written to, and is not there; nobody's for long; or ours."""

    NOBODY = "hard"
    PASSING = "soft"
    POLICY = "policy"


class Table(NamedTuple):
    words: dict[Fault, re.Pattern[str]]
    codes: dict[Fault, re.Pattern[str]]


@cache
def table() -> Table:
    """In the order in which the words count."""
    read: Any = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    faults = {"policy": Fault.POLICY, "passing": Fault.PASSING, "nobody": Fault.NOBODY}
    return Table(
        {fault: re.compile("|".join(read[name]["words"])) for name, fault in faults.items()},
        {faults[name]: re.compile(code) for name, code in read["codes"].items()},
    )


def fault_of(said: str, status: str = "") -> Fault:
    """What the words mean that a server answered with; what `status` says where they say nothing. Only a mailbox that
    is not there, and will not be, is NOBODY: what contradicts itself, or is not known, may pass."""
    status = status_of(said, status)
    words = " ".join(NAMES.sub("@", said[:MOST_WORDS]).split()).lower().replace("’", "'")
    meant = next((fault for fault, phrase in table().words.items() if phrase.search(words)), None)
    known = next((fault for fault, code in table().codes.items() if code.fullmatch(status)), Fault.PASSING)
    fault = meant or known
    return Fault.PASSING if fault == Fault.NOBODY and status.startswith("4") else fault


def status_of(said: str, stated: str = "") -> str:
    """The more exact of what is stated and what the server is quoted with, as in RFC 3463; empty if neither tells."""
    if stated and not stated.endswith(".0.0"):
        return stated
    if enhanced := ENHANCED.search(said):
        return enhanced[0]
    if basic := BASIC.search(said):
        return MAILBOX_FULL if basic[0] == "552" else f"{basic[0][0]}.0.0"
    return stated
