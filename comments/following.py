"""Following a discussion, and being left alone by it."""

from accounts.models import User
from comments.models import Discussion, Follow


def follow(discussion: Discussion, reader: User, pace: Follow.Pace) -> None:
    """Hear of a discussion at this pace from now on. Up to two queries."""
    Follow.objects.update_or_create(discussion=discussion, reader=reader, defaults={"pace": pace})


def unfollow(discussion: Discussion, reader: User) -> None:
    """Hear of replies to oneself alone, as before following. One query."""
    Follow.objects.filter(discussion=discussion, reader=reader).delete()
