"""When a copy is tried again, and how often: no number here may change unnoticed."""

from datetime import timedelta
from threading import Event

import pytest
import time_machine
from django.utils import timezone

from mailing.delivery import dispatching, sending
from mailing.delivery.claiming import Claimed
from mailing.models import Delivery, Dispatch
from tests import cast
from tests.mailing.lists import frozen, subscribe

pytestmark = pytest.mark.django_db

#: In minutes: four times as long after each attempt, and eight hours at most.
PAUSES = [1, 4, 16, 64, 256, 480, 480]


@pytest.fixture
def dispatch(low_tide):
    subscribe(low_tide, "sumi")
    return frozen(cast.issue(low_tide))


@time_machine.travel("2024-03-01T10:00Z", tick=False)
@pytest.mark.parametrize(("attempts", "minutes"), enumerate(PAUSES))
def test_a_copy_is_tried_again_after_a_longer_while_each_time(dispatch, attempts, minutes):
    delivery = put_off(dispatch, attempts)
    pause = delivery.next_attempt_at - timezone.now()
    assert delivery.state == "queued"
    assert timedelta(minutes=minutes * 0.8) <= pause <= timedelta(minutes=minutes * 1.2)


@pytest.mark.parametrize(("attempts", "state"), [(6, "queued"), (7, "failed")])
def test_a_copy_is_tried_eight_times(dispatch, attempts, state):
    assert put_off(dispatch, attempts).state == state


@pytest.mark.parametrize(("hours", "is_asked"), [(3.9, False), (4.1, True)])
def test_a_dispatch_that_nobody_cared_for_in_four_hours_is_asked_about(low_tide, hours, is_asked):
    start = timezone.now() - timedelta(hours=hours)
    dispatch = Dispatch.objects.create(issue=cast.issue(low_tide), subject="March", start_at=start)
    assert bool(dispatching.neglect(dispatch)) is is_asked


def put_off(dispatch, attempts):
    """What becomes of a copy in flight that the server does not take for now."""
    sender = sending.Sender(Event())
    dispatch.deliveries.update(state="in_flight", worker=sender.worker, attempts=attempts)
    copy = dispatch.deliveries.get()
    sender.put_off(Claimed(copy.pk, attempts, copy.message_id, copy.subscriber_id, "sumi@example.org"), "451 Later")
    return Delivery.objects.get(pk=copy.pk)
