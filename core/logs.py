"""What the log says: for people at a terminal, as JSON for whoever collects it. Each line names the request that it
belongs to. What is said again and again is counted."""

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Hashable
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import getrandbits
from threading import Timer
from traceback import walk_tb
from typing import Any

#: Equal lines and tracebacks are said once in so many seconds, and so many lines of one place in the code.
SECONDS, MOST_OF_A_PLACE = 60, 20
MOST_KEPT = 1000
LONGEST_HEAD = 300
CONTROLS = {number: repr(chr(number))[1:-1] for number in (*range(32), 127, 0x85, 0x2028, 0x2029)}
USUAL = {*vars(logging.makeLogRecord({})), "message", "asctime"}
ID = re.compile(r"[\w.:+/=-]{8,100}", re.ASCII)

HEADER = "X-Request-ID"
#: Of the request that this thread works for.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def id_of(given: str | int | None) -> str:
    """What a trusted proxy calls the request, or a name of its own."""
    return str(given) if given and ID.fullmatch(str(given)) else getrandbits(64).to_bytes(8).hex()


def carried[**Given, Answer](work: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The same for another thread, whose lines then name the request of this one."""
    return partial(copy_context().run, work)


def configuration(level: str, form: str = "", mask: Callable[[str], str] = str) -> dict[str, Any]:
    """For LOGGING: all loggers write to one place. `form` is text, json or, empty, what suits that place; `mask` takes
    out what nobody who reads a log may use."""
    as_all: dict[str, Any] = {"handlers": [], "propagate": True}
    each = {"handlers": ["each"], "level": "INFO", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Line, "form": form, "mask": mask}},
        "handlers": {
            "stderr": {"()": Handler, "formatter": "line", "mask": mask},
            "each": {"class": "logging.StreamHandler", "formatter": "line"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "access": each,
            "django": as_all,
            "django.server": each,
            "_granian": as_all,
        },
    }


class Line(logging.Formatter):
    """A line for each record, with its traceback; as JSON also what else the record says of itself."""

    def __init__(self, form: str, mask: Callable[[str], str]) -> None:
        super().__init__("{asctime} {levelname} {name}", style="{")
        self.mask = mask
        self.write = self.as_json if form == "json" or not (form or sys.stderr.isatty()) else self.as_text

    def format(self, record: logging.LogRecord) -> str:
        error = self.formatException(record.exc_info) if record.exc_info else ""
        traceback = "\n".join(filter(None, [error, record.stack_info]))
        said = {"message": record.getMessage(), "request": request_id.get(), "traceback": traceback}
        return self.write(record, {name: self.mask(words) for name, words in said.items() if words})

    def as_text(self, record: logging.LogRecord, said: dict[str, str]) -> str:
        record.asctime = self.formatTime(record)
        line = f"{self.formatMessage(record)} {said.get('message', '').translate(CONTROLS)}"
        line += f" ({said['request']})" if "request" in said else ""
        return "\n".join(filter(None, [line, said.get("traceback")]))

    def as_json(self, record: logging.LogRecord, said: dict[str, str]) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": moment, "level": record.levelname, "logger": record.name, "process": record.process}
        more = {name: value for name, value in vars(record).items() if name not in USUAL}
        more = {name: self.mask(value) if isinstance(value, str) else value for name, value in more.items()}
        plain = {name: value for name, value in more.items() if isinstance(value, str | int | float)}
        return json.dumps(plain | line | said, ensure_ascii=False)


@dataclass
class Told:
    """A kind of line, by the first of it: how often it was said since `at`, and how often held back."""

    name: str
    level: int
    head: str
    at: float
    times: int = 0
    held: int = 0


class Handler(logging.StreamHandler):
    """To stderr. What is repeated is said whole once, and then counted in a line a minute as long as it goes on."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__()
        self.mask = mask
        self.told: dict[Hashable, Told] = {}
        self.timer: Timer | None = None

    def emit(self, record: logging.LogRecord) -> None:
        kinds = []
        for kind, most in self.kinds_of(record):
            kinds.append(told := self.told_of(kind, record))
            if told.times >= most:
                told.held += 1
                return self.tell_in_a_minute()
        for told in kinds:
            told.times += 1
        return super().emit(record)

    def kinds_of(self, record: logging.LogRecord) -> list[tuple[Hashable, int]]:
        """Of which kinds a line is, and how many of each are said. Tracebacks are of a kind if the same error was met,
        by whichever loop, or such an error on the same way."""
        place = (record.name, record.levelno, record.pathname, record.lineno, record.msg if record.args else "")
        error = record.exc_info and record.exc_info[1]
        if not error:
            return [(place, MOST_OF_A_PLACE), ((record.name, self.mask(record.getMessage())), 1)]
        way = tuple((frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__))
        return [(place, MOST_OF_A_PLACE), ((type(error), str(error), way[-1:]), 1), ((type(error), way), 1)]

    def told_of(self, kind: Hashable, record: logging.LogRecord) -> Told:
        """Begun anew where none was held back for a minute."""
        told, now = self.told.get(kind), time.monotonic()
        if told is None or (now > told.at + SECONDS and not told.held):
            if len(self.told) >= MOST_KEPT:
                self.tell()
                self.told.clear()
            told = self.told[kind] = Told(record.name, record.levelno, head(record), now)
        return told

    def tell_in_a_minute(self) -> None:
        if not (self.timer and self.timer.is_alive()):
            self.timer = Timer(SECONDS, self.tell)
            self.timer.daemon = True
            self.timer.start()

    def tell(self) -> None:
        """Say of what was held back how often it was, in a line each."""
        with self.lock:  # type: ignore[union-attr]
            for told in [told for told in self.told.values() if told.held]:
                words = f"{told.held} more like this in the last minute: {told.head}"
                count = {"name": told.name, "levelno": told.level, "levelname": logging.getLevelName(told.level)}
                super().emit(logging.makeLogRecord({**count, "msg": words, "times": told.held}))
                told.at, told.held = time.monotonic(), 0

    def close(self) -> None:
        self.tell()
        super().close()


def head(record: logging.LogRecord) -> str:
    error = record.exc_info and record.exc_info[1]
    met = f" ({type(error).__name__}: {error})" if error else ""
    return record.getMessage()[:LONGEST_HEAD] + met[:LONGEST_HEAD]
