"""Redis as a cache that may go away: what the desk counts is then counted each time, and nobody meets an error."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends import redis
from django.core.cache.backends.dummy import DummyCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError
from redis.retry import Retry

#: Redis answers within a millisecond or so. What takes longer than this is slower than counting.
SECONDS_FOR_A_REPLY = 0.5
SECONDS_WITHOUT = 5

logger = logging.getLogger(__name__)


def forgiving(name: str) -> Callable[..., Any]:
    """A method of the cache that does as a cache does which holds nothing, where Redis fails."""

    def method(self: "RedisCache", *args: Any, **options: Any) -> Any:
        if self.is_given_up():
            return getattr(self.without, name)(*args, **options)
        try:
            answer = getattr(super(RedisCache, self), name)(*args, **options)
        except Exception as error:  # also what another version of this program stored, and nobody can read any more
            self.note(error)
            return getattr(self.without, name)(*args, **options)
        self.given_up_until.pop(self.place, None)
        return answer

    return method


class RedisCache(redis.RedisCache):
    """Django's, whose every error is a miss, logged once a minute. After an error Redis is left alone for a few
    seconds, and then asked by one thread: where it hangs, not each page waits for it."""

    #: By server, for all threads: each of them has a cache object of its own.
    given_up_until: ClassVar[dict[str, float]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {"socket_timeout": SECONDS_FOR_A_REPLY, "socket_connect_timeout": SECONDS_FOR_A_REPLY}
        once_more = Retry(NoBackoff(), 1, supported_errors=(NotConnected,))  # a connection may have gone stale
        super().__init__(server, params | {"OPTIONS": {**patience, "retry": once_more, **params.get("OPTIONS", {})}})
        self.place, self.without = server, DummyCache("", params)

    add, get, set, touch, delete = map(forgiving, ("add", "get", "set", "touch", "delete"))
    get_many, set_many, delete_many = map(forgiving, ("get_many", "set_many", "delete_many"))
    has_key, incr, clear = map(forgiving, ("has_key", "incr", "clear"))

    def is_given_up(self) -> bool:
        until, now = self.given_up_until.get(self.place, 0), time.monotonic()
        if until and until <= now:
            self.given_up_until[self.place] = now + SECONDS_WITHOUT
        return until > now

    def note(self, error: Exception) -> None:
        logger.warning("The cache fails (%s); counts are made without it meanwhile.", type(error).__name__)
        if isinstance(error, RedisError | OSError):
            self.given_up_until[self.place] = time.monotonic() + SECONDS_WITHOUT

    def answers(self) -> bool:
        """Whether Redis answers now. Takes a second at most."""
        try:
            return bool(self._cache.get_client().ping())
        except Exception as error:
            self.note(error)
            return False
