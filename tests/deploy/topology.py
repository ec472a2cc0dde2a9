"""Everything that docs/operating.md sets up on one machine, from the very files in deploy/: PostgreSQL, Redis, two web
servers, two workers, and nginx with TLS. Each is kept running as systemd would: started again when it dies."""

import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPSConnection
from pathlib import Path
from tempfile import mkdtemp

from tests.core.test_serve import answers, below, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
IS_ROOT = os.geteuid() == 0
EVERYWHERE = f"{os.environ['PATH']}:/usr/sbin:/sbin"
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
NGINX, REDIS, OPENSSL = (shutil.which(name, path=EVERYWHERE) for name in ("nginx", "redis-server", "openssl"))
IS_POSSIBLE = bool(POSTGRES and NGINX and REDIS and OPENSSL)
#: Root without the right to write what nobody may write, as any other user is.
HUMBLY = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"] if IS_ROOT else []


class Unit:
    """A program that is started again when it dies, until it is stopped; its log is in a file."""

    def __init__(self, command, *, log, environment=None, folder=ROOT, wait=0.2):
        self.command, self.environment, self.folder, self.wait = list(map(str, command)), environment, folder, wait
        self.log = log.open("a")
        self.is_wanted, self.starts = True, 0
        self.process = self.begin()
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        self.watcher.start()

    def begin(self):
        self.starts += 1
        return subprocess.Popen(  # noqa: S603
            self.command,
            env=self.environment,
            cwd=self.folder,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def watch(self):
        while self.is_wanted:
            if self.process.poll() is not None:
                time.sleep(self.wait)
                if self.is_wanted:
                    self.process = self.begin()
            time.sleep(0.05)

    def kill(self):
        """At once, with all that it began."""
        pids = [self.process.pid, *below(self.process.pid)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        self.is_wanted = False
        self.watcher.join()
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
        self.log.close()


def of_unit(name, instance, environment, folder):
    """What systemd would start for a unit of deploy/systemd, in this checkout."""
    text = (DEPLOY / f"systemd/{name}@.service").read_text().replace("%i", str(instance))
    given = dict(each.split("=", 1) for each in re.search(r"^Environment=(.*)$", text, re.MULTILINE)[1].split())
    command = shlex.split(re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)[1].replace("/opt/courant/", f"{ROOT}/"))
    return Unit(
        [*HUMBLY, *command],
        environment={**given, **environment},
        log=folder / f"{name}-{instance}.log",
        wait=float(re.search(r"^RestartSec=(.*)$", text, re.MULTILINE)[1]),
    )


class Postgres:
    def __init__(self):
        self.home, self.port = Path(mkdtemp(prefix="courant-postgres-", dir="/tmp")), free_port()
        if IS_ROOT:
            shutil.chown(self.home, "postgres", "postgres")
        self.run("initdb", "--auth=trust", "--username=courant", "--encoding=UTF8", "--locale=C.UTF-8")
        self.start()
        self.run("psql", f"--port={self.port}", "--host=127.0.0.1", "--username=courant", "--dbname=postgres",
                 "--command=CREATE DATABASE courant", data=False)  # fmt: skip
        self.url = f"postgres://courant@127.0.0.1:{self.port}/courant"

    def run(self, program, *arguments, data=True):
        as_postgres = ["runuser", "-u", "postgres", "--"] if IS_ROOT else []
        pgdata = [f"--pgdata={self.home}/data"] if data else []
        command = [*as_postgres, str(POSTGRES[0] / program), *pgdata, *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603

    def start(self):
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories=''"
        self.run("pg_ctl", f"--log={self.home}/log", "--wait", f"--options={options}", "start")

    def stop(self, how="immediate"):
        """Immediately: as if it had been killed, and goes over its log when it is started again."""
        self.run("pg_ctl", f"--mode={how}", "--wait", "stop")

    def remove(self):
        self.stop("fast")
        shutil.rmtree(self.home)


class Site:
    """All of it; `address` is what readers type."""

    def __init__(self, folder, postgres, stack):
        self.folder, self.postgres = folder, postgres
        self.http, self.https, *ports, redis_port = [free_port() for _ in range(5)]
        self.address, self.data = f"https://localhost:{self.https}", folder / "data"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = {
            **kept,
            "DATA_DIR": str(self.data),
            "SITE_URL": self.address,
            "DATABASE_URL": postgres.url,
            "CACHE_URL": f"redis://127.0.0.1:{redis_port}/0",
            "TRUST_PROXY_TLS": "true",
            "TRUSTED_PROXIES": "1",
            "DJANGO_SETTINGS_MODULE": "site_project.settings",
        }
        redis = [REDIS, "--port", redis_port, "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        self.redis = self.keep(stack, Unit(redis, log=folder / "redis.log"))
        for command in ("migrate --verbosity=0", "collectstatic --noinput --verbosity=0"):
            self.manage(*command.split())
        self.webs = [self.keep(stack, of_unit("courant-web", port, self.environment, folder)) for port in ports]
        self.workers = [self.keep(stack, of_unit("courant-worker", n, self.environment, folder)) for n in (1, 2)]
        configuration = self.nginx_configuration(ports)
        subprocess.run([NGINX, "-t", "-c", configuration], check=True, capture_output=True)  # noqa: S603
        self.nginx = self.keep(stack, Unit([NGINX, "-c", configuration], log=folder / "nginx.log"))
        self.tls = ssl.create_default_context(cafile=folder / "own.crt")
        wait_until(lambda: self.answers("/ready/") and all(self.is_up(port) for port in ports))

    def keep(self, stack, unit):
        stack.callback(unit.stop)
        return unit

    def manage(self, *arguments, text=None):
        """What a command says."""
        command = [*HUMBLY, f"{ROOT}/.venv/bin/python", "manage.py", *arguments]
        return subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=self.environment, input=text, text=True, check=True, stdout=subprocess.PIPE
        ).stdout

    def nginx_configuration(self, ports):
        """deploy/nginx.conf with this site's ports and folders, in the middle of what Debian puts around it."""
        own = (self.folder / "own.key", self.folder / "own.crt")
        request = (
            f"{OPENSSL} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {own[0]} -out {own[1]}"
        )
        request += " -addext subjectAltName=DNS:localhost"
        subprocess.run(shlex.split(request), check=True, capture_output=True)  # noqa: S603
        ours = (DEPLOY / "nginx.conf").read_text()
        ours = re.sub(r"^\s+listen \[::\].*\n", "", ours, flags=re.MULTILINE)
        for was, becomes in {
            "listen 80": f"listen 127.0.0.1:{self.http}",
            "listen 443": f"listen 127.0.0.1:{self.https}",
            "127.0.0.1:8001": f"127.0.0.1:{ports[0]}",
            "127.0.0.1:8002": f"127.0.0.1:{ports[1]}",
            "/etc/letsencrypt/live/news.example.org/fullchain.pem": str(own[1]),
            "/etc/letsencrypt/live/news.example.org/privkey.pem": str(own[0]),
            "news.example.org": "localhost",
            "/var/lib/courant": str(self.data),
            "/var/log/nginx/courant.log": f"{self.folder}/access.log",
        }.items():
            assert was in ours
            ours = ours.replace(was, becomes)
        (self.folder / "courant.conf").write_text(ours)
        path = self.folder / "nginx.conf"
        path.write_text(
            ("user root;\n" if IS_ROOT else "")
            + f"daemon off; worker_processes 2; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;\n"
            + "events { worker_connections 512; }\nhttp {\n    include /etc/nginx/mime.types;\n"
            + "".join(
                f"    {kind}_temp_path {self.folder}/{kind};\n"
                for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + f"    include {self.folder}/courant.conf;\n}}\n"
        )
        return str(path)

    def ask(self, method, path, body=None, headers=None, source="127.0.0.1"):
        """Status, headers and text of an answer, over a connection of its own. Raises OSError."""
        connection = HTTPSConnection("localhost", self.https, timeout=30, context=self.tls, source_address=(source, 0))
        try:
            connection.request(method, path, body, headers or {})
            with connection.getresponse() as response:
                return response.status, response.headers, response.read()
        finally:
            connection.close()

    def answers(self, path):
        try:
            return self.ask("GET", path)[0] == 200
        except OSError:
            return False

    def is_up(self, port):
        return answers(port)


@contextmanager
def running(folder):
    with ExitStack() as stack:
        postgres = Postgres()
        stack.callback(postgres.remove)
        yield Site(folder, postgres, stack)
