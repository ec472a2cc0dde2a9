"""“Most discussed”, at the foot of articles and of the newsletter's page."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import TALKS
from core.changes import content_changed
from tests import cast
from tests.comments import talk
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def talked_about(published, rita):
    """Three articles of this month with three, two and one comments, and one of last year with four."""
    for number, (days, title) in enumerate([(400, "Old"), (3, "Much"), (2, "Some"), (1, "Little")]):
        at = timezone.now() - timedelta(days=days)
        place = talk.under(cast.article(published.newsletter, title=title, published_at=at))
        talk.crowd(place, rita, [None] * (4 - number))
    return published


def listed(client, address):
    lists = main_of(client, address).partition("Most discussed</h3>")[2].partition("</ul>")[0]
    return re.findall(r'<li><a href="[^"]+">([^<]+)</a>', lists)


def test_what_came_out_of_late_stands_by_how_much_was_said(client, talked_about):
    assert listed(client, "/low-tide/") == ["Much", "Some", "Little"]
    assert listed(client, "/articles/some/") == ["Much", "Little"]
    assert listed(client, "/low-tide/march/") == []


def test_what_nobody_sees_is_not_in_it(client, talked_about, rita):
    much, some = (talked_about.newsletter.articles.get(title=title) for title in ("Much", "Some"))
    much.status = "withdrawn"
    much.save()
    assert listed(client, "/low-tide/") == ["Some", "Little"]
    talk.under(some, mode="off")
    content_changed(TALKS)
    assert listed(client, "/low-tide/") == ["Little"]
    assert listed(client, "/articles/little/") == []


def test_held_comments_do_not_count(client, published, otto):
    place = cast.article(published.newsletter, title="Held", published_at=timezone.now())
    talk.held(talk.under(place, mode="first"), otto)
    assert listed(client, "/low-tide/") == []


def test_it_can_be_switched_off(client, talked_about):
    talked_about.newsletter.shows_discussed = False
    talked_about.newsletter.save()
    assert listed(client, "/low-tide/") == []
