"""Redis goes away and comes back: the desk works, what it counts is counted without it meanwhile."""

import shutil
import subprocess
from contextlib import contextmanager

import pytest

from tests.core.test_serve import free_port
from tests.faults.running import Browser, serving, session_of, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.skipif(not shutil.which("redis-server"), reason="Redis is not installed: make services"),
]
PAGES = ["/admin/", "/admin/newsletter/issue/", "/admin/mailing/subscriber/", "/account/", "/"]


@contextmanager
def redis(port, folder):
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
    with subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL) as process:  # noqa: S603, S607
        yield
        process.kill()


def test_redis_gone_and_back_is_noticed_by_ready_alone(published, edda, tmp_path):
    session, port = session_of(edda), free_port()
    with serving(tmp_path, CACHE_URL=f"redis://127.0.0.1:{port}/0") as site:
        editor = Browser(site.port, {"session": session})

        def is_degraded():
            return "the cache" in editor.get("/ready/").text

        for _time in range(2):
            with redis(port, tmp_path):
                wait_until(lambda: not is_degraded())
                assert {editor.get(path).status for path in PAGES} == {200}
            assert {editor.get(path).status for path in PAGES} == {200}
            wait_until(is_degraded)
