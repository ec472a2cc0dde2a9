"""Bring a site to this version of the code, step by step, with a way back."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core import operations, standing
from interchange import keeping
from newsletter.rendering import kinds

OWN = (
    "accounts",
    "comments",
    "core",
    "interchange",
    "mailing",
    "newsletter",
    "participation",
    "readership",
    "site_project",
)
FILES = (*OWN, "locale", "static", "templates", "requirements.txt")


class Command(BaseCommand):
    help = (
        "Check the settings, back up, migrate, collect static files, render texts anew and restart, while the site is "
        "used. A step that fails says what to do and the way back. To begin again does only what is left."
    )
    requires_system_checks = ()
    backup, before = "", ""
    has_migrated = False

    def handle(self, **options: Any) -> None:
        self.record, self.code = settings.DATA_DIR / "version", fingerprint()
        known, _, self.before = (self.record.read_text() if self.record.exists() else "").partition("\n")
        self.before = self.before or revision("HEAD@{1}")
        executor = MigrationExecutor(connection)
        if not executor.loader.applied_migrations:
            raise CommandError("There is no site here yet: make install sets one up, make run shows a demo.")
        self.unfinished, self.applied = settings.DATA_DIR / "upgrading", len(executor.loader.applied_migrations)
        self.plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if known == self.code and not self.plan and not is_stale():
            self.stdout.write("Nothing to do: database, static files and texts are those of this version.")
            return
        for step in (self.check_settings, self.back_up, self.migrate, self.collect, self.render, self.restart):
            self.run(step)
        self.record.write_text(f"{self.code}\n{revision('HEAD')}")
        self.unfinished.unlink(missing_ok=True)

    def run(self, step: Callable[[], str]) -> None:
        """One step, with its time."""
        begun = time.monotonic()
        self.stdout.write(f"{(step.__doc__ or '').removesuffix('.')} …")
        self.stdout.flush()
        try:
            done = step()
        except (Exception, KeyboardInterrupt) as error:
            words = str(error).strip() or type(error).__name__
            raise CommandError(
                f"This failed after {time.monotonic() - begun:.1f} s: {words}\n{self.way_out()}"
            ) from error
        self.stdout.write(f"  {done} ({time.monotonic() - begun:.1f} s)")

    def way_out(self) -> str:
        again = "Mend that, then begin again with make upgrade: what is done already is not done twice."
        if not self.has_migrated:
            return f"The database is as it was, and what runs goes on. {again}"
        restore = f"{sys.executable} manage.py restore --replace --as-it-was {shlex.quote(self.backup)}"
        code = (
            f" && git checkout {self.before} && make .venv/run"
            if self.before
            else ", and put the version before in its place"
        )
        return (
            f"{again}\nOr go back. What was written since the backup is lost then. Stop serve and work, then:\n"
            f"  {restore}{code}\nand start them again. Mail waits for manage.py release then."
        )

    def check_settings(self) -> str:
        """Checking the settings."""
        self.check()
        if settings.SECURE_SITE:
            self.check(include_deployment_checks=True, fail_level=checks.CRITICAL)
        return "Nothing stops the upgrade; what stands above is yours to mend: see manage.py doctor."

    def back_up(self) -> str:
        """Backing up."""
        store, name = storages["backup"], f"{keeping.site()}-{timezone.now():{keeping.MOMENT}}.zip"
        folder = keeping.folder_of(store)
        backup = (folder or settings.DATA_DIR / "backups") / name
        size = keeping.write(FileSystemStorage(backup.parent), name)
        if folder is None:
            keeping.upload(store, name, backup)
        self.backup = str(backup)
        self.remember_way_back()
        return f"{backup}, {size / 1e6:,.1f} MB, read back and whole."

    def remember_way_back(self) -> None:
        """Where an earlier try has changed the database already, it leads to the backup before that one."""
        earlier = self.unfinished.read_text().split("\n") if self.unfinished.exists() else []
        self.has_migrated = bool(earlier) and earlier[0] != str(self.applied)
        if self.has_migrated:
            _applied, self.before, self.backup = earlier
        else:
            self.unfinished.write_text("\n".join([str(self.applied), self.before, self.backup]))

    def migrate(self) -> str:
        """Migrating the database."""
        self.has_migrated |= bool(self.plan)
        operations.patiently(lambda: call_command("migrate", interactive=False, stdout=self.stdout))
        if words := standing.problem():
            raise CommandError(words)
        return f"{len(self.plan)} migrations."

    def collect(self) -> str:
        """Collecting static files."""
        call_command("collectstatic", interactive=False, verbosity=0)
        return f"They are in {settings.STATIC_ROOT}."

    def render(self) -> str:
        """Rendering what an older version rendered."""
        call_command("render", stdout=self.stdout)
        return "All texts are as this version shows them."

    def restart(self) -> str:
        """Restarting."""
        others = "Restart what else runs with this database: web processes first, then workers."
        told = sum(hang_up(file) for file in sorted(settings.DATA_DIR.glob("serve*.pid")))
        if not told:
            return f"No manage.py serve runs from here. {others}"
        return f"Told {told} manage.py serve to replace its processes one after the other. {others}"


def hang_up(file: Path) -> bool:
    """Whether there was somebody to tell."""
    try:
        os.kill(int(file.read_text()), signal.SIGHUP)
    except (OSError, ValueError):
        return False
    return True


def is_stale() -> bool:
    return any(kind.rows(stale_only=True).exists() for kind in kinds)


def fingerprint() -> str:
    """Of the code, templates and static files."""
    found = sha256()
    for name in FILES:
        path = settings.BASE_DIR / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                found.update(f"{file}\0".encode() + file.read_bytes())
    return found.hexdigest()


def revision(name: str) -> str:
    """What git calls it; empty where git knows nothing of this code."""
    words = ["git", "rev-parse", "--short", "--verify", "--quiet", name]
    try:
        return subprocess.run(words, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    except FileNotFoundError:
        return ""
