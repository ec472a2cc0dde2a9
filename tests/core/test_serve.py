"""One command runs the site: started, watched and stopped as an operator does."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
TAKE_A_WHILE = "from tests.core.test_work import take_a_while; take_a_while.enqueue()"

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(os.environ.get("BROWSER") != "1", reason="starts servers, as the browser tests do: BROWSER=1"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc"),
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def command_of(process_id):
    """The command line of a process; empty once it has ended, even if nobody has asked how."""
    try:
        return Path(f"/proc/{process_id}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def children_of(process):
    return [int(child) for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def worker_of(process):
    return next((child for child in children_of(process) if "django work" in command_of(child)), None)


def answers(port):
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/ready/")
        with connection.getresponse() as response:
            return response.status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (result := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return result


@pytest.fixture
def environment(tmp_path):
    port = free_port()
    variables = {"DATA_DIR": str(tmp_path), "PORT": str(port), "WEB_WORKERS": "1"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **variables, "DJANGO_SETTINGS_MODULE": "site_project.settings"}


def manage(environment, *arguments, **options):
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, **options
    )


def states_of_tasks(folder):
    with closing(sqlite3.connect(folder / "courant.sqlite3")) as database:
        return [state for (state,) in database.execute("SELECT status FROM django_tasks_database_dbtaskresult")]


def test_it_serves_and_works_replaces_a_dead_worker_and_ends_what_it_began(environment, tmp_path):
    assert manage(environment, "migrate", "--verbosity=0").wait() == 0
    with (tmp_path / "log").open("w") as log:
        serving = manage(environment, "serve", stdout=log, stderr=log)
        try:
            wait_until(lambda: answers(int(environment["PORT"])))
            first = wait_until(lambda: worker_of(serving))
            os.kill(first, signal.SIGKILL)
            wait_until(lambda: worker_of(serving) not in {None, first})
            assert manage(environment, "shell", "--no-imports", "--command", TAKE_A_WHILE).wait() == 0
            wait_until(lambda: states_of_tasks(tmp_path) in (["RUNNING"], ["SUCCESSFUL"]))
            children = children_of(serving)
        finally:
            serving.terminate()
            code = serving.wait(PATIENCE_SECONDS)
    said = (tmp_path / "log").read_text()
    assert code == 0, said
    assert f"listening on 127.0.0.1:{environment['PORT']}" in said
    assert states_of_tasks(tmp_path) == ["SUCCESSFUL"]
    assert not any(map(command_of, children))


def test_killed_it_takes_the_web_server_and_the_worker_along(environment):
    serving = manage(environment, "serve", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: worker_of(serving))
    children = children_of(serving)
    serving.kill()
    serving.wait()
    wait_until(lambda: not any(map(command_of, children)))


def test_it_ends_with_an_error_when_the_port_is_taken(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        serving = manage(environment, "serve", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said, _ = serving.communicate(timeout=PATIENCE_SECONDS)
    assert serving.returncode == 1
    assert "The web server ended by itself" in said
