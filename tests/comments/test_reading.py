"""The conversation as readers meet it: under the piece, on its own page, and around one comment."""

import pytest
from django.contrib.auth.models import AnonymousUser

from comments import moderating
from comments.models import State
from tests.comments import talk
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db


def test_thread_is_shown_under_its_article_and_nowhere_else(client, discussion, rita, otto):
    first = talk.say(discussion, rita, "Such *mud*!")
    talk.say(discussion, otto, "And how deep.", first)
    page = main_of(client, "/low-tide/march/mud/")
    assert "2 comments" in page
    assert "Such <em>mud</em>!" in page
    assert "And how deep." in page
    assert "Such" not in main_of(client, "/low-tide/march/crabs/")
