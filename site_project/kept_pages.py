"""Kept pages, given out before Django hears of a request.

What Django answered to nobody in particular is kept once more as it went out, compressed and with all its headers,
under everything in a request that it may depend on. It goes out again while the page behind it is current, which one
look for changes on a connection that stays open decides. Whatever is unusual about a request is left to Django.
"""

import asyncio
import mmap
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import connections
from django.http import QueryDict

from core import logs
from core.changes import changes, note, noted
from core.middleware import LONGEST_ENCODINGS, encoding_for
from core.page_cache import MESSAGES, NOBODY, Kept, PageResponse, Store, Visit, known, tell
from newsletter.models.redirects import NUMBERED

LARGEST = 32 * 2**20
#: Bytes: the same head twice.
INDEX_HEAD = 96
UNUSUAL = frozenset(
    {"authorization", "content-length", "content-type", "expect", "transfer-encoding"}
    | {"if-match", "if-unmodified-since"}
)
#: What a 304 repeats (RFC 9110, 15.4.5).
OF_NOT_MODIFIED = {"Cache-Control", "ETag", "Last-Modified", "Vary"}

#: In seconds. A web process looks so often, asked or not; one that was held up for longer knows too little.
BETWEEN_LOOKS, LONGEST_BETWEEN_LOOKS = 1, 5
#: How it sounds where a PostgreSQL server itself takes nobody in. A network that is cut says something else.
DOWN = re.compile(
    r"Connection refused|on socket .+ failed: No such file or directory"
    r"|the database system is (starting up|shutting down|in recovery|not yet acc)"
)

type Key = tuple[str, ...]
type Headers = list[tuple[str, str]]

pages = Store(LARGEST)


class Answer(NamedTuple):
    """What went out, and the page that it was made of."""

    kept: Kept
    view: str
    headers: Headers
    body: bytes


def key_of(scope: Any) -> Key | None:
    """What an answer to nobody in particular depends on, but for the query; None where it may depend on more."""
    items = scope.headers.items()
    sent = dict(items)
    if scope.method not in {"GET", "HEAD"} or len(sent) < len(items) or not UNUSUAL.isdisjoint(sent):
        return None
    if "cookie" in sent and (settings.SESSION_COOKIE_NAME in sent["cookie"] or MESSAGES in sent["cookie"]):
        return None
    accepted = sent.get("accept-encoding", "")
    if len(accepted) > LONGEST_ENCODINGS or ("if-modified-since" in sent and "if-none-match" not in sent):
        return None
    scheme = scope.scheme
    if "x-forwarded-proto" in sent and settings.SECURE_PROXY_SSL_HEADER:
        scheme = f"{scheme},{sent['x-forwarded-proto']}"
    return sent.get("host", ""), scheme, scope.path, encoding_for(accepted)


def address_of(client: str) -> str:
    """Without its port."""
    return client.rpartition(":")[0].strip("[]")


def find(key: Key, typed: str) -> Answer | None:
    """What is kept for a query, of which only what the page knows counts."""
    plain: Answer | None = pages.get((*key, ""))
    if not typed:
        return plain
    if NUMBERED.search(typed):  # there may be a redirect
        return None
    try:
        query = known(QueryDict(typed), plain.kept.value.parameters).urlencode() if plain else typed
    except (BadRequest, SuspiciousOperation):
        return None
    found: Answer | None = pages.get((*key, query))
    return found


def keep(key: Key, response: PageResponse, headers: Headers) -> None:
    """Let others have what Django has answered with a kept page."""
    if response.status_code == 200 and not response.cookies:
        lasting = [each for each in headers if each[0] != logs.HEADER]
        answer = Answer(response.kept, response.view, lasting, response.content)
        pages.put((*key, response.query), answer, len(answer.body) + len(response.page) + 1000)


