"""The record of each yes and no tells the state of every subscription, and is never rewritten."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mailing.lists import subscribing
from mailing.lists.consenting import state_after
from mailing.lists.preferring import Preferences, choose
from mailing.lists.subscribing import come_back, leave
from mailing.models import Consent, Subscriber, Subscription
from tests import cast
from tests.mailing.post import TEST, ask, delivered, link_in, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def high_tide(db):
    return cast.low_tide(title="High Tide", slug="high-tide")


def act(name, subscriber, newsletters, chosen):
    some = [each for each, is_chosen in zip(newsletters, chosen, strict=True) if is_chosen]
    match name:
        case "ask":
            subscribing.take_in(subscriber, some, TEST)
        case "confirm":
            subscribing.confirm(subscriber, some, TEST)
        case "leave":
            leave(subscriber, newsletters[0], TEST)
        case "come back":
            come_back(subscriber, newsletters[0], TEST)
        case "choose":
            until = timezone.now() + timedelta(days=9) if chosen[1] else None
            choose(subscriber, Preferences(some, "", "", until), TEST)


ACTS = st.tuples(
    st.sampled_from(["ask", "confirm", "leave", "come back", "choose"]), st.tuples(st.booleans(), st.booleans())
)


@given(acts=st.lists(ACTS, max_size=8))
def test_the_record_replays_to_the_state_and_only_grows(low_tide, high_tide, acts):
    Subscriber.objects.all().delete()
    newsletters = [low_tide, high_tide]
    subscriber = Subscriber.objects.create(email="sumi@example.org")
    written = []
    for name, chosen in acts:
        act(name, subscriber, newsletters, chosen)
        now = list(Consent.objects.order_by("pk").values())
        assert now[: len(written)] == written
        written = now
        for each in Subscription.objects.all():
            assert state_after(each.consents.order_by("pk").values_list("event", flat=True)) == each.state


@pytest.mark.parametrize(("stores", "address"), [(False, ""), (True, "192.0.2.7")])
def test_the_network_address_is_kept_only_where_the_site_says_so(low_tide, settings, stores, address):
    settings.STORE_NETWORK_ADDRESS = stores
    ask(REMOTE_ADDR="192.0.2.7")
    (message,) = delivered()
    visitor().post(link_in(message, "/confirm/"), {"newsletter": "low-tide"}, REMOTE_ADDR="192.0.2.7")
    assert set(Consent.objects.values_list("network", flat=True)) == {address}
