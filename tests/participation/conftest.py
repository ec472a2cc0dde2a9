"""A poll in the opening of March; a comment by Otto under *Mud*, and the draft of the next issue."""

import pytest

from newsletter.rendering import render_texts
from tests import cast
from tests.comments import talk
from tests.participation.voices import WORDS


def name_in(thing, *names, field="body"):
    """Let a text name polls."""
    setattr(thing, field, "\n\n".join(["Before", *(f"poll:{name}" for name in names), "After"]))
    thing.save()
    render_texts(thing)


@pytest.fixture
def horn(published):
    """A poll whose numbers everybody sees, in the opening of March and in the article on mud."""
    poll = cast.poll(published.newsletter)
    name_in(published, "horn")
    name_in(published.articles.get(slug="mud"), "horn")
    return poll


@pytest.fixture
def otto(db):
    return talk.otto()


@pytest.fixture
def discussion(published):
    return talk.under(published.articles.get(slug="mud"))


@pytest.fixture
def comment(discussion, otto):
    return talk.say(discussion, otto, WORDS)


@pytest.fixture
def may(low_tide):
    return cast.may(low_tide)
