"""Whether there is anything to do: one question for all that a worker could begin, instead of one from each of its
threads. An idle worker so costs its database next to nothing.

The same question tells whether somebody has migrated the database meanwhile.
"""

import logging
from collections.abc import Callable
from threading import Event
from typing import ClassVar

from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Exists, QuerySet, Subquery

from core import standing
from core.models import Standing

SECONDS_BETWEEN = 4
#: Between two looks at what was found.
STEP = 0.5

logger = logging.getLogger(__name__)


class Look:
    """Rows that mean work."""

    every: ClassVar[list["Look"]] = []
    #: Set while a thread looks; where none does, as in commands that send once, there may always be something.
    looking = Event()

    def __init__(self, rows: Callable[[], QuerySet]) -> None:
        self.rows = rows
        self.found = Event()
        self.every.append(self)

    def is_due(self) -> bool:
        """Whether there were such rows at the last look."""
        return self.found.is_set() or not self.looking.is_set()

    def wait(self, until: Event, most: float = float("inf")) -> None:
        """Wait for the next look that finds some, `until`, or so many seconds at most."""
        self.found.clear()
        waited = 0.0
        while not until.wait(STEP) and not self.is_due() and waited < most:
            waited += STEP


def keep_looking(refuse: Callable[[str], object], until: Event) -> None:
    """Look now and then, in a thread beside the work, and `refuse` to go on with a database that was migrated."""
    migrated, words = None, ""
    while not (words or until.wait(SECONDS_BETWEEN)):
        try:
            before, migrated = migrated, look()
            words = standing.problem() if before != migrated else ""
        except (DatabaseError, InterfaceError):
            words = why_not()
    if words:
        refuse(words)
    Look.looking.clear()
    connections.close_all()


def look() -> int:
    """Tell all who wait; returns what changes with each migration."""
    last = MigrationRecorder.Migration.objects.order_by("-pk").values("pk")[:1]
    there = Standing.objects.filter(pk=1).values_list(Subquery(last), *(Exists(each.rows()) for each in Look.every))
    migrated, *found = there.get()
    for each, is_there in zip(Look.every, found, strict=True):
        (each.found.set if is_there else each.found.clear)()
    Look.looking.set()
    return migrated


def why_not() -> str:
    """Whether the database did not answer because it was migrated; else it is asked again in a moment."""
    try:
        connections.close_all()
        return standing.problem()
    except (DatabaseError, InterfaceError):
        logger.warning("The database does not answer the worker; it is asked again.")
        return ""
