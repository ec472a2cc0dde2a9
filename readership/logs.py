"""Counts what a proxy answered from pages that it had stored, from its log: nginx's and Apache's combined format
(https://nginx.org/en/docs/http/ngx_http_log_module.html), or Caddy's lines of JSON."""

import json
import re
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.utils import timezone

from readership import counting
from readership.models import ReadLog

COMBINED = re.compile(r'\S+ \S+ .*? \[([^\]]+)\] "GET (\S+) [^"]*" (200|304) \S+ "([^"]*)" "([^"]*)"')

#: What a line says: path, agent, referer, day.
type Read = tuple[str, str, str, date]


def count_log(path: Path) -> int:
    """Count the lines that were added since the last time; returns how many of them were pages served."""
    number = 0
    with path.open("rb") as log:
        first = log.readline()
        if not first.endswith(b"\n"):
            return 0
        read, _ = ReadLog.objects.get_or_create(beginning=sha256(first).hexdigest())
        log.seek(read.position)
        for line in log:
            if not line.endswith(b"\n"):  # is being written
                break
            if found := understood(line.decode("utf-8", "replace")):
                counting.count(*found)
                number += 1
            read.position += len(line)
            if len(counting.waiting) >= counting.MOST_KINDS // 2:
                keep(read)
    keep(read)
    return number


def keep(read: ReadLog) -> None:
    counting.store()
    read.save()


def understood(line: str) -> Read | None:
    """What a line says of a page that was served; None where it says something else."""
    try:
        return from_json(json.loads(line)) if line.startswith("{") else from_combined(line)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def from_combined(line: str) -> Read | None:
    found = COMBINED.match(line)
    if found is None:
        return None
    at, address, _status, referer, agent = found.groups()
    return path_of(address), agent, referer, day_of(datetime.strptime(at, "%d/%b/%Y:%H:%M:%S %z"))


def from_json(line: dict[str, Any]) -> Read | None:
    request = line["request"]
    if request["method"] != "GET" or line["status"] not in {200, 304}:
        return None
    agent, referer = (request["headers"].get(name, [""])[0] for name in ("User-Agent", "Referer"))
    return path_of(request["uri"]), agent, referer, day_of(datetime.fromtimestamp(line["ts"], UTC))


def path_of(address: str) -> str:
    return unquote(address.partition("?")[0])


def day_of(moment: datetime) -> date:
    return timezone.localdate(moment)
