"""What granian runs: it gives out kept pages, and takes in other requests whole before Django hears of them.

A body is awaited, and costs no thread meanwhile, so however many clients send slowly or not at all, the threads that
make pages are free. Each of those keeps its own connection to the database.
"""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from site_project.wsgi import application as django

# isort: split
# From here on models can be imported.
from django.conf import settings

from core import logs
from core.limits import client_behind
from core.middleware import SAFE
from core.page_cache import PageResponse
from core.worker.processes import end_with_parent
from site_project import kept_pages, metrics

THREADS = 4
SECONDS_OF_SILENCE = 15
#: Bytes a second on the whole, after the first so many seconds.
SLOWEST, GRACE = 1000, 15
LARGEST = 2**30
KEPT_IN_MEMORY = 2**20
#: Asking the settings each time would cost as much as the rest of a kept page.
PROXIES, COUNTS, WRITES = settings.TRUSTED_PROXIES, bool(settings.METRICS_TOKEN), settings.ACCESS_LOG
REFUSED = [("connection", "close"), *SAFE.items()]

threads = ThreadPoolExecutor(THREADS)
end_with_parent()
# What is here now stays: looking through it for garbage again and again took longer than giving out kept pages.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)


async def application(scope: Any, protocol: Any) -> None:
    """Answers one request (https://github.com/emmett-framework/granian, RSGI 1.6)."""
    began, name = time.perf_counter(), logs.id_of(PROXIES and scope.headers.get("x-request-id"))
    key, named = kept_pages.key_of(scope), (logs.HEADER, name)
    try:
        if key and (given := await kept_pages.give(scope, protocol, key, named)):
            if COUNTS:
                metrics.count(*given, "kept", time.perf_counter() - began)
            if WRITES:
                write_down(scope, *given, began, name)
        else:
            await respond(scope, protocol, key, named)
    except ProtocolClosed:
        pass  # by whoever asked: nobody waits for the answer


def write_down(scope: Any, view: str, status: int, began: float, name: str) -> None:
    """A kept page, of which Django knows nothing."""
    path = f"{scope.path}?{scope.query_string}" if scope.query_string else scope.path
    client = client_behind(kept_pages.address_of(scope.client), scope.headers.get("x-forwarded-for", ""))
    earlier = logs.request_id.set(name)
    metrics.write(scope.method, path, view, status, time.perf_counter() - began, client)
    logs.request_id.reset(earlier)


async def respond(scope: Any, protocol: Any, key: kept_pages.Key | None, named: tuple[str, str]) -> None:
    """Let Django answer, once all is here that it is sent."""
    with SpooledTemporaryFile(KEPT_IN_MEMORY) as body:
        ending = [*REFUSED, named]
        try:
            size = await take_in(protocol, body) if has_body(scope) else 0
        except TimeoutError:
            return protocol.response_str(408, ending, "What you sent did not arrive in time.\n")
        except OverflowError:
            return protocol.response_str(413, ending, "This is too large.\n")
        except OSError:  # what is large is kept on the disk meanwhile, and that is full
            headers = [*ending, ("retry-after", "60")]
            return protocol.response_str(503, headers, "This site has no room left for that. Try again later.\n")
        run: Any = asyncio.get_running_loop().run_in_executor
        work = partial(run, threads, copy_context().run)
        request = environ(scope, body, size) | {"courant.request": named[1], "courant.began": time.perf_counter()}
        status, headers, content = await work(answer, request, key)
        if isinstance(content, bytes):
            return protocol.response_bytes(status, headers, content)
        try:
            if scope.method == "HEAD":
                return protocol.response_empty(status, headers)
            stream, pieces = protocol.response_stream(status, headers), iter(content)
            while (piece := await work(next, pieces, None)) is not None:
                await stream.send_bytes(piece)
        finally:
            await work(content.close)
    return None


application.__rsgi_init__ = kept_pages.looks.begin  # type: ignore[attr-defined]  # once, with the loop


def has_body(scope: Any) -> bool:
    return "transfer-encoding" in scope.headers or scope.headers.get("content-length", "0") != "0"


async def take_in(protocol: AsyncIterator[bytes], body: IO[bytes]) -> int:
    """Reads all that is sent. Raises TimeoutError where that is too slow, OverflowError where it is too much."""
    clock = asyncio.get_running_loop().time
    size, began, pieces = 0, clock(), aiter(protocol)
    while piece := await soon(pieces):
        size += body.write(piece)
        if size < SLOWEST * (clock() - began - GRACE):
            raise TimeoutError
        if size > LARGEST:
            raise OverflowError
    body.seek(0)
    return size


async def soon(pieces: AsyncIterator[bytes]) -> bytes:
    """The next piece, or nothing after the last. A task of its own waits: what granian gives cannot be cancelled."""

    async def next_piece() -> bytes:
        return await anext(pieces, b"")

    waiting = asyncio.ensure_future(next_piece())
    if not (await asyncio.wait({waiting}, timeout=SECONDS_OF_SILENCE))[0]:
        waiting.cancel()
        raise TimeoutError
    return waiting.result()


def environ(scope: Any, body: IO[bytes], size: int) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333)."""
    server = scope.server.rpartition(":")
    made: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server[0],
        "SERVER_PORT": server[2],
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": kept_pages.address_of(scope.client),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" not in name:  # or X_Forwarded_For would pass for X-Forwarded-For
            key = "HTTP_" + name.upper().replace("-", "_")
            between = "; " if name == "cookie" else ","
            made[key] = f"{made[key]}{between}{value}" if key in made else value
    made["CONTENT_TYPE"], made["CONTENT_LENGTH"] = made.pop("HTTP_CONTENT_TYPE", ""), str(size)
    return made


def answer(request: dict[str, Any], key: kept_pages.Key | None) -> tuple[int, list[tuple[str, str]], Any]:
    """What Django answers: status, headers, and the whole content, or an iterable where it comes piece by piece."""
    said: list[Any] = []
    start: Any = lambda status, headers, error=None: said.extend([int(status[:3]), headers])  # noqa: E731
    content: Any = django(request, start)
    if getattr(content, "streaming", False):
        return said[0], said[1], content
    try:
        if key and isinstance(content, PageResponse) and request["REQUEST_METHOD"] == "GET":
            kept_pages.keep(key, content, said[1])
        return said[0], said[1], b"".join(content)
    finally:
        content.close()
