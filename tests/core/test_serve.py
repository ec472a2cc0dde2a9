"""One command runs the site: started, watched and stopped as an operator does."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
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


def below(process_id):
    """The children of a process, and theirs."""
    try:
        tasks = list(Path(f"/proc/{process_id}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [each for child in children for each in (child, *below(child))]


def children_of(process):
    return below(process.pid)


def worker_of(process):
    return next((child for child in children_of(process) if "django work" in command_of(child)), None)


def answers(port, host="127.0.0.1"):
    try:
        connection = HTTPConnection(host, port, timeout=5)
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


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """The database of an empty site."""
    folder = tmp_path_factory.mktemp("migrated")
    assert manage(surroundings(folder, 1), "migrate", "--verbosity=0").wait() == 0
    return folder / "courant.sqlite3"


@pytest.fixture
def environment(tmp_path, migrated):
    shutil.copy(migrated, tmp_path)
    return surroundings(tmp_path, free_port())


def surroundings(tmp_path, port):
    variables = {"DATA_DIR": str(tmp_path), "PORT": str(port), "WEB_WORKERS": "1", "BACKUP_HOURS": "0"}
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
    with serving_site(environment) as serving:
        children = children_of(serving)
        assert len(children) >= 3
        serving.kill()
        serving.wait()
        wait_until(lambda: not any(map(command_of, children)))


def test_a_dead_web_process_is_replaced_and_a_killed_web_server_ends_it_all(environment):
    with serving_site(environment) as serving:
        server, first = web_processes(serving)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: len(web_processes(serving)) == 2 and web_processes(serving)[1] != first)
        wait_until(lambda: answers(int(environment["PORT"])))
        children = children_of(serving)
        os.kill(server, signal.SIGKILL)
        assert serving.wait(PATIENCE_SECONDS) == 1
        wait_until(lambda: not any(map(command_of, children)))


def web_processes(serving):
    """The web server, and below it who answers."""
    server = next(child for child in children_of(serving) if "granian" in command_of(child))
    return [server, *(child for child in below(server) if "resource_tracker" not in command_of(child))]


IMPATIENT = """
import django
django.setup()
from django.core.management import call_command
from core.management.commands import serve
serve.HUNG_SECONDS = 15
call_command("serve")
"""


def test_a_hung_worker_is_replaced(environment, tmp_path):
    impatient = "from core.management.commands import serve; serve.HUNG_SECONDS = 15; call_command('serve')"
    command = [
        sys.executable,
        "-c",
        f"import django; django.setup(); from django.core.management import *; {impatient}",
    ]
    with serving_site(environment, command) as serving:
        first = wait_until(lambda: worker_of(serving))
        os.kill(first, signal.SIGSTOP)
        wait_until(lambda: worker_of(serving) not in {None, first})
        assert command_of(first) == ""


@contextmanager
def serving_site(environment, command=None):
    """Starts it on an empty site, and waits until it answers."""
    command = command or [sys.executable, "manage.py", "serve"]
    serving = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603
    try:
        wait_until(lambda: worker_of(serving) and answers(int(environment["PORT"])))
        yield serving
    finally:
        serving.terminate()
        serving.wait(PATIENCE_SECONDS)


CLIENTS = 200 if os.environ.get("FAULTS") == "full" else 40
POST = b"POST /subscribe/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "headers that never end": b"GET / HTTP/1.1\r\nHost: local",
    "a body that never comes": POST + b"Content-Length: 100\r\n\r\n",
    "three bytes of a body": POST + b"Content-Length: 100\r\n\r\nabc",
    "half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "nothing at all": b"",
}


def test_slow_clients_stop_nobody_and_are_sent_away(environment):
    port = int(environment["PORT"])
    with serving_site(environment), ExitStack() as held:
        for sent in SLOW.values():
            clients = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(CLIENTS)]
            for client in clients:
                client.sendall(sent)
        for _ in range(20):
            assert ask(port, "GET", "/").status == 200
            assert ask(port, "POST", "/subscribe/", b"email=sumi").status in {200, 403}
        waiting = socket.create_connection(("127.0.0.1", port))
        held.enter_context(waiting).sendall(SLOW["three bytes of a body"])
        waiting.settimeout(PATIENCE_SECONDS)
        refusal = waiting.recv(4000).lower()
        assert refusal.startswith(b"http/1.1 408")
        assert b"cross-origin-opener-policy: same-origin" in refusal


def test_requests_arrive_as_they_were_sent_over_ipv6_too_and_a_hang_up_ends_it_in_order(environment):
    port = int(environment["PORT"])
    with serving_site({**environment, "LISTEN": "::"}) as serving:
        assert answers(port, "::1")
        assert ask(port, "HEAD", "/").read() == b""
        for path in ("/low-tide/", "/low-tide/", "/up/"):  # made by Django, kept, and answered before that
            assert "camera=()" in ask(port, "GET", path).headers["Permissions-Policy"]
        assert ask(port, "GET", "/%E6%BD%AE/%ff/?q=%e4").status == 404
        assert ask(port, "GET", "/search/?q=%E6%BD%AE%20b").status == 200
        assert ask(port, "TRACE", "/").status == 405
        assert ask(port, "GET", "/", host="elsewhere.example").status == 400
        assert ask(port, "GET", "/up/", host="elsewhere.example").status == 200
        stylesheet = ask(port, "GET", "/static/site.css")
        assert (stylesheet.status, stylesheet.read()[:1] != b"") == (200, True)
        large = b"x" * (6 * 1024 * 1024)
        assert ask(port, "POST", "/subscribe/", large).status in {400, 403, 413}
        in_chunks = ask(port, "POST", "/subscribe/", iter([b"email=", b"sumi"]))
        assert in_chunks.status in {200, 403}
        children = children_of(serving)
        serving.send_signal(signal.SIGHUP)
        assert serving.wait(PATIENCE_SECONDS) == 0
        assert not any(map(command_of, children))


def ask(port, method, path, body=None, host="localhost"):
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
        headers = {"Host": host, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers, encode_chunked=not isinstance(body, bytes | None))
        answer = connection.getresponse()
        content = answer.read()
        answer.read = lambda: content
        return answer


@pytest.mark.parametrize("shares", [0, 1], ids=["by another program", "by another Courant"])
def test_it_ends_with_an_error_when_the_port_is_taken(environment, shares):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shares)
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        serving = manage(environment, "serve", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said, _ = serving.communicate(timeout=PATIENCE_SECONDS)
    assert serving.returncode == 1
    assert f"PORT {environment['PORT']}: Address already in use" in said
