"""A letter invites to the discussions in which there is something to write or to read."""

import pytest

from comments.models import Discussion, Mode, Policy
from tests.mailing.reading import Reader, letter

ADDRESS = "https://courant.example/low-tide/march/{}/#discussion"


@pytest.fixture
def discussion(published):
    return Discussion.objects.create(article=published.articles.get(slug="crabs"))


def invitations(issue):
    """The invitations to discuss crabs and terns, as both parts have them."""
    mail = letter(issue)
    links, text = Reader(mail.html).links, mail.text.replace(":\n", ": ")
    for slug in ("crabs", "terns"):
        address = ADDRESS.format(slug)
        words = next((line for line in text.split("\n") if line.endswith(f": {address}")), "")
        assert bool(words) == (address in links)
        yield words.removesuffix(f": {address}")


@pytest.mark.parametrize(
    ("mode", "comments", "words"),
    [
        (Mode.OPEN, 0, "Discuss on the web"),
        (Mode.ALL_HELD, 3, "Discuss on the web"),
        (Mode.CLOSED, 3, "Read the discussion"),
        (Mode.CLOSED, 0, ""),
        (Mode.OFF, 3, ""),
    ],
)
def test_the_link_says_what_can_be_done(published, discussion, mode, comments, words):
    discussion.mode, discussion.comment_count = mode, comments
    discussion.save()
    assert list(invitations(published)) == [words, "Discuss on the web"]


def test_a_newsletter_without_discussions_invites_to_none(published):
    Policy.objects.create(newsletter=published.newsletter, mode=Mode.OFF)
    assert list(invitations(published)) == ["", ""]


def test_a_letter_seen_before_publication_invites_as_it_will(published, discussion):
    published.status = "draft"
    published.save()
    assert list(invitations(published)) == ["Discuss on the web"] * 2
