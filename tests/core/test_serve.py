"""One command runs the site: started, watched and stopped as an operator does."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
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
        assert len(children) == 2
        serving.kill()
        serving.wait()
        wait_until(lambda: not any(map(command_of, children)))


def test_a_dead_web_process_is_replaced_and_nobody_is_refused_meanwhile(environment):
    with serving_site(environment) as serving, asking(int(environment["PORT"])) as refused:
        [first] = web_processes(serving)
        os.kill(first, signal.SIGTERM)
        wait_until(lambda: web_processes(serving) not in ([], [first]))
        wait_until(lambda: answers(int(environment["PORT"])))
    assert refused == []


def test_a_hang_up_puts_new_processes_in_their_places_and_nobody_is_refused_meanwhile(environment):
    with serving_site(environment) as serving, asking(int(environment["PORT"])) as refused:
        before = {*web_processes(serving), worker_of(serving)}
        serving.send_signal(signal.SIGHUP)
        wait_until(lambda: not before & {*children_of(serving)} and worker_of(serving))
        assert Path(environment["DATA_DIR"], "serve.pid").read_text() == f"{serving.pid}\n"
    assert refused == []


def test_an_upgrade_renews_all_that_serve_from_its_folder(environment):
    alone = {**environment, "WORKERS": "0", "PORT": str(free_port())}
    with serving_site(environment) as first, serving_site(alone) as second:
        before = {*children_of(first), *children_of(second)}
        upgrade = manage(environment, "upgrade", stdout=subprocess.PIPE, text=True)
        said, _ = upgrade.communicate(timeout=PATIENCE_SECONDS)
        assert upgrade.returncode == 0
        assert "Told 2 manage.py serve" in said
        wait_until(lambda: not before & {*children_of(first), *children_of(second)})
        wait_until(lambda: web_processes(first) and worker_of(first) and web_processes(second))


def test_it_is_small_and_refuses_to_run_twice(environment):
    with serving_site(environment) as serving:
        memory = int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{serving.pid}/status").read_text())[1])
        assert memory < 30_000
        second = manage({**environment, "PORT": str(free_port())}, "serve", stderr=subprocess.PIPE, text=True)
        _, said = second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 1
    assert f"It is being served already, by process {serving.pid}" in said
    assert not Path(environment["DATA_DIR"], "serve.pid").exists()


def test_after_a_migration_from_elsewhere_pages_stay_and_the_worker_ends_with_one_line(environment, tmp_path):
    log = tmp_path / "log"
    with log.open("w") as file, serving_site(environment, stderr=file) as serving:
        before = log.read_text()
        with closing(sqlite3.connect(tmp_path / "courant.sqlite3")) as database, database:
            database.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_x', '2033-01-01')"
            )
        wait_until(lambda: worker_of(serving) is None)
        time.sleep(5)
        assert ask(int(environment["PORT"]), "GET", "/").status == 200
        [line] = log.read_text().removeprefix(before).splitlines()
        assert "The database is newer than this code (core.9999_x" in line
        serving.send_signal(signal.SIGHUP)  # what is on the disk is refused, too: those who serve stay
        wait_until(lambda: "What is on the disk now does not start" in log.read_text())
        assert ask(int(environment["PORT"]), "GET", "/").status == 200


def test_it_ends_where_no_web_process_can_begin(environment, tmp_path):
    command = [sys.executable, "-m", "core.worker.supervising"]
    facts = {
        "target": "nothing.here:application",
        "listener": 0,
        "web": 2,
        "workers": 0,
        "pid_file": str(tmp_path / "pid"),
        "log_format": "text",
    }
    ended = subprocess.run([*command, json.dumps(facts)], cwd=ROOT, env=environment, capture_output=True, check=False)  # noqa: S603
    assert ended.returncode == 1
    assert b"No web process begins" in ended.stderr


@contextmanager
def asking(port):
    """Asks all the time, on new connections; the errors met are in the list. Where nothing was said before the
    connection ended it asks again, as browsers and proxies do (RFC 9110, 9.2.2)."""
    errors, ended = [], threading.Event()

    def ask_on():
        while not ended.is_set():
            try:
                try:
                    status = ask(port, "GET", "/up/").status
                except RemoteDisconnected:
                    status = ask(port, "GET", "/up/").status
                assert status == 200
            except (OSError, HTTPException, AssertionError) as error:
                errors.append(error)

    thread = threading.Thread(target=ask_on)
    thread.start()
    try:
        yield errors
    finally:
        ended.set()
        thread.join()


def web_processes(serving):
    return [child for child in children_of(serving) if "core.worker.web" in command_of(child)]


IMPATIENT = """
from core.worker import supervising
supervising.HUNG_SECONDS = 15
supervising.main(**{facts})
"""


def test_a_hung_worker_is_replaced(environment, tmp_path):
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))) as listener:
        facts = {"target": "site_project.server:application", "listener": listener.fileno(), "web": 1, "workers": 1}
        facts |= {"log_format": "text", "pid_file": str(tmp_path / "pid")}
        code = IMPATIENT.format(facts=facts)
        with serving_site(environment, [sys.executable, "-c", code], pass_fds=[listener.fileno()]) as serving:
            first = wait_until(lambda: worker_of(serving))
            time.sleep(5)  # until it has begun
            os.kill(first, signal.SIGSTOP)
            wait_until(lambda: worker_of(serving) not in {None, first})
            assert command_of(first) == ""


@contextmanager
def serving_site(environment, command=None, **options):
    """Starts it on an empty site, and waits until it answers."""
    command = command or [sys.executable, "manage.py", "serve"]
    serving = subprocess.Popen(command, cwd=ROOT, env=environment, **options)  # noqa: S603
    try:
        wait_until(lambda: environment.get("WORKERS") == "0" or worker_of(serving))
        wait_until(lambda: answers(int(environment["PORT"])))
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


def test_requests_arrive_as_they_were_sent_over_ipv6_too_and_it_ends_in_order(environment):
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
        serving.terminate()
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
