"""Asking for newsletters: a form on pages that are the same for everybody, and a mail."""

import pytest

from mailing.models import Subscription
from mailing.tokens import unsubscribe_url
from tests.mailing.post import ask, delivered, link_in, states, visitor

pytestmark = pytest.mark.django_db


def test_from_the_form_on_a_page_to_the_confirmation_and_out_with_one_click(low_tide):
    assert "Look into your mailbox" in ask().text
    (message,) = delivered()
    assert message.to == ["sumi@example.org"]
    assert message.subject == "Please confirm: Low Tide"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert states() == [("sumi@example.org", "low-tide", "asked")]
    confirmation = link_in(message, "/confirm/")
    assert "Yes, subscribe" in visitor().get(confirmation).text
    assert "You are subscribed" in visitor().post(confirmation, {"newsletter": "low-tide"}).text
    assert Subscription.objects.active().count() == 1
    out = unsubscribe_url(Subscription.objects.get().subscriber_id, low_tide.pk).removeprefix(
        "https://courant.example"
    )
    assert visitor().post(out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert states() == [("sumi@example.org", "low-tide", "left")]
