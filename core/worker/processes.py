"""Processes that belong together: they end together, and one says to the other that it is well."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import Any

import django

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
#: The variable that tells a process where to say so.
SIGNS = "COURANT_SIGNS"


def end_with_parent() -> None:
    """Where the system can (Linux): be asked to end also when the parent is killed and can ask nobody any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


@contextmanager
def at_work(processes: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """A `map` of which so many processes do the work, each with Django and connections of its own."""
    if processes > 1:
        with ProcessPoolExecutor(processes, get_context("spawn"), begin) as pool:
            yield pool.map
    else:
        yield map


def begin() -> None:
    end_with_parent()
    django.setup()


def sign() -> None:
    """Tell `core.worker.supervising`, where that began this process, that it is at work; never wait for it."""
    if told := os.environ.get(SIGNS):
        with suppress(OSError):
            os.write(int(told), b".")
