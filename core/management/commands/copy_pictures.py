"""Move a site's pictures from a folder into an object store, or back, while it runs."""

from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.management.base import BaseCommand, CommandError

from core.storage import names_in

AT_ONCE = 8


class Command(BaseCommand):
    help = (
        "Copy every picture from a folder into the store that PICTURES_URL names, or back. Each is read again and "
        "compared. Nothing is deleted, and nothing changes where they come from; run it as often as you like."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.DATA_DIR / "media")
        parser.add_argument("--back", action="store_true", help="from the store into the folder")

    def handle(self, *, folder: Path, back: bool, **options: Any) -> None:
        here = FileSystemStorage(location=folder)
        source, target = (default_storage, here) if back else (here, default_storage)
        if getattr(default_storage, "location", "") == here.location:
            raise CommandError(
                f"PICTURES_URL names {folder} itself: set it to the store, as in s3://key:secret@host/bucket."
            )
        if not back and not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                done = Counter(pool.map(partial(copy, source, target), names_in(source)))
        except OSError as problem:
            raise CommandError(f"{problem} Nothing is lost; run this again.") from problem
        self.stdout.write(f"{done['copied']} copied and compared, {done['there']} were there already, the same.")


def copy(source: Storage, target: Storage, name: str) -> str:
    """Copy a file unless the same is there. One that is deleted meanwhile is left out. Raises OSError."""
    try:
        wanted = digest(source, name)
    except FileNotFoundError:
        return "gone"
    if target.exists(name) and target.size(name) == source.size(name) and digest(target, name) == wanted:
        return "there"
    target.delete(name)
    with source.open(name) as file:
        target.save(name, file)
    if digest(target, name) != wanted:
        raise OSError(f"{name} is not the same after it was copied.")
    return "copied"


def digest(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        return file_digest(file, "sha256").hexdigest()
