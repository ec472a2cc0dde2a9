"""Counts in memory that the database is to have: they wait there for all that can hold it up."""

import logging
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from itertools import batched
from threading import Lock

from django.db import DatabaseError

logger = logging.getLogger(__name__)

#: Stored in one transaction.
AT_ONCE = 100


class Waiting[Kind: Hashable](Counter[Kind]):
    """To be counted up while `changing` is held."""

    def __init__(self) -> None:
        super().__init__()
        self.changing = Lock()

    def store(self, add: Callable[[Iterable[tuple[Kind, int]]], object]) -> None:
        """Bring all into the database, in pieces. What cannot be stored now is kept for the next time."""
        with self.changing:
            counted = dict(self)
            self.clear()
        for piece in batched(counted.items(), AT_ONCE):
            try:
                add(piece)
            except DatabaseError:
                logger.warning("Counts could not be stored; they are kept in memory.", exc_info=True)
                with self.changing:
                    self.update(dict(piece))
