"""The worker's share of what is brought in, in threads beside its tasks. Whoever is at work on one has it to itself:
it says again and again that it is there, and who is killed leaves it to the next worker, which goes on."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from core.limits import Limit
from core.unavailable import BUSY
from core.worker.looks import Look
from interchange import steering
from interchange.bringing import planning
from interchange.lists.reading import Unreadable as NoList
from interchange.models.works import Work
from newsletter.composing import Unreadable

SECONDS_BETWEEN_SIGNS = 10
SECONDS_BETWEEN = 30

#: How often workers may die at the same place.
DEATHS = Limit("interchange.deaths", most=3, seconds=60 * 60)

type Stages = Mapping[str, Callable[[Any, Event], object]]

logger = logging.getLogger(__name__)


class AtWork(Exception):
    """Somebody else is at work on it."""


def keep_at(rows: Look, stages: Stages, until: Event) -> None:
    """Go on with one after the other."""
    while not until.is_set():
        rows.wait(until, most=SECONDS_BETWEEN)
        try:
            if work := rows.rows().order_by("begun_at").first():
                go_on(work, stages, until)
        except AtWork:
            pass
        except Exception:
            logger.exception("An import did not go on; it does in a minute.")
            connections.close_all()
    connections.close_all()


@contextmanager
def alone(work: Work) -> Iterator[bool]:
    """Have one to oneself; gives whether somebody has died over it. Raises AtWork."""
    rows = steering.rows_of(work)
    was_left = rows.exclude(seen_at=None).exists()
    if not rows.free().update(seen_at=timezone.now()):
        raise AtWork
    over = Event()

    def show() -> None:
        while not over.wait(SECONDS_BETWEEN_SIGNS):
            with suppress(*BUSY):
                rows.update(seen_at=timezone.now())
        connections.close_all()

    thread = Thread(target=show, daemon=True)
    thread.start()
    try:
        yield was_left
    finally:
        over.set()
        thread.join()
        rows.update(seen_at=None)


def go_on(work: Work, stages: Stages, until: Event) -> None:
    """Go on until that stage is over, somebody stops it, or the worker ends. What fails is told in its row; what
    passes, such as a database that is away, is tried again in a minute."""
    with alone(work) as was_left:
        work.refresh_from_db()
        try:
            if was_left:
                refuse_deadly(work)
            stages[work.state](work, until)
        except FileNotFoundError:
            fail(work, _("The file that was uploaded is no longer kept. Upload it again."))
        except NoList as error:
            fail(work, str(error))
        except Exception as error:
            fail(work, planning.reason(error))


def refuse_deadly(work: Work) -> None:
    """Raise Unreadable where worker after worker has died without getting any further."""
    place, name = work.place
    if DEATHS.hit(f"{work._meta.label} {work.pk} {work.state} {place}"):
        facts = {"name": name, "number": DEATHS.most + 1}
        raise Unreadable(_("%(number)d workers died over “%(name)s”. Do they need more memory?") % facts)


def fail(work: Work, problem: str) -> None:
    steering.leave(work, Work.State.FAILED, resumes=work.state, problem=problem[:500])


def is_over(work: Work, until: Event) -> bool:
    return until.is_set() or not steering.this(work, work.state).exists()
