"""`make bench`: measure, print a table, and write the figures by name to `var/bench.json` and `docs/performance.md`.

Every part runs in a process of its own on a copy of one site with the demo publication, so that none meets what
another has left; its figures are written when it ends, whatever becomes of the others. Names with `_over_` are ratios
against a reference measured in the same run: those compare between machines, seconds and milliseconds do not."""

import json
import os
import pkgutil
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

import bench
from bench import report

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "var" / ("bench-small.json" if bench.SIZE == "small" else "bench.json")
PARTS = [found.name for found in pkgutil.iter_modules(bench.__path__) if found.name not in {"__main__", "report"}]
PART = """
import json, logging
from bench.{} import figures
logging.disable(logging.WARNING)
print(json.dumps(figures()))
"""
SERVER = urlsplit(os.environ.get("DATABASE_URL", ""))


def main(wanted: list[str]) -> int:
    """Run all parts, or those named on the command line; the number of those that failed."""
    measured: dict[str, float] = json.loads(TARGET.read_text()) if wanted and TARGET.exists() else {}
    failed = 0
    with tempfile.TemporaryDirectory() as home, site(Path(home, "demo")) as environment:
        for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"], ["demo"]):
            run([sys.executable, "manage.py", *command], environment)
        for part in wanted or PARTS:
            print(f"… {part}", file=sys.stderr)
            try:
                measured |= figures(part, Path(home))
            except subprocess.CalledProcessError:
                failed += 1
            TARGET.parent.mkdir(exist_ok=True)
            TARGET.write_text(json.dumps(measured, indent=1) + "\n")
    if bench.SIZE != "small":
        report.write(measured)
    width = max(map(len, measured), default=0)
    for name, value in measured.items():
        print(f"{name:<{width}}  {value:>12,.3f}")
    return failed


def figures(part: str, home: Path) -> dict[str, float]:
    with site(home / part, like=home / "demo") as environment:
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PART.format(part)]
        found: dict[str, float] = json.loads(run(command, environment))
    return found


def run(command: list[str], environment: dict[str, str]) -> bytes:
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603


@contextmanager
def site(folder: Path, like: Path | None = None) -> Iterator[dict[str, str]]:
    """A folder, and a database on the server of DATABASE_URL if that names one: a copy of another's, gone afterwards.
    Yields the environment of its processes."""
    if like:
        shutil.copytree(like, folder)
    environment = os.environ | {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"}
    if not SERVER.scheme.startswith("postgres"):
        yield environment
        return
    name = f"courant_bench_{folder.name}"
    tell_server(f"DROP DATABASE IF EXISTS {name}")
    tell_server(f"CREATE DATABASE {name} TEMPLATE {f'courant_bench_{like.name}' if like else 'template1'}")
    try:
        yield environment | {"DATABASE_URL": SERVER._replace(path=f"/{name}").geturl()}
    finally:
        tell_server(f"DROP DATABASE {name} WITH (FORCE)")


def tell_server(statement: str) -> None:
    with psycopg.connect(SERVER.geturl(), autocommit=True) as connection:
        connection.execute(statement.encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
