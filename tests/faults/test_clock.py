"""The machine's clock is a day off, forward or back, and is set right; and it goes through the nights on which the
clocks of people change."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django_tasks_db.models import DBTaskResult

from core.limits import Limit
from core.mail import outbox
from core.models import OutgoingMail
from core.worker import leases
from core.worker.ticks import tick
from mailing.delivery import claiming
from mailing.models import Delivery, Dispatch
from tests import cast
from tests.core.test_work import note
from tests.mailing.lists import frozen, subscribe

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
ONE_DAY = 86_400

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_a_limit_of_a_day_that_never_was_is_over(clock):
    limit = Limit("tries", 1, 60)
    clock.shift(ONE_DAY)
    assert [limit.hit("rita") for _ in range(2)] == [0, 60]
    clock.shift(-ONE_DAY)
    assert limit.hit("rita") == 0


def test_a_page_that_was_made_on_the_wrong_day_is_made_anew(low_tide, clock):
    cast.issue(low_tide, 5, slug="june", published_at=NOW + timedelta(hours=2))
    clock.shift(ONE_DAY)
    assert Client().get("/low-tide/june/").status_code == 200
    clock.shift(-ONE_DAY)
    assert Client().get("/low-tide/june/").status_code == 404


def test_what_a_sender_had_in_hand_on_the_wrong_day_is_free(clock, settings):
    settings.SEND_MAIL_AT_ONCE = False
    outbox.put("rita@example.org", "Hello", "Words", kind=OutgoingMail.Kind.CONVERSATION)
    clock.shift(ONE_DAY)
    assert outbox.claim()
    clock.shift(-ONE_DAY)
    assert OutgoingMail.objects.due().exists()


def test_copies_of_a_sender_that_died_on_the_wrong_day_go_back(low_tide, clock):
    subscribe(low_tide, "sumi", "otto")
    dispatch = frozen(cast.issue(low_tide))
    Dispatch.objects.update(rate=1)
    clock.shift(ONE_DAY)
    assert len(claiming.claim(dispatch, "gone").deliveries) == 2
    clock.shift(-ONE_DAY)
    claiming.release_abandoned()
    assert not Delivery.objects.held().exists()
    assert len(claiming.claim(dispatch, "another").deliveries) == 2


def test_a_task_of_a_worker_that_died_on_the_wrong_day_goes_back(clock, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}
    note.enqueue("one")
    DBTaskResult.objects.update(status="RUNNING", started_at=NOW + timedelta(days=1), worker_ids=["gone"])
    leases.look_after("another")
    assert DBTaskResult.objects.get().status == "READY"


def test_people_stay_signed_in_and_ticks_go_on_a_day_later_and_a_day_before(rita, clock, caplog):
    reader = Client()
    reader.force_login(rita)
    with caplog.at_level(logging.ERROR):
        for seconds in (ONE_DAY, -2 * ONE_DAY, ONE_DAY):
            clock.shift(seconds)
            assert reader.get("/account/").status_code == 200
            tick()
    assert not caplog.records


@pytest.mark.parametrize("moment", ["2026-03-29 00:30", "2026-10-25 00:30"], ids=["an hour less", "an hour more"])
def test_what_is_due_in_the_night_of_the_hour_comes_once_and_in_its_order(low_tide, settings, clock, moment):
    """In Berlin, where 2:30 is no time on one of these nights, and is twice on the other."""
    settings.TIME_ZONE = "Europe/Berlin"
    begin = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    clock.move_to(begin)
    for number in range(1, 5):
        at = begin + timedelta(minutes=30 * number)
        cast.issue(low_tide, number, slug=f"no-{number}", published_at=at)
    seen = []
    for _half_hour in range(5):
        seen.append(sum(Client().get(f"/low-tide/no-{number}/").status_code == 200 for number in range(1, 5)))
        tick()
        clock.shift(1800)
    assert seen == [0, 1, 2, 3, 4]
