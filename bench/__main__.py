"""`make bench`: measure, print a table, and write the same figures by name to `var/bench.json`.

Every module beside this one that has a function `figures()` takes part. Names with `_over_` are ratios against a
reference measured in the same run: those compare between machines, seconds and milliseconds do not.
"""

import importlib
import json
import logging
import os
import pkgutil
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

import bench

ROOT = Path(__file__).resolve().parent.parent


def prepare(folder: str) -> None:
    """Set up a site of its own with the demo publication, in SQLite unless DATABASE_URL says otherwise."""
    os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="site_project.settings", LOG_LEVEL="ERROR")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("demo", stdout=sys.stderr)
    logging.disable(logging.WARNING)


def measure(wanted: list[str]) -> dict[str, float]:
    """Collect the figures of every module, or of those named on the command line."""
    measured: dict[str, float] = {}
    for found in pkgutil.iter_modules(bench.__path__):
        if found.name == "__main__" or (wanted and found.name not in wanted):
            continue
        module = importlib.import_module(f"bench.{found.name}")
        if hasattr(module, "figures"):
            print(f"… {found.name}", file=sys.stderr)
            measured |= module.figures()
    return measured


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        measured = measure(sys.argv[1:])
    width = max(map(len, measured), default=0)
    for name, value in measured.items():
        print(f"{name:<{width}}  {value:>12,.3f}")
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(measured, indent=1) + "\n")


main()
