"""Work that goes on beside the worker's tasks, as sending does."""

from collections.abc import Callable
from threading import Event

#: Apps add theirs in `ready()`. Each runs in a thread of the worker, and returns soon after the event is set, when the
#: worker is asked to end; it handles its own errors and closes its own database connection.
companions: list[Callable[[Event], None]] = []
