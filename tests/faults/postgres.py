"""A PostgreSQL of one's own, to be stopped, killed and filled up: nobody else's is."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.core.test_serve import free_port

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or [Path(shutil.which("pg_ctl") or "/")]
OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_wal_size=64MB"


@dataclass
class Postgres:
    folder: Path
    port: int

    def url(self, name="postgres"):
        return f"postgres://courant@127.0.0.1:{self.port}/{name}"

    def run(self, program, *arguments):
        """As a user who is not root, as which it refuses to run."""
        command = [BINARIES[-1].with_name(program), *arguments]
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*prefix, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)  # noqa: S603

    def start(self):
        options = f"{OPTIONS} -c port={self.port}"
        log = self.folder / "log"
        self.run("pg_ctl", f"--pgdata={self.folder}/data", f"--log={log}", "--wait", f"--options={options}", "start")

    def stop(self, mode="fast"):
        self.run("pg_ctl", f"--pgdata={self.folder}/data", "--wait", f"--mode={mode}", "stop")

    def sql(self, statement, name="postgres"):
        self.run("psql", "--quiet", f"--dbname={self.url(name)}", f"--command={statement}")


@contextmanager
def running():
    """One that is empty. Tests that want it are skipped where it is not installed."""
    if not BINARIES[-1].is_file():
        pytest.skip("PostgreSQL is not installed: make services")
    folder = Path(tempfile.mkdtemp(prefix="courant-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Postgres(folder, free_port())
    try:
        locale = ("--encoding=UTF8", "--locale=C.UTF-8")
        server.run("initdb", f"--pgdata={folder}/data", "--auth=trust", "--username=courant", *locale)
        server.start()
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
