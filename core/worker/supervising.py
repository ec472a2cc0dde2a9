"""Keeps the web processes and workers of one machine running. Plain Python, as it does nothing but wait.

Each process says through a pipe that it is well: a web process once it can answer, a worker again and again.
"""

import json
import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import Popen
from typing import Any

from core.logs import Line
from core.worker.processes import SIGNS, end_with_parent

WORK = ("django", "work")
#: As `core.standing` says: it has told why, and to begin it again changes nothing.
REFUSED = 78
HUNG_SECONDS = 5 * 60
SECONDS_TO_START = 2 * 60
SECONDS_TO_FINISH = 30
#: Of a web process.
LIFETIME = 12 * 60 * 60
LONGEST_PAUSE = 60
STEP = 0.5

logger = logging.getLogger("core.worker.supervising")


class Child:
    """A process, and when it was last heard of."""

    def __init__(self, command: Sequence[str], sockets: Sequence[int]) -> None:
        self.pipe, told = os.pipe()
        for end in (self.pipe, told):
            os.set_blocking(end, False)
        # Out of the terminal's reach: Ctrl+C is passed on once, by us, and not cut short.
        self.process: Popen[bytes] = Popen(  # noqa: S603
            [sys.executable, "-m", *command],
            env={**os.environ, SIGNS: str(told)},
            pass_fds=[told, *sockets],
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        os.close(told)
        self.began = self.heard_at = time.monotonic()
        self.is_well = False
        self.killed_at = float("inf")

    def __del__(self) -> None:
        os.close(self.pipe)

    def is_there(self) -> bool:
        """Whether it runs. Takes in its signs; kills it where its time to finish is over."""
        with suppress(BlockingIOError):
            if os.read(self.pipe, 10_000):
                self.heard_at, self.is_well = time.monotonic(), True
        if time.monotonic() > self.killed_at:
            self.process.kill()
        return self.process.poll() is None

    def leave(self, seconds: float) -> None:
        self.process.terminate()
        self.killed_at = time.monotonic() + seconds


class Post:
    """What one process is to do, and which does it."""

    def __init__(self, command: Sequence[str], sockets: Sequence[int] = ()) -> None:
        self.command, self.sockets = command, sockets
        self.is_worker = command == WORK
        self.failures, self.again_at = 0, 0.0
        self.holder = self.begin()
        self.next: Child | None = None

    def begin(self) -> Child:
        return Child(self.command, self.sockets)

    def look_after(self) -> None:
        """Begin anew what has ended, each time after a longer while; a worker that hangs is killed."""
        code = None if self.holder.is_there() else self.holder.process.returncode
        if code is None:
            if self.is_worker and time.monotonic() - self.holder.heard_at > HUNG_SECONDS:
                logger.error("The worker has given no sign of life for %s seconds; it is killed.", HUNG_SECONDS)
                self.holder.process.kill()
        elif code == REFUSED:
            return
        elif not self.again_at:
            self.failures = 0 if self.holder.is_well else self.failures + 1
            self.again_at = time.monotonic() + min(LONGEST_PAUSE, 2**self.failures)
            logger.warning("The %s ended with code %s; starting another.", self.name, code)
        elif time.monotonic() > self.again_at:
            self.hand_over(self.begin())

    @property
    def name(self) -> str:
        return "worker" if self.is_worker else "web process"

    def hand_over(self, child: Child) -> Child:
        before, self.holder, self.again_at = self.holder, child, 0.0
        return before

    def end(self, child: Child) -> Child:
        """A worker may finish what it has in hand, however long that takes."""
        child.leave(float("inf") if self.is_worker else SECONDS_TO_FINISH)
        return child


class Supervisor:
    """Begins all, and ends when it is asked to, or when nothing answers."""

    def __init__(self, web: Sequence[Post], workers: Sequence[Post]) -> None:
        self.web, self.posts = web, [*web, *workers]
        self.leaving: list[Child] = []
        self.renewed: deque[Post] = deque()
        self.is_stopping = False
        self.has_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN and has_terminal()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        signal.signal(signal.SIGHUP, self.hear_hang_up)

    def stop(self, *args: Any) -> None:
        self.is_stopping = True

    def hear_hang_up(self, *args: Any) -> None:
        """Stop where the terminal was closed; else it is a wish to run what is on the disk now."""
        if self.has_terminal and not has_terminal():
            self.is_stopping = True
        self.renewed = deque(self.posts)

    def run(self) -> bool:
        """True where it was asked to end."""
        while not (self.is_stopping or self.is_hopeless()):
            for post in self.posts:
                post.look_after()
            self.renew()
            self.leaving = [child for child in self.leaving if child.is_there()]
            time.sleep(STEP)
        self.leaving += [post.end(child) for post in self.posts for child in (post.holder, post.next) if child]
        while sum(child.is_there() for child in self.leaving):
            time.sleep(0.1)
        return self.is_stopping

    def is_hopeless(self) -> bool:
        """Nobody has ever been able to answer who is to."""
        return not any(post.holder.is_there() or post.holder.is_well for post in self.web)

    def renew(self) -> None:
        """One after the other, and web processes that are old: who is there goes as soon as the next is well. Where
        that does not come to be, all stay."""
        old = time.monotonic() - LIFETIME
        self.renewed.extend(each for each in self.web if each.holder.began < old and each not in self.renewed)
        if not self.renewed:
            return
        post = self.renewed[0]
        post.next = child = post.next or post.begin()
        if child.is_there() and not child.is_well and time.monotonic() < child.began + SECONDS_TO_START:
            return
        if child.is_well:
            child = post.hand_over(child)
            self.renewed.popleft()
        else:
            logger.error("What is on the disk now does not start; those who run go on.")
            self.renewed.clear()
        post.next = None
        self.leaving.append(post.end(child))


def has_terminal() -> bool:
    with suppress(OSError):
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        return True
    return False


def main(target: str, listener: int, web: int, workers: int, pid_file: str, log_format: str) -> int:
    """What `manage.py serve` becomes."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line(log_format, str))
    logging.basicConfig(handlers=[handler])
    command = ("core.worker.web", target, str(listener))
    posts = [Post(command, [listener]) for _ in range(web)], [Post(WORK) for _ in range(workers)]
    try:
        if Supervisor(*posts).run():
            return 0
    finally:
        Path(pid_file).unlink(missing_ok=True)
    logger.error("No web process begins; what it said above tells why.")
    return 1


if __name__ == "__main__":
    sys.exit(main(**json.loads(sys.argv[1])))
