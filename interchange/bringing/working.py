"""The worker's share of imports: reads archives, brings in what is planned, takes back, fetches pictures, in threads
beside its tasks. Whoever is at work on an import has it to itself: it says again and again that it is there, and who
is killed leaves it to the next worker, which goes on."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from core.limits import Limit
from core.unavailable import BUSY
from core.worker.looks import Look
from interchange.bringing import fetching, planning, stages, steering
from interchange.models import Import, Imported
from newsletter.composing import Unreadable

SECONDS_BETWEEN_SIGNS = 10
SECONDS_BETWEEN = 30

#: How often workers may die at the same place of an import.
DEATHS = Limit("interchange.deaths", most=3, seconds=60 * 60)

DUE, WANTING_PICTURES = Look(Import.objects.due), Look(Import.objects.wanting_pictures)
State = Import.State

logger = logging.getLogger(__name__)


class AtWork(Exception):
    """Somebody else is at work on this import."""


def keep_bringing(until: Event) -> None:
    """Go on with one import after the other."""
    keep_at(DUE, until)


def keep_fetching(until: Event) -> None:
    """Pictures take hours where there are many: no other import waits for them."""
    keep_at(WANTING_PICTURES, until)


def keep_at(rows: Look, until: Event) -> None:
    while not until.is_set():
        rows.wait(until, most=SECONDS_BETWEEN)
        try:
            if brought := rows.rows().order_by("begun_at").first():
                work(brought, until)
        except AtWork:
            pass
        except Exception:
            logger.exception("An import did not go on; it does in a minute.")
            connections.close_all()
    connections.close_all()


@contextmanager
def alone(brought: Import) -> Iterator[bool]:
    """Have an import to oneself; gives whether somebody has died over it. Raises AtWork."""
    was_left = Import.objects.filter(pk=brought.pk).exclude(seen_at=None).exists()
    if not Import.objects.free().filter(pk=brought.pk).update(seen_at=timezone.now()):
        raise AtWork
    over = Event()

    def show() -> None:
        while not over.wait(SECONDS_BETWEEN_SIGNS):
            with suppress(*BUSY):
                Import.objects.filter(pk=brought.pk).update(seen_at=timezone.now())
        connections.close_all()

    thread = Thread(target=show, daemon=True)
    thread.start()
    try:
        yield was_left
    finally:
        over.set()
        thread.join()
        Import.objects.filter(pk=brought.pk).update(seen_at=None)


def work(brought: Import, until: Event) -> None:
    """Go on with an import until that stage is over, somebody stops it, or the worker ends. What fails is told in its
    row; what passes, such as a database that is away, is tried again in a minute."""
    with alone(brought) as was_left:
        brought.refresh_from_db()
        try:
            if was_left:
                refuse_deadly(brought)
            WORK[State(brought.state)](brought, until)
        except FileNotFoundError:
            fail(brought, _("The file that was uploaded is no longer kept. Upload it again."))
        except Exception as error:
            fail(brought, planning.reason(error))


def refuse_deadly(brought: Import) -> None:
    """Raise Unreadable where worker after worker has died without getting any further."""
    waiting = brought.documents.filter(state=Imported.State.PLANNED)
    if DEATHS.hit(f"{brought.pk} {brought.state} {waiting.count()}"):
        facts = {"name": waiting.first() or brought, "number": DEATHS.most + 1}
        raise Unreadable(_("%(number)d workers died over “%(name)s”. Do they need more memory?") % facts)


def fail(brought: Import, problem: str) -> None:
    steering.leave(brought, State.FAILED, resumes=brought.state, problem=problem[:500])


def is_over(brought: Import, until: Event) -> bool:
    return until.is_set() or not steering.this(brought, brought.state).exists()


def read(brought: Import, until: Event) -> None:
    for _count in stages.plan(brought):
        if is_over(brought, until):
            return
    steering.leave(brought, State.PLANNED, format=brought.format)


def bring_in(brought: Import, until: Event) -> None:
    for _count in stages.go_on(brought):
        if is_over(brought, until):
            return
    steering.leave(brought, State.DONE, looks_for_pictures=brought.fetches_pictures)


def take_back(brought: Import, until: Event) -> None:
    while stages.take_back(brought):
        if is_over(brought, until):
            return
    steering.leave(brought, State.TAKEN_BACK, looks_for_pictures=False)


def fetch_pictures(brought: Import, until: Event) -> None:
    if brought.looks_for_pictures:
        fetching.look_through(brought)
    while not is_over(brought, until) and fetching.fetch_next(brought, until):
        pass


WORK: dict[State, Callable[[Import, Event], None]] = {
    State.READING: read,
    State.UNDER_WAY: bring_in,
    State.TAKING_BACK: take_back,
    State.DONE: fetch_pictures,
}