async def give(scope: Any, protocol: Any, key: Key, *more: tuple[str, str]) -> tuple[str, int] | None:
    """Answer with a kept page and more headers: of which view, with which status. None where there is none that is
    current."""
    answer = find(key, scope.query_string)
    if answer is None:
        return None
    try:
        now = await looks.look()
    except Exception as problem:  # the database's own, whichever it is: Django will meet it, too, and say so
        if not looks.still_hold(problem):
            return None
        now = changes.count
    if not answer.kept.is_current(now):
        return None
    if scope.method == "GET":
        tell(Visit(answer.view, scope.path, scope.headers, NOBODY, address_of(scope.client)))
    if answer.kept.value.headers["ETag"].removeprefix("W/") in scope.headers.get("if-none-match", ""):
        protocol.response_empty(304, [*(each for each in answer.headers if each[0] in OF_NOT_MODIFIED), *more])
        return answer.view, 304
    if scope.method == "HEAD":
        protocol.response_empty(200, [*answer.headers, *more])
    else:
        protocol.response_bytes(200, [*answer.headers, *more], answer.body)
    return answer.view, 200


class Looks:
    """Asks for changes on a connection of its own. One question answers all who came before it was asked, and is asked
    in a thread, as a database may be slow or gone.

    In SQLite most need not ask: all that readers of a database in WAL mode know of commits is the head of its index in
    shared memory (https://www.sqlite.org/walformat.html, 2.2). While that is the same, nothing has been committed.

    While PostgreSQL is restarted, what was current goes on to go out (RFC 5861, 4: stale-if-error), but nothing that
    somebody was told is withdrawn. Nobody can change anything in a server that takes nobody in. So it all depends on
    what was changed after the last look. On this machine that is noted in a file before it is acknowledged. On others
    it is not: there it is what happened in the last second before the server ended, as every process looks that often.
    """

    def __init__(self) -> None:
        self.connection: Any = None
        self.index: Any = b""
        self.seen = b""
        self.thread = ThreadPoolExecutor(1)
        self.running: asyncio.Task[int] | None = None
        self.next: asyncio.Task[int] | None = None
        self.asked_at, self.lost_at, self.noted = 0.0, 0.0, 0

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """To be called once by a process that serves pages."""
        if not noted():
            note()
        self.keeper = loop.create_task(self.keep_looking())

    async def keep_looking(self) -> None:
        while True:
            await asyncio.sleep(BETWEEN_LOOKS)
            with suppress(Exception):
                await self.look()

    def still_hold(self, problem: Exception) -> bool:
        """Whether all that can have been changed since the last look is known."""
        if not DOWN.search(str(problem)) or self.lost_at - self.asked_at > LONGEST_BETWEEN_LOOKS:
            return False
        with suppress(OSError):
            self.noted = changes.overhear(self.noted)
            return True
        return False

    async def look(self) -> int:
        """The count of changes. Raises what the database raises."""
        if self.seen and self.seen == self.index[:INDEX_HEAD]:
            return changes.count
        if self.next is None:
            self.next = asyncio.ensure_future(self.ask_after(self.running))
        return await asyncio.shield(self.next)

    async def ask_after(self, running: asyncio.Task[int] | None) -> int:
        if running:
            await asyncio.wait({running})
        self.running, self.next = self.next, None
        return await asyncio.get_running_loop().run_in_executor(self.thread, self.ask)

    def ask(self) -> int:
        began, size, is_new = time.monotonic(), noted(), self.connection is None
        try:
            if is_new:
                self.connection = connected()
                self.index = index_of(settings.DATABASES["default"])
            seen = self.index[:INDEX_HEAD]
            count = changes.hear(self.connection.execute(changes.question()).fetchall())
        except Exception:
            self.close()
            if not is_new:  # it may have been ended with a server that is there again
                return self.ask()
            self.lost_at = self.lost_at or began
            raise
        self.seen, self.asked_at, self.lost_at, self.noted = seen, began, 0.0, size
        return count

    def close(self) -> None:
        with suppress(Exception):  # as it may be closed
            self.connection.close()
        self.connection, self.seen = None, b""


def connected() -> Any:
    """The driver's own connection, outside of all that Django does with its connections at the end of a request."""
    opened = connections.create_connection("default")
    opened.connect()
    return opened.connection


def index_of(database: dict[str, Any]) -> mmap.mmap | bytes:
    """The head of SQLite's index of the write-ahead log; empty for other databases. It lasts as long as somebody is
    connected."""
    path = Path(f"{database['NAME']}-shm")
    if not database["ENGINE"].endswith("sqlite3") or not path.exists():
        return b""
    with path.open("rb") as index:
        return mmap.mmap(index.fileno(), INDEX_HEAD, prot=mmap.PROT_READ)


looks = Looks()
