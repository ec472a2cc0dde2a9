"""The people who get the demo publication by mail; the demo as a whole is loaded in `tests/newsletter`."""

import pytest

from mailing import demo
from mailing.models import Delivery, Dispatch, Subscription, Suppression

pytestmark = pytest.mark.django_db


def test_the_latest_issue_of_the_demo_has_been_sent_and_nothing_waits_to_go_out(published):
    demo.load()
    dispatch = Dispatch.objects.get()
    assert (dispatch.issue, dispatch.state, dispatch.size) == (published, "done", 24)
    assert dispatch.counts() == {**dict.fromkeys(Delivery.State.values, 0), "handed": 23, "failed": 1}


def test_in_the_demo_somebody_has_left_somebody_has_not_confirmed_and_a_mailbox_is_gone(published):
    demo.load()
    states = list(Subscription.objects.order_by("pk").values_list("state", flat=True))
    assert (states.count("left"), states.count("asked"), states.count("active")) == (1, 1, 23)
    assert Suppression.objects.get().subscriber.subscriptions.get().state == "active"
