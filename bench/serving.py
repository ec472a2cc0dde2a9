"""Serving: kept pages beside nginx with the same page as a file, in turns, with as many connections to each; what
likes, five a second, leave of that.

Wants `wrk` and `nginx`, and gives no figures without them."""

import getpass
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from statistics import median
from threading import Event, Thread

from django.db import connections
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from bench import sized
from bench.anew import change, server
from comments.models import Discussion, Mode, stored_discussion_of
from newsletter.models import Article, Issue

CONNECTIONS = 16
SECONDS, ROUNDS = sized(3, small=1), sized(5, small=1)
LIKES_A_SECOND = 5
NGINX = """
worker_processes 2; pid {folder}/pid; error_log {folder}/log; user {user};
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; keepalive_requests 1000000; types {{ text/html html; }}
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def figures() -> dict[str, float]:
    if not (shutil.which("wrk") and shutil.which("nginx")):
        return {}
    issue = Issue.objects.published().newest_first().select_related("newsletter")[0]
    article = Article.objects.published().with_addresses().exclude(discussion=None)[0]
    discussion = stored_discussion_of(article)
    Discussion.objects.filter(pk=discussion.pk).update(mode=Mode.OPEN)
    with server(workers=2) as (_pid, port), static(page(port, issue.get_absolute_url())) as file:
        until_idle()
        own = partial(rate, f"http://localhost:{port}{issue.get_absolute_url()}")
        talk = partial(rate, f"http://localhost:{port}{article.get_absolute_url()}")
        found = [(own(), rate(file), talk()) for _ in range(ROUNDS)]
        with changing(discussion):
            meanwhile = [(own(), rate(file), talk()) for _ in range(ROUNDS)]
    kept, nginx, talked = ([each[at] for each in found] for at in range(3))
    kept_then, nginx_then, talked_then = ([each[at] for each in meanwhile] for at in range(3))
    return {
        "kept_page_per_second": median(each[0] for each in kept),
        "nginx_static_per_second": median(each[0] for each in nginx),
        "kept_page_over_nginx": ratio(kept, nginx),
        "kept_page_p99_ms": median(each[1] for each in kept),
        "others_while_liked": ratio(kept_then, nginx_then) / ratio(kept, nginx),
        "discussion_while_liked": ratio(talked_then, nginx_then) / ratio(talked, nginx),
    }


def ratio(ours: list[tuple[float, float]], theirs: list[tuple[float, float]]) -> float:
    return median(our[0] / their[0] for our, their in zip(ours, theirs, strict=True))


def until_idle() -> None:
    """The demo's pictures are made smaller first: that takes a processor."""
    while DBTaskResult.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]).exists():
        time.sleep(1)


def rate(address: str) -> tuple[float, float]:
    """Requests a second, and the 99th percentile of milliseconds."""
    options = [f"-c{CONNECTIONS}", "-t1", f"-d{SECONDS}", "--latency"]
    said = subprocess.run(["wrk", *options, address], capture_output=True, text=True, check=True).stdout  # noqa: S603, S607
    assert "Non-2xx" not in said, said
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    per_second = re.search(r"Requests/sec:\s+([\d.]+)", said)[1]  # type: ignore[index]
    return float(per_second), float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def page(port: int, path: str) -> bytes:
    connection = HTTPConnection("localhost", port)
    connection.request("GET", path)
    return connection.getresponse().read()


@contextmanager
def static(content: bytes) -> Iterator[str]:
    """nginx with a page as a file; its address."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        Path(folder, "page.html").write_bytes(content)
        settings = Path(folder, "nginx.conf")
        settings.write_text(NGINX.format(folder=folder, port=port, user=getpass.getuser()))
        command = ["nginx", "-c", str(settings), "-g", "daemon off;"]
        nginx = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603
        time.sleep(1)
        try:
            yield f"http://127.0.0.1:{port}/page.html"
        finally:
            nginx.terminate()
            nginx.wait(30)


@contextmanager
def changing(discussion: Discussion) -> Iterator[None]:
    """Meanwhile it changes as by likes, five times a second."""
    ended = Event()
    thread = Thread(target=keep_changing, args=(partial(change, discussion), ended))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def keep_changing(change: Callable[[], None], ended: Event) -> None:
    while not ended.wait(1 / LIKES_A_SECOND):
        change()
    connections.close_all()
