"""Where backups go, when they are made, which of them stay, and who hears of it when one fails.

One is written under another name and read back; only what is whole gets the name of a backup.
"""

import logging
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Event, Thread
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, connections, transaction
from django.db.models import Q
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import standing
from core.unavailable import BUSY
from interchange import backing_up
from interchange.archives import Refused, check
from interchange.models import Backup

SECONDS_BETWEEN_SIGNS = 10
#: After a failure.
PAUSE = timedelta(minutes=30)
#: By how much clocks may differ, and a backup be late.
GRACE = timedelta(hours=2)
UNREAD = ".unread"
MOMENT = "%Y%m%dT%H%M%SZ"
#: All of a day stay, and the first of each of so many days, weeks and months that have any.
DAYS, WEEKS, MONTHS = 7, 9, 12

logger = logging.getLogger(__name__)


def make_when_due() -> None:
    """Let a worker make the next backup."""
    is_asked = DBTaskResult.objects.filter(task_path=make_in_background.module_path, status="READY").exists()
    if not is_asked and is_due():
        make_in_background.enqueue()


@task
def make_in_background() -> None:
    if is_due():
        make(storages["backup"])
        thin(storages["backup"])


def is_due() -> bool:
    """Whether the last good one is old enough, and nobody has tried lately. A copy of the site must not mix its
    backups with those of the site: what may not send makes none by itself."""
    now, hours = timezone.now(), timedelta(hours=settings.BACKUP_HOURS)
    good = Q(is_under_way=False, problem="", begun_at__range=(now - hours, now + GRACE))
    lately = Q(seen_at__range=(now - PAUSE, now + PAUSE))
    return bool(hours) and not standing.is_held() and not Backup.objects.filter(good | lately).exists()


def make(store: Storage) -> Backup:
    """Make a backup. What goes wrong stands in its row, and in the log. Raises Refused where another is under way."""
    name = f"{site()}-{timezone.now():{MOMENT}}.zip"
    backup = begin(place_of(store, name))
    try:
        with showing_life(backup):
            backup.size = write(store, name)
    except Exception as error:  # whatever it was, people hear of it
        logger.exception("The backup failed.")
        backup.problem = (str(error) or type(error).__name__)[:500]
    backup.is_under_way, backup.seen_at = False, timezone.now()
    backup.save()
    return backup


def begin(place: str) -> Backup:
    killed = Backup.objects.killed()
    killed.update(is_under_way=False, problem="It ended half-way: its process was killed.")
    try:
        with transaction.atomic():
            return Backup.objects.create(place=place)
    except IntegrityError:
        raise Refused("Another backup is under way; this one was not begun.") from None


@contextmanager
def showing_life(backup: Backup) -> Iterator[None]:
    """Say every few seconds that this process is at it, in a thread beside."""
    over = Event()

    def show() -> None:
        while not over.wait(SECONDS_BETWEEN_SIGNS):
            with suppress(*BUSY):
                Backup.objects.filter(pk=backup.pk, is_under_way=True).update(seen_at=timezone.now())
        connections.close_all()

    thread = Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def write(store: Storage, name: str) -> int:
    """Returns its size. It is written where it stays, or in DATA_DIR on its way to an object store."""
    folder = folder_of(store)
    place = folder or settings.DATA_DIR
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f"{site()}-*{UNREAD}*"):  # by who was killed
        left.unlink()
    written = place / f"{name}{UNREAD}"
    try:
        backing_up.write(written, settings.BACKUP_PASSPHRASE)
        check(written, settings.BACKUP_PASSPHRASE)
        size = written.stat().st_size
        if folder:
            written.rename(folder / name)
        else:
            upload(store, name, written)
    finally:
        written.unlink(missing_ok=True)
    return size


def upload(store: Storage, name: str, written: Path) -> None:
    """An object is there once all of it has come. What came is compared with what went."""
    with written.open("rb") as sent:
        store.save(name, File(sent))
        sent.seek(0)
        with store.open(name) as arrived:
            is_whole = file_digest(arrived, "sha256").digest() == file_digest(sent, "sha256").digest()
    if not is_whole:
        store.delete(name)
        raise Refused(f"What the store gave back of {name} is not what was put there.")


def put(store: Storage, name: str, content: bytes) -> None:
    """Have a small file replaced as a whole."""
    folder = folder_of(store)
    if folder is None:
        store.save(name, ContentFile(content))
        return
    folder.mkdir(parents=True, exist_ok=True)
    with backing_up.being_written(folder / name) as file:
        file.write(content)


def folder_of(store: Storage) -> Path | None:
    """Where it is one; None for an object store."""
    try:
        return Path(store.path(""))
    except NotImplementedError:
        return None


def place_of(store: Storage, name: str) -> str:
    """What people are told; no key and no secret."""
    folder = folder_of(store)
    known = [getattr(store, part, "") for part in ("endpoint_url", "bucket_name", "location")]
    return str(folder / name) if folder else "/".join(filter(None, [*known, name]))


def site() -> str:
    """What the names of this site's backups begin with."""
    return re.sub(r"[^a-z0-9.]+", "-", urlsplit(settings.SITE_URL).netloc)


def kept_in(store: Storage) -> dict[datetime, str]:
    """The backups of this site, by when they were made."""
    pattern = re.compile(rf"{re.escape(site())}-(\d{{8}}T\d{{6}}Z)\.zip")
    ours = filter(None, map(pattern.fullmatch, store.listdir("")[1]))
    return {datetime.strptime(name[1], MOMENT): name[0] for name in ours}


def thin(store: Storage) -> None:
    """Delete what is over: backups of this site alone, and never the last good one."""
    found, good = kept_in(store), Backup.objects.good().first()
    for moment in found.keys() - staying(found):
        if not (good and good.place.endswith(found[moment])):
            store.delete(found[moment])


@contextmanager
def fetched(name: str) -> Iterator[Path]:
    """A backup as a file: one that is there, or one of the store, the newest without a name. Raises Refused."""
    if Path(name).is_file():
        yield Path(name)
        return
    store = storages["backup"]
    try:
        there = store.open(name or max(kept_in(store).items())[1])
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Refused(f"There is no backup {name} at {place_of(store, '')}: {error}") from error
    with there, NamedTemporaryFile(dir=settings.DATA_DIR) as here:
        shutil.copyfileobj(there, here)
        here.flush()
        yield Path(here.name)


def begin_anew(url: str) -> None:
    """Do what this command does with another BACKUP_URL; nobody reads it among the arguments of processes any more."""
    os.chdir(settings.BASE_DIR)
    others = [word for word in sys.argv[1:] if word != url]
    os.execve(sys.executable, [sys.executable, "manage.py", *others], os.environ | {"BACKUP_URL": url})  # noqa: S606


def staying(moments: Iterable[datetime]) -> set[datetime]:
    """Which backups stay. It is the number of days, weeks and months with backups that counts, not their age: so
    neither a wrong clock nor a year without any costs one."""
    ordered = sorted(moments)
    kept = {moment for moment in ordered if moment > ordered[-1] - timedelta(days=1)}
    for pattern, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        firsts: dict[str, datetime] = {}
        for moment in ordered:
            firsts.setdefault(f"{moment:{pattern}}", moment)
        kept |= set(list(firsts.values())[-most:])
    return kept
