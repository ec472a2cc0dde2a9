"""Passwords are hashed where that can starve nobody: it is slow on purpose, and strangers can ask for it."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore, get_native_id

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from core.limits import TooMany

#: How many may be hashed or wait for it in one process; each holds one of the threads that answer requests.
PLACES = 2
#: In seconds.
COME_BACK = 5
LOWEST_PRIORITY = 19

background: ThreadPoolExecutor
places: BoundedSemaphore


class PatientHasher(PBKDF2PasswordHasher):
    """Django's own, one password at a time in each process, and only while nobody else wants the processor."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Raises TooMany at once where others wait already."""
        if not places.acquire(blocking=False):
            raise TooMany(COME_BACK)
        try:
            return background.submit(super().encode, password, salt, iterations).result()
        finally:
            places.release()


def set_up() -> None:
    global background, places  # threads do not live on in a forked process
    background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hashing", initializer=step_back)
    places = BoundedSemaphore(PLACES)


def step_back() -> None:
    """Linux gives threads a priority of their own; other systems leave it as it is."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, get_native_id(), LOWEST_PRIORITY)


set_up()
os.register_at_fork(after_in_child=set_up)
