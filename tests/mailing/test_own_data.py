"""What is kept of subscribers leaves with their account, and with their data."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.own_data import erase_account, export_account
from mailing.models import Delivery, Dispatch, Move, Subscriber, Suppression
from mailing.own_data import erase
from tests.accounts.test_own_data import everything
from tests.mailing.post import ask, subscribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def sumi(published, edda):
    """Sumi, who has left a trace wherever she can."""
    sumi = subscribed(published.newsletter, name="Sumi Sand")
    ask()
    Move.objects.create(subscriber=sumi, email="sumi@example.net")
    Move.objects.create(subscriber=subscribed(published.newsletter, "otto@example.org"), email=sumi.email)
    dispatch = Dispatch.objects.create(issue=published, subject="March")
    Delivery.objects.create(
        dispatch=dispatch, subscriber=sumi, message_id="<1@courant.example>", answer="250 sumi@example.org ok"
    )
    LogEntry.objects.create(
        user=edda,
        content_type=ContentType.objects.get_for_model(Subscriber),
        object_id=sumi.pk,
        object_repr=str(sumi),
        action_flag=ADDITION,
    )
    return sumi


def test_of_somebody_erased_nothing_is_left_but_the_hash(sumi):
    assert "sumi@example.org" in everything()
    erase(sumi)
    assert [trace for trace in ("sumi@example", "Sumi Sand") if trace in everything()] == []
    assert Suppression.objects.get().reason == "erased"
    assert Delivery.objects.get().subscriber is None


def test_the_data_of_an_account_hold_its_subscriptions(rita, low_tide):
    subscribed(low_tide, "rita@example.org")
    (told,) = export_account(rita)["subscriptions"]
    assert told["address"] == "rita@example.org"
    assert [each["state"] for each in told["subscriptions"]] == ["active"]


def test_an_address_that_nobody_has_confirmed_tells_and_erases_nothing(rita, low_tide):
    subscribed(low_tide, "rita@example.org")
    rita.is_confirmed = False
    rita.save()
    assert export_account(rita)["subscriptions"] == []
    erase_account(rita, keep_words=True)
    assert Subscriber.objects.exists()


def test_subscriptions_leave_with_the_account(rita, low_tide):
    subscribed(low_tide, "rita@example.org")
    subscribed(low_tide, "elsewhere@example.org", user=rita)
    erase_account(rita, keep_words=True)
    assert not Subscriber.objects.exists()
    assert set(Suppression.objects.values_list("reason", "email")) == {("erased", "")}
