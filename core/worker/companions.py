"""Work that goes on beside the worker's tasks, as sending does."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

#: Apps add theirs in `ready()`. Each runs in a thread of the worker, and returns soon after the event is set, as the
#: worker is asked to end; it handles its own errors and closes its own database connection.
companions: list[Callable[[Event], None]] = []


@contextmanager
def set_by_signals(event: Event) -> Iterator[None]:
    """Set the event as soon as a signal comes that somebody handles, whatever keeps the main thread busy. Handlers
    themselves are only run by the main thread, between two steps of its Python code."""
    heard, told = os.pipe()
    os.set_blocking(told, False)
    before = signal.set_wakeup_fd(told)

    def listen() -> None:
        if os.read(heard, 1):
            event.set()

    listener = Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(told)
        listener.join()
        os.close(heard)
