"""Small work that comes back: what the worker does twice a minute, beside its tasks."""

import logging
from collections.abc import Callable
from itertools import count
from threading import Event

from django.db import close_old_connections

from core.worker import pulse

SECONDS_BETWEEN = 30
TICKS_AN_HOUR = 120

#: Apps add theirs in `ready()`. Each looks for what is due and does it. As several workers may run the same one at
#: once, and any may be killed at any moment, it must be as good to run it twice as once.
ticks: list[Callable[[], object]] = []
#: The same for what may wait for an hour, as deleting does.
sweeps: list[Callable[[], object]] = []

logger = logging.getLogger(__name__)


def tick(*, sweep: bool = True) -> None:
    """Run all ticks. One that fails is logged, and gets its next chance with the next tick."""
    for run in [*ticks, *sweeps * sweep]:
        try:
            run()
        except Exception:
            logger.exception("%s.%s failed; it is tried again in a moment.", run.__module__, run.__qualname__)


def keep_ticking(until: Event) -> None:
    """Do so twice a minute, in a thread beside the work."""
    rounds = count()
    while not until.wait(SECONDS_BETWEEN):
        pulse.begin()
        tick(sweep=next(rounds) % TICKS_AN_HOUR == 0)
        close_old_connections()
        pulse.end()
