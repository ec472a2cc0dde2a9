"""A poll in the opening of March, and another browser."""

import pytest

from newsletter.rendering import render_texts
from tests import cast


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
