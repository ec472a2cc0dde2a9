"""Search tells nothing of drafts, scheduled and withdrawn things: not in results, counts, filters or tags."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter import publishing
from newsletter.models import Newsletter, Status
from tests import cast
from tests.newsletter.searching import titles

pytestmark = pytest.mark.django_db

STATES = ["draft", "scheduled", "withdrawn"]


def hidden(newsletter: Newsletter, state: str, **fields):
    """An article in this state, outside any issue."""
    status = Status.PUBLISHED if state == "scheduled" else Status(state)
    date = {"draft": None, "scheduled": timezone.now() + timedelta(days=7), "withdrawn": cast.PUBLISHED_AT}[state]
    return cast.article(newsletter, status=status, published_at=date, **fields)


def test_hidden_issues_and_their_articles_are_not_found(client, published, secrets):
    for typed in ("secret", "secret opening", "secret text", *(f"secret-{state}" for state in STATES)):
        assert titles(client, typed) == [], typed
    assert titles(client, "mud") == ["Mud"]


@pytest.mark.parametrize("state", STATES)
def test_hidden_articles_are_not_found(client, low_tide, state):
    hidden(low_tide, state, title="Secret")
    assert titles(client, "secret") == []


@pytest.mark.parametrize("state", STATES)
def test_published_articles_of_a_hidden_issue_are_not_found(client, low_tide, secrets, state):
    cast.article(low_tide, secrets[state], title="Eels", published_at=cast.PUBLISHED_AT)
    assert titles(client, "eels") == []


def test_a_draft_inside_a_published_issue_is_not_found(client, low_tide, published):
    cast.article(low_tide, published, title="Eels", status=Status.DRAFT, published_at=None)
    assert titles(client, "eels") == []


@pytest.mark.parametrize("state", STATES)
def test_hidden_things_are_not_counted(client, low_tide, state):
    cast.article(low_tide, title="Eels in public")
    hidden(low_tide, state, title="Eels in secret")
    assert "1 match for “eels”" in client.get("/search/?q=eels").content.decode()


@pytest.mark.parametrize("state", STATES)
def test_hidden_things_offer_no_filter(client, low_tide, state):
    cast.article(low_tide, title="Eels in public")
    other = cast.low_tide(title="Secret paper", slug="secret-paper")
    hidden(other, state, title="Eels in secret", slug="in-secret")
    page = client.get("/search/?q=eels").content.decode()
    assert "Narrow the search down" not in page
    assert "Secret paper" not in page
    assert "Secret paper" not in client.get("/search/?q=eels&newsletter=secret-paper").content.decode()


def test_tags_of_hidden_things_are_not_suggested(client, published, secrets):
    for address in ("/search/", "/search/?q=zebra"):
        page = client.get(address).content.decode()
        assert "coast" in page
        assert "secret-" not in page


def test_editors_search_what_readers_search(desk, published, secrets):
    assert titles(desk, "secret") == []


def test_withdrawing_hides_at_once_and_publishing_shows(client, low_tide, edda):
    eels = cast.article(low_tide, title="Eels")
    assert titles(client, "eels") == ["Eels"]
    publishing.withdraw(eels, edda)
    assert titles(client, "eels") == []
    publishing.publish(eels, edda)
    assert titles(client, "eels") == ["Eels"]


def test_a_scheduled_article_is_found_once_its_time_has_come(client, low_tide, time_machine):
    moment = timezone.now() + timedelta(hours=1)
    cast.article(low_tide, title="Eels", published_at=moment)
    assert titles(client, "eels") == []
    time_machine.move_to(moment)
    assert titles(client, "eels") == ["Eels"]
