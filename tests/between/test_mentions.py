"""“Mentioned in”, below a page that somebody has read before, follows what becomes of it and of who mentions it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from newsletter import publishing
from tests import cast
from tests.newsletter.filling import send
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

SITE = "https://courant.example"


@pytest.fixture
def april(published, settings):
    """The issue *April* and, in it, the article *Sand*: each links to *March* and to *Mud* in it."""
    settings.SITE_URL = SITE
    body = f"As I wrote [in March]({SITE}/low-tide/march/), of [mud]({SITE}/low-tide/march/mud/)."
    issue = cast.issue(published.newsletter, 2, title="April", slug="april", body=body)
    cast.article(issue.newsletter, issue, title="Sand", body=body)
    return issue


def mentioned_in(client, address):
    lists = main_of(client, address).partition("Mentioned in</h3>")[2].partition("</ul>")[0]
    return re.findall(r'<li><a href="([^"]+)"', lists)


BOTH = ["/low-tide/april/sand/", "/low-tide/april/"]


def test_who_is_withdrawn_or_a_draft_mentions_nothing_until_it_is_public_again(client, april, edda):
    sand = april.articles.get()
    assert mentioned_in(client, "/low-tide/march/mud/") == BOTH
    publishing.withdraw(sand, edda)
    assert mentioned_in(client, "/low-tide/march/mud/") == BOTH[1:]
    publishing.publish(sand, edda)
    publishing.withdraw(april, edda)
    assert mentioned_in(client, "/low-tide/march/mud/") == []
    publishing.publish(april, edda)
    assert mentioned_in(client, "/low-tide/march/mud/") == BOTH


def test_what_is_withdrawn_and_public_again_is_mentioned_as_before(client, april, published, edda):
    publishing.withdraw(published, edda)
    assert client.get("/low-tide/march/mud/").status_code == 410
    publishing.publish(published, edda)
    assert mentioned_in(client, "/low-tide/march/mud/") == mentioned_in(client, "/low-tide/march/") == BOTH


def test_who_is_scheduled_mentions_from_its_hour_on(client, april, edda):
    publishing.withdraw(april, edda)
    publishing.back_to_draft(april, edda)
    publishing.publish(april, edda, at=timezone.now() + timedelta(minutes=5))
    assert mentioned_in(client, "/low-tide/march/") == []
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sorted(mentioned_in(client, "/low-tide/march/")) == sorted(BOTH)


def test_mentions_follow_whatever_is_renamed_or_moved(client, april, published, desk):
    mud = published.articles.get(title="Mud")
    assert mentioned_in(client, "/low-tide/march/mud/") == BOTH
    send(desk, f"/admin/newsletter/issue/{april.pk}/change/", slug="spring", _update="1")
    assert mentioned_in(client, "/low-tide/march/mud/") == ["/low-tide/spring/sand/", "/low-tide/spring/"]
    send(desk, f"/admin/newsletter/issue/{published.pk}/change/", slug="ides", _update="1")
    send(desk, f"/admin/newsletter/newsletter/{april.newsletter.pk}/change/", slug="ebb")
    send(desk, f"/admin/newsletter/article/{mud.pk}/change/", slug="mire", _update="1")
    now = ["/ebb/spring/sand/", "/ebb/spring/"]
    assert mentioned_in(client, "/ebb/ides/mire/") == mentioned_in(client, "/ebb/ides/") == now
    send(desk, f"/admin/newsletter/article/{mud.pk}/change/", issue="", _update="1")
    assert mentioned_in(client, "/articles/mire/") == now
