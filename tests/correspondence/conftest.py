"""*Low Tide* takes answers into its conversations, which are open to everybody."""

import pytest

from comments.models import Policy
from tests.comments import talk
from tests.mailing import post


@pytest.fixture
def march(published, settings):
    settings.REPLY_ADDRESS = "answers@example.org"
    published.newsletter.answers = "discussion"
    published.newsletter.save()
    Policy.objects.update_or_create(newsletter=published.newsletter, defaults={"mode": "open"})
    return published


@pytest.fixture
def otto(db):
    return talk.otto()


@pytest.fixture
def sumi(march):
    return post.subscribed(march.newsletter)
