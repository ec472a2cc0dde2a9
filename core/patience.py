"""Heavy work that a stranger can ask for, done where it starves nobody who only reads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore, get_native_id

from core.limits import TooMany
from core.logs import carried

#: How many may be served or wait in one process; each holds one of the threads that answer requests.
PLACES = 2
#: In seconds.
COME_BACK = 5
LOWEST_PRIORITY = 19


class Counter:
    """Where one kind of work is done: one piece at a time in each process, while nobody else wants the processor."""

    def __init__(self) -> None:
        self.open()
        os.register_at_fork(after_in_child=self.open)

    def open(self) -> None:
        """Begin anew, also in a forked process: threads do not live on there."""
        self.places = BoundedSemaphore(PLACES)
        self.clerk = ThreadPoolExecutor(max_workers=1, initializer=step_back)

    def serve[**Asked, Done](self, work: Callable[Asked, Done], *args: Asked.args, **kwargs: Asked.kwargs) -> Done:
        """What `work` returns or raises; TooMany at once where others wait already."""
        if not self.places.acquire(blocking=False):
            raise TooMany(COME_BACK)
        try:
            return self.clerk.submit(carried(work), *args, **kwargs).result()
        finally:
            self.places.release()


def step_back() -> None:
    """Linux gives threads a priority of their own; other systems leave it as it is."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, get_native_id(), LOWEST_PRIORITY)
