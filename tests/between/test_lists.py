"""A list is brought in or taken back while an issue is planned or mailed: who is not subscribed gets no copy."""

import pytest

from mailing.delivery import dispatching
from mailing.models import Delivery, Subscriber, Subscription
from tests.between.plans import dispatch_in, work
from tests.interchange.batches import active, imported, taken_back

pytestmark = pytest.mark.django_db

UNDER_WAY = ["planned", "freezing", "sending", "letter stored"]
YES = "email,status\nsumi@example.org,active\n"


def receivers():
    return sorted(message.to[0] for message in work())


@pytest.mark.parametrize("word", ["unsubscribed", "cleaned", "complained"])
@pytest.mark.parametrize("state", [*UNDER_WAY, "paused"])
def test_of_whom_a_list_says_no_gets_no_copy_on_its_way(published, state, word):
    dispatch = dispatch_in(state, published)
    imported(published.newsletter, YES.replace("active", word))
    if state == "paused":
        dispatching.resume(dispatch)
    assert receivers() == []


@pytest.mark.parametrize("state", [*UNDER_WAY, "paused"])
def test_whom_a_list_subscribed_gets_no_copy_once_it_is_taken_back(published, state):
    brought = imported(published.newsletter, YES)
    dispatch = dispatch_in(state, published)
    taken_back(brought)
    if state == "paused":
        dispatching.resume(dispatch)
    assert receivers() == []


@pytest.mark.parametrize("state", UNDER_WAY)
def test_who_is_as_before_when_a_list_is_taken_back_gets_what_waits_for_them(published, state):
    dispatch_in(state, published)
    taken_back(imported(published.newsletter, YES.replace("active", "unsubscribed")))
    assert receivers() == ["sumi@example.org"]


@pytest.mark.parametrize(("state", "gets_it"), [("planned", True), ("sending", False), ("letter stored", False)])
def test_whom_a_list_brings_is_mailed_what_begins_later(published, state, gets_it):
    dispatch_in(state, published)
    imported(published.newsletter, "email\notto@example.org\n")
    assert receivers() == ["otto@example.org"] * gets_it + ["sumi@example.org"]


@pytest.mark.parametrize("state", ["in_flight", "handed", "uncertain"])
def test_a_copy_that_is_out_keeps_its_person_who_can_still_leave(published, state):
    brought = imported(published.newsletter, YES)
    dispatch_in("sending", published)
    Delivery.objects.update(state=state)
    taken_back(brought)
    assert Delivery.objects.get().subscriber == Subscriber.objects.get()
    assert Subscription.objects.get().state == "asked"
    assert active(published.newsletter) == set()
