"""Deciding uncertain copies by what the mail server's log says of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from core import locking
from core.mail.refusals import Fault, fault_of
from deliverability import alarms, server_logs
from deliverability.server_logs import Reading
from mailing.delivery import dispatching
from mailing.lists.suppressing import suppress
from mailing.models import Dispatch, Subscriber, Suppression

#: Copies that are decided in one transaction.
PIECE = 500


def read(dispatch: Dispatch, source: BinaryIO | bytes, *, most: int | None = None) -> Reading:
    """What a log says of the uncertain copies of a dispatch. Raises `server_logs.Unreadable`."""
    asked: Iterable[tuple[str, int]] = dispatch.deliveries.uncertain().values_list("message_id", "pk").iterator()
    return server_logs.read(BytesIO(source) if isinstance(source, bytes) else source, asked, most=most)


def decide(
    dispatch: Dispatch, taken: Collection[int], bounced: Mapping[int, str], again: Collection[int] = ()
) -> Counter[str]:
    """Count these as arrived, those as failed with their answers, and send others again; each that is still uncertain.
    Returns how many of each. Raises NotAllowed where something is to be sent again that may not be."""
    done: Counter[str] = Counter()
    for ids in pieces(taken):
        done["taken"] += dispatching.decide_uncertain(dispatch, True, ids)
    for copy, answer in sorted(bounced.items()):
        done["bounced"] += fail(dispatch, copy, answer)
    for ids in pieces(again):
        done["again"] += dispatching.decide_uncertain(dispatch, False, ids)
    return done


def pieces(copies: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(copies)
    yield from (ordered[start : start + PIECE] for start in range(0, len(ordered), PIECE))


@transaction.atomic
def fail(dispatch: Dispatch, copy: int, answer: str) -> bool:
    """With what follows of a refusal in the conversation with the server."""
    own = Subscriber.objects.filter(deliveries=copy, deliveries__dispatch=dispatch)
    locking.lock(own)
    subscriber, fault = own.first(), fault_of(answer)
    if not dispatching.fail_uncertain(dispatch, copy, answer):
        return False
    if subscriber and fault != Fault.PASSING:
        alarms.came_back(dispatch, subscriber.email, fault, answer)
        if fault == Fault.NOBODY:
            suppress(subscriber.email, Suppression.Reason.BOUNCED, answer)
    return True
