"""Exports that somebody asked for at the desk: made by the worker, kept in the site's storage for some days, where no
address leads, and given to nobody but who asked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from secrets import token_urlsafe
from tempfile import TemporaryFile
from threading import Event, Thread

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connections
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.unavailable import BUSY
from interchange.models import Export
from interchange.taking import writing
from interchange.taking.declared import Part

FOLDER = "taking"
KEPT = timedelta(days=3)
#: A worker that is killed leaves its task to another; after so long none has taken it up.
GIVEN_UP = timedelta(hours=1)
SECONDS_BETWEEN_SIGNS = 2
#: What tells of nobody but those who sign what they wrote.
WITHOUT_PEOPLE = (Part.TEXTS, Part.PICTURES)

logger = logging.getLogger(__name__)


def may_take(user: User | AnonymousUser) -> tuple[str, ...]:
    """The parts that somebody may take out."""
    if user.is_superuser:
        return Part.ALL
    return WITHOUT_PEOPLE if user.has_perm("interchange.add_export") else ()


def ask(by: User, parts: list[str]) -> Export:
    export = Export.objects.create(by=by, parts=parts)
    make.enqueue(export.pk)
    return export


@task
def make(export_id: int) -> None:
    """Write what was asked for. One that is begun again begins anew; what goes wrong stands in its row."""
    export = Export.objects.filter(pk=export_id, state__in=[Export.State.ASKED, Export.State.UNDER_WAY]).first()
    if export is None:
        return
    Export.objects.filter(pk=export.pk).update(state=Export.State.UNDER_WAY, seen_at=timezone.now())
    try:
        with TemporaryFile(dir=settings.DATA_DIR) as file, telling(export) as told:
            writing.write(file, export.parts, told.append)
            size = file.tell()
            file.seek(0)
            name = default_storage.save(f"{FOLDER}/{token_urlsafe(24)}", File(file))
    except BUSY:
        raise  # the task is tried again
    except Exception as error:
        logger.exception("The export %s failed.", export.pk)
        end(export, state=Export.State.FAILED, problem=(str(error) or type(error).__name__)[:500])
    else:
        end(export, state=Export.State.READY, file=name, size=size)


def end(export: Export, **facts: object) -> None:
    Export.objects.filter(pk=export.pk).update(ended_at=timezone.now(), progress="", **facts)


@contextmanager
def telling(export: Export) -> Iterator[list[str]]:
    """A list of which the last words are shown as progress, by a thread beside: whoever writes an export sees the
    database as it was, and changes nothing in it."""
    over, told = Event(), list[str]()

    def show() -> None:
        while not over.wait(SECONDS_BETWEEN_SIGNS):
            with suppress(*BUSY):
                said = {"progress": told[-1][:200]} if told else {}
                Export.objects.filter(pk=export.pk).update(seen_at=timezone.now(), **said)
        connections.close_all()

    thread = Thread(target=show, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        over.set()
        thread.join()


def sweep() -> None:
    """Delete files that are over; who took what, and when, stays known. Tell of those that nobody makes any more."""
    limit = timezone.now() - KEPT
    for export in Export.objects.filter(state=Export.State.READY, ended_at__lt=limit):
        default_storage.delete(export.file)
        Export.objects.filter(pk=export.pk).update(state=Export.State.GONE, file="")
    lost = Export.objects.filter(state=Export.State.UNDER_WAY, seen_at__lt=timezone.now() - GIVEN_UP)
    lost.update(state=Export.State.FAILED, problem=_("The worker was killed while it made this."))
