"""Pages made anew: what an article and an issue with 30 comments cost the processor, beside `/up/` in the same run.

`fresh` is after a change in the discussion itself, which is what makes most pages anew; `cold` with nothing kept at
all; `served` is what a request costs a real server."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from socket import create_server
from statistics import median

from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts.models import User
from bench import seconds, sized
from bench.threads import fill
from comments.models import Discussion, Mode, stored_discussion_of
from core import page_cache
from core.changes import content_changed
from newsletter.models import Issue, Publishable

ROUNDS = sized(40, small=2)
SERVED = sized(300, small=5)
TICKS = os.sysconf("SC_CLK_TCK")


def figures() -> dict[str, float]:
    reader = User.objects.create_user("anew@example.org", display_name="Bench")
    anybody, signed_in = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    signed_in.force_login(reader)
    issue = Issue.objects.published().newest_first().select_related("newsletter")[0]
    article = issue.articles.published().with_addresses().filter(discussion=None)[0]
    pages = {"article_30_comments": talked(article, reader), "issue": talked(issue, reader)}
    up = processor(partial(anybody.get, "/up/"))
    measured = {"up_processor_ms": up}
    for name, discussion in pages.items():
        path = discussion.place.get_absolute_url()  # type: ignore[attr-defined]
        costs = {
            f"{name}_fresh_ms": processor(partial(visit, anybody, path), before=partial(change, discussion)),
            f"{name}_cold_ms": processor(partial(visit, anybody, path), before=page_cache.forget),
            f"{name}_signed_in_ms": processor(partial(visit, signed_in, path)),
        }
        measured |= costs | {f"{cost.removesuffix('_ms')}_over_up": ms / up for cost, ms in costs.items()}
    return measured | served(pages["article_30_comments"], signed_in)


def talked(place: Publishable, reader: User) -> Discussion:
    """Ten threads of three comments, which its page shows all."""
    discussion = stored_discussion_of(place)
    discussion.comments.order_by("-depth").delete()
    Discussion.objects.filter(pk=discussion.pk).update(mode=Mode.OPEN)
    fill(discussion, reader, 30, 3)
    return discussion


def change(discussion: Discussion) -> None:
    """As a like does."""
    with transaction.atomic():
        content_changed(discussion.topic)


def visit(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def processor(action: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Milliseconds of the processor, the median, after two calls that warm up."""
    found = []
    for _ in range(ROUNDS + 2):
        before()
        found.append(seconds(action))
    return median(found[2:]) * 1000


def served(discussion: Discussion, signed_in: Client) -> dict[str, float]:
    """A request to `manage.py serve`, made anew and for a signed-in reader, beside `/up/`."""
    path = discussion.place.get_absolute_url()  # type: ignore[attr-defined]
    session = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={signed_in.cookies[settings.SESSION_COOKIE_NAME].value}"}
    with server() as (pid, port):
        connection = http.client.HTTPConnection("localhost", port, timeout=30)
        up = spent(pid, partial(ask, connection, "/up/"))
        costs = {
            "article_30_comments": spent(pid, partial(ask, connection, path), partial(change, discussion)),
            "article_signed_in": spent(pid, partial(ask, connection, path, session)),
        }
    ratios = {f"{name}_served_over_up": ms / up for name, ms in costs.items()}
    return {"up_served_ms": up} | {f"{name}_served_ms": ms for name, ms in costs.items()} | ratios


def ask(connection: http.client.HTTPConnection, path: str, headers: dict[str, str] | None = None) -> None:
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200


@contextmanager
def server(workers: int = 1) -> Iterator[tuple[int, int]]:
    """One on a free port, and the id of its process for pages; that for other work does not count."""
    with create_server(("localhost", 0)) as free:
        port: int = free.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "WEB_WORKERS": str(workers), "ALLOWED_HOSTS": "localhost"}
    serving = subprocess.Popen([sys.executable, "manage.py", "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            time.sleep(0.3)
            try:
                ask(http.client.HTTPConnection("localhost", port, timeout=5), "/up/")
                break
            except OSError:
                continue
        yield (
            next(
                child
                for child in children(serving.pid)
                if b"core.worker.web" in Path(f"/proc/{child}/cmdline").read_bytes()
            ),
            port,
        )
    finally:
        serving.terminate()
        serving.wait(30)


def spent(pid: int, action: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Milliseconds of the processor that a call costs a process and all below it, the mean of many."""
    for _ in range(5):
        action()
    started = ticks(pid)
    for _ in range(SERVED):
        before()
        action()
    return max(ticks(pid) - started, 1) / TICKS / SERVED * 1000


def ticks(pid: int) -> int:
    """What it and its children have spent by now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]) + sum(map(ticks, children(pid)))


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in listed for child in each.read_text().split()]
