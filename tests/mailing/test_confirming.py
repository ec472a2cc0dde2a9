"""The link in the mail asks; only a person who presses the button confirms."""

import pytest
from django.test import override_settings

from mailing.lists import suppressing
from mailing.lists.subscribing import leave
from mailing.models import Consent, Subscription, Suppression
from mailing.own_data import erase
from mailing.tokens import confirmation_url, preferences_url
from tests import cast
from tests.mailing.post import TEST, ask, delivered, everything, link_in, path, states, subscribed, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(low_tide):
    ask()
    (message,) = delivered()
    return link_in(message, "/confirm/")


def confirm(link, **form):
    return visitor().post(link, {"newsletter": "low-tide"} | form)


def test_looking_fifty_times_changes_nothing_and_sets_no_cookie(link):
    before, robot = everything(), visitor()
    for _ in range(25):
        page = robot.get(link)
        assert page.status_code == robot.head(link).status_code == 200
    assert everything() == before
    assert not robot.cookies
    assert "no-store" in page.headers["Cache-Control"]
    assert "noindex" in page.text
    assert "<script" not in page.text


def test_to_confirm_twice_changes_nothing_more(link):
    confirm(link)
    before = everything()
    assert "You are subscribed" in confirm(link).text
    assert "You are subscribed" in visitor().get(link).text
    assert everything() == before


def test_nothing_is_confirmed_that_was_not_asked_for(link):
    cast.low_tide(title="High Tide", slug="high-tide")
    confirm(link, newsletter="high-tide")
    assert states() == [("sumi@example.org", "low-tide", "asked")]


def test_who_left_comes_back_only_by_confirming(low_tide):
    leave(subscribed(low_tide), low_tide, TEST)
    ask()
    assert states() == [("sumi@example.org", "low-tide", "left")]
    (message,) = delivered()
    confirm(link_in(message, "/confirm/"))
    assert states() == [("sumi@example.org", "low-tide", "active")]


def test_who_was_erased_comes_back_only_by_confirming(low_tide):
    erase(subscribed(low_tide))
    ask()
    (message,) = delivered()
    assert suppressing.suppression_of("sumi@example.org")
    confirm(link_in(message, "/confirm/"))
    assert not Suppression.objects.exists()
    assert Subscription.objects.active().count() == 1


def test_an_address_that_bounced_since_is_not_sent_to_whatever_is_confirmed(link):
    suppressing.suppress("sumi@example.org", Suppression.Reason.BOUNCED)
    confirm(link)
    assert not Subscription.objects.active().exists()


def test_the_record_says_what_was_agreed_to_when_and_where(link):
    confirm(link)
    rows = list(Consent.objects.order_by("pk").values_list("event", "form", "wording", "network"))
    promise = "1: Each issue of Low Tide comes by mail. You can leave with one click in any of them."
    assert rows == [("asked", "issue", promise, ""), ("confirmed", "confirmation", promise, "")]
    assert promise[3:] in visitor().get("/low-tide/").text


def test_tokens_survive_a_change_of_keys_and_open_nothing_else(link, low_tide):
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["only for tests"]):
        assert confirm(link).status_code == 200
    with override_settings(SECRET_KEY="new"):
        assert confirm(link).status_code == 404
    subscriber = Subscription.objects.get().subscriber_id
    preferences = path(preferences_url(subscriber))
    token = preferences.split("/")[2]
    assert visitor().post(f"/subscription/{token}/confirm/").status_code == 404
    assert visitor().get(f"/unsubscribe/{token}/").status_code == 404


def test_where_nothing_waits_the_page_says_so(low_tide):
    subscriber = subscribed(low_tide)
    leave(subscriber, low_tide, TEST)
    link = path(confirmation_url(subscriber.pk))
    assert "Nothing waits to be confirmed" in visitor().get(link).text
    erase(subscriber)
    assert "Nothing is kept here" in visitor().post(link, {"newsletter": "low-tide"}).text
