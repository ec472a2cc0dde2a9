"""What happens often is said once in a while."""

import logging
import time

SECONDS_BETWEEN = 60
MOST_KEPT = 100


class OnceAMinute(logging.Filter):
    """Lets through the first of equal messages in a minute, in each process."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, words = time.monotonic(), record.getMessage()
        if now < self.said.get(words, 0):
            return False
        if len(self.said) >= MOST_KEPT:
            self.said.clear()
        self.said[words] = now + SECONDS_BETWEEN
        return True
