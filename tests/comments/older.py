"""What was said elsewhere, for tests."""

import json

from django.test import Client

from accounts.models import User
from comments.bringing_in import bring_in
from comments.models import Comment
from newsletter.models import Publishable
from newsletter.talks import OlderComment

ANNA = OlderComment(
    "The mud was blue that year. #mudflat", name="Anna Tidewell", headline="Harbour pilot", written="20 April 2026"
)
BEN = OlderComment("It was grey, Anna.", name="Ben", written="21 April 2026", answers=0)
NAMELESS = OlderComment("I only remember the smell.")
CONVERSATION = [ANNA, BEN, NAMELESS]


def brought(place: Publishable, *comments: OlderComment, **facts: object) -> list[Comment]:
    """Comments as an editor brings them in, in the order of the list."""
    bring_in(place, comments or CONVERSATION, None, **facts)
    texts = [comment.text for comment in comments or CONVERSATION]
    stored = Comment.objects.brought_in().filter(body__in=texts)
    return sorted(stored, key=lambda comment: texts.index(comment.body))


def signed_in(person: User) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(person)
    return client


def as_json(*records: object) -> bytes:
    return json.dumps(records, ensure_ascii=False).encode()
