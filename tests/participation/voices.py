"""Readers who are quoted, for tests: Otto wrote under Mud, and the next issue is a draft."""

from datetime import timedelta

from django.utils import timezone

from newsletter.sayings import sayings
from participation.voices import quoting
from participation.voices.quoting import Quotation

WORDS = "The mud is *alive*. I have walked on it every day since May, and it has not complained once."


def saying_of(comment):
    return sayings([("comment", comment.pk)])["comment", comment.pk]


def quoted(issue, comment, by, words="The mud is alive.", days=3):
    """A voice whose author was asked."""
    until = timezone.now() + timedelta(days=days)
    (voice,) = quoting.quote(issue, [Quotation(saying_of(comment), words)], by, until)
    return voice
