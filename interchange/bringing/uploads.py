"""Archives and lists as they were uploaded: kept in the site's storage for some days, where no address leads."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from interchange.bringing import steering
from interchange.lists import steering as lists
from interchange.models import Import, ListImport
from interchange.models.works import Work

FOLDER = "bringing"
KEPT = timedelta(days=14)
#: Whose they are, and how one of which nothing was stored is forgotten.
OWNERS: dict[type[Work], Callable[[Any], bool]] = {Import: steering.discard, ListImport: lists.discard}
#: Their names begin with it, in UTC.
TIME = "%Y%m%d%H%M%S"


def keep(file: File) -> str:
    """Returns the name under which it is found. What lies in a file is not read into memory."""
    return default_storage.save(f"{FOLDER}/{timezone.now():{TIME}}-{token_urlsafe(24)}", file)


def sweep() -> None:
    """Delete what is over; an import that still waits for somebody to decide goes with its upload."""
    limit = f"{timezone.now() - KEPT:{TIME}}"
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(FOLDER)[1]:
            if name < limit:
                part_with(f"{FOLDER}/{name}")


def part_with(upload: str) -> None:
    for model, discard in OWNERS.items():
        owner = model._default_manager.filter(upload=upload).first()
        if owner and (owner.state in Work.AT_WORK or discard(owner)):
            return
        model._default_manager.filter(upload=upload).update(upload="")
    default_storage.delete(upload)
