"""How fast: limits that hold over all workers together, by setting time aside.

Whoever claims a chunk of messages takes a span of time for them, and the next one's begins where it ends (the generic
cell rate algorithm). One row for each limit, one transaction for each chunk, and no burst after a pause.
"""

import time

from django.conf import settings

from mailing.models import Dispatch, Throttle

#: A chunk takes no more time than this, so that a pause or another rate is heeded soon.
SECONDS_A_CHUNK = 5


def limits(dispatch: Dispatch) -> dict[str, int]:
    """Messages a second, by what is limited; nothing for what is not."""
    rates = {f"dispatch-{dispatch.pk}": dispatch.rate, "mail server": settings.MAIL_RATE}
    return {name: rate for name, rate in rates.items() if rate}


def room(dispatch: Dispatch, most: int) -> int:
    """How many messages to claim at once: none while others have set aside the next seconds."""
    names = list(limits(dispatch))
    if names and Throttle.objects.filter(name__in=names, free_at__gt=time.time() + SECONDS_A_CHUNK).exists():
        return 0
    return min([most, *(max(1, rate * SECONDS_A_CHUNK) for rate in limits(dispatch).values())])


def set_aside(dispatch: Dispatch, number: int) -> list[float]:
    """When each of so many messages may leave, in seconds since 1970. In a transaction."""
    starts = [0.0] * number
    for name, rate in sorted(limits(dispatch).items()):
        begin = span(name, number / rate)
        starts = [max(start, begin + place / rate) for place, start in enumerate(starts)]
    return starts


def span(name: str, seconds: float) -> float:
    """Take the next so many seconds of a limit; returns when they begin."""
    throttle, _ = Throttle.objects.select_for_update().get_or_create(name=name, defaults={"free_at": 0})
    begin = max(time.time(), throttle.free_at)
    Throttle.objects.filter(pk=name).update(free_at=begin + seconds)
    return begin
