"""The queue: what waits, why, and one comment after another until it is empty."""

import pytest
from django.test import Client

from comments import moderating, reporting
from comments.models import Comment, State
from tests.comments import talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderation(milo):
    """A browser in which Milo has signed in."""
    client = Client()
    client.force_login(milo)
    return client


def test_queue_lists_what_waits_oldest_first(moderation, discussion, rita, otto):
    held = talk.held(discussion, rita, "May I?")
    talk.say(discussion, otto, "Fine")
    reported = talk.say(discussion, otto, "Rude")
    reporting.report(reported, rita, "abuse")
    page = moderation.get("/admin/comments/queue/")
    assert [row.pk for row in page.context["cl"].result_list] == [held.pk, reported.pk]
