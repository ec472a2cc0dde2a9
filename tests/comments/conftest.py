"""A conversation under *Mud*: open to everybody, so that no test waits for a moderator unless it means to."""

import pytest
from django.test import Client

from tests.comments import talk


@pytest.fixture
def mud(published):
    return published.articles.get(slug="mud")


@pytest.fixture
def discussion(mud):
    return talk.under(mud)


@pytest.fixture
def otto(db):
    return talk.otto()


@pytest.fixture
def moderation(milo):
    """A browser in which Milo has signed in."""
    client = Client()
    client.force_login(milo)
    return client
