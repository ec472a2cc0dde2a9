"""The link to leave: one click for mail programs, a page for people, nothing for robots."""

import pytest
from django.test import override_settings

from mailing.models import Consent, Subscription
from mailing.own_data import erase
from mailing.tokens import preferences_url, unsubscribe_url
from tests import cast
from tests.mailing.post import delivered, everything, path, states, subscribed, visitor

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ENCODINGS = {
    "multipart/form-data": {"data": ONE_CLICK},
    "application/x-www-form-urlencoded": {
        "data": "List-Unsubscribe=One-Click",
        "content_type": "application/x-www-form-urlencoded",
    },
}


@pytest.fixture
def sumi(low_tide):
    return subscribed(low_tide)


@pytest.fixture
def link(low_tide, sumi):
    return path(unsubscribe_url(sumi.pk, low_tide.pk))


def test_looking_fifty_times_changes_nothing_and_sets_no_cookie(link):
    before, robot = everything(), visitor()
    for _ in range(25):
        page = robot.get(link)
        assert page.status_code == robot.head(link).status_code == 200
    assert "Leave <bdi>Low Tide</bdi>?" in page.text
    assert everything() == before
    assert not robot.cookies
    assert "<script" not in page.text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_one_click_leaves_at_once_in_both_encodings_and_however_often(link, encoding):
    for _ in range(3):
        answer = visitor().post(link, **ENCODINGS[encoding])
        assert answer.status_code == 200
        assert not answer.cookies
    assert states() == [("sumi@example.org", "low-tide", "left")]
    assert list(Consent.objects.filter(event="left").values_list("form", flat=True)) == ["one click"]
    assert delivered() == []


def test_the_page_leaves_and_brings_back(link):
    page = visitor().post(link, {"wish": "leave"})
    assert "No issue of <bdi>Low Tide</bdi> comes to you any more." in page.text
    assert "Subscribe again" in visitor().get(link).text
    assert "You are subscribed again" in visitor().post(link, {"wish": "again"}).text
    assert Subscription.objects.active().count() == 1
    assert list(Consent.objects.values_list("event", flat=True)) == ["confirmed", "left", "confirmed"]


def test_the_link_leaves_one_newsletter_for_one_person(link, low_tide, sumi):
    subscribed(cast.low_tide(title="High Tide", slug="high-tide"))
    subscribed(low_tide, "otto@example.org")
    visitor().post(link, ONE_CLICK)
    assert sorted(states()) == [
        ("otto@example.org", "low-tide", "active"),
        ("sumi@example.org", "high-tide", "active"),
        ("sumi@example.org", "low-tide", "left"),
    ]


def test_nobody_is_brought_in_who_had_it_never(sumi):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    answer = visitor().post(path(unsubscribe_url(sumi.pk, other.pk)), {"wish": "again"})
    assert answer.headers["Location"] == "/subscribe/"
    assert states() == [("sumi@example.org", "low-tide", "active")]


def test_the_page_is_the_same_for_somebody_who_was_erased(link, sumi):
    asking = visitor().get(link).text
    erase(sumi)
    assert visitor().get(link).text == asking
    answer = visitor().post(link, ONE_CLICK)
    assert answer.status_code == 200
    assert "You have left" in answer.text
    assert visitor().post(link, {"wish": "again"}).headers["Location"] == "/subscribe/"


def test_the_page_leads_to_the_other_choices(link, sumi):
    assert f'href="{preferences_url(sumi.pk)}"' in visitor().get(link).text


def test_tokens_survive_a_change_of_keys_and_none_can_be_made_without_one(link):
    with override_settings(SECRET_KEY="new"):
        assert visitor().post(link, ONE_CLICK).status_code == 404
    forged = [
        link.replace("/u", "/p").replace("/p", "/u", 1),
        link[:-3] + "/",
        "/unsubscribe/u1-1/",
        link.replace("-", "-0", 1),
    ]
    assert {visitor().post(each, ONE_CLICK).status_code for each in forged} == {404}
    assert Subscription.objects.active().count() == 1
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old", "only for tests"]):
        assert visitor().post(link, ONE_CLICK).status_code == 200
    assert not Subscription.objects.active().exists()


def test_other_ways_to_ask_are_refused(link):
    assert visitor().delete(link).status_code == 405
    assert visitor().put(link).status_code == 405
    assert Subscription.objects.active().count() == 1
