"""One receiver refuses copy after copy for something that is ours: one alarm, and nobody is suppressed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from deliverability import alarms
from deliverability.models import DomainAlarm
from mailing.delivery import claiming
from mailing.models import Delivery, Suppression
from tests.deliverability.copies import come_back, copies, sent
from tests.deliverability.test_braking import refuse

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch(published):
    return sent(published, "sending")


def rows():
    return list(DomainAlarm.objects.order_by("pk").values_list("domain", "number", "over_at"))


def refuse_all(copies_of_one, answer="5.7.26 unauthenticated mail is refused"):
    for copy in copies_of_one:
        copy.refresh_from_db()
        refuse(copy, answer)


def states(deliveries):
    found = Delivery.objects.filter(pk__in=[copy.pk for copy in deliveries])
    return list(found.order_by("pk").values_list("state", flat=True))


def test_a_thousand_refusals_are_one_alarm_and_suppress_nobody(dispatch):
    come_back(copies(dispatch, "gmail.com", 30), "policy")
    assert rows() == [("gmail.com", 30, None)]
    assert DomainAlarm.objects.get().text == "550 5.7.26 unauthenticated"
    assert not Suppression.objects.exists()


def test_a_few_of_many_are_no_run(dispatch):
    come_back(copies(dispatch, "gmail.com", 400)[:19], "policy")
    come_back(copies(dispatch, "example.org", 9), "policy")
    assert rows() == []
    come_back(copies(dispatch, "example.org", 1), "policy")
    assert rows() == [("example.org", 10, None)]


def test_what_is_refused_at_the_door_after_that_is_put_off_and_not_failed(dispatch):
    first = copies(dispatch, "gmail.com", 15, "in_flight", worker="me")
    refuse_all(first)
    assert states(first) == ["failed"] * 9 + ["queued"] * 6
    assert rows() == [("gmail.com", 15, None)]
    other = copies(dispatch, "example.org", 1, "in_flight", worker="me")
    refuse_all(other)
    assert states(other) == ["failed"]


def test_another_attempt_at_a_copy_is_not_another_copy(dispatch):
    come_back(copies(dispatch, "gmail.com", 10), "policy")
    refuse_all(copies(dispatch, "gmail.com", 2, "in_flight", worker="me", attempts=2))
    assert rows() == [("gmail.com", 10, None)]


def test_who_is_not_there_fails_in_an_alarm_too(dispatch):
    come_back(copies(dispatch, "gmail.com", 10), "policy")
    gone = copies(dispatch, "gmail.com", 1, "in_flight", worker="me")
    refuse_all(gone, "5.1.1 no such user")
    assert states(gone) == ["failed"]
    assert Suppression.objects.count() == 1


def claimed(dispatch):
    return len(claiming.claim(dispatch, "me").deliveries)


def test_what_is_still_to_go_there_rests_and_the_others_go(dispatch):
    come_back(copies(dispatch, "gmail.com", 10), "policy")
    copies(dispatch, "googlemail.com", 5, "queued")
    copies(dispatch, "example.org", 2, "queued")
    assert claimed(dispatch) == 2
    assert claimed(dispatch) == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=30), tick=False):
        assert claimed(dispatch) == 0
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        assert claimed(dispatch) == 5
    assert set(Delivery.objects.exclude(state="handed").values_list("attempts", flat=True)) == {0}


def test_an_alarm_that_was_dealt_with_holds_nothing_and_the_next_is_another(dispatch, edda):
    come_back(copies(dispatch, "gmail.com", 10), "policy")
    copies(dispatch, "gmail.com", 5, "queued")
    assert claimed(dispatch) == 0
    alarm = DomainAlarm.objects.get()
    assert alarms.deal_with(alarm, edda)
    assert not alarms.deal_with(alarm, edda)
    with time_machine.travel(timezone.now() + alarms.STEP + timedelta(seconds=1), tick=False):
        assert claimed(dispatch) == 5
    come_back(copies(dispatch, "gmail.com", 10), "policy")
    assert [(domain, number) for domain, number, _over in rows()] == [("gmail.com", 10), ("gmail.com", 20)]
