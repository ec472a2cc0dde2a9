"""Conversations for tests."""

from collections.abc import Iterable

from django.core.management.color import no_style
from django.db import connection

from accounts.models import User
from comments import counting, paths, posting
from comments.models import Comment, Discussion, Policy, Standing, State, Trust, stored_discussion_of
from newsletter.models import Newsletter, Publishable
from tests import cast


def under(place: Publishable, **fields: object) -> Discussion:
    """The discussion of an issue or article, open to everybody unless told otherwise."""
    discussion = stored_discussion_of(place)
    for name, value in {"mode": "open", **fields}.items():
        setattr(discussion, name, value)
    discussion.save()
    return discussion


def policy(newsletter: Newsletter, **fields: object) -> Policy:
    return Policy.objects.create(newsletter=newsletter, **fields)


def otto() -> User:
    return cast.person("Otto", headline="Keeper of the lighthouse")


def trusted(reader: User) -> User:
    Standing.objects.update_or_create(reader=reader, defaults={"trust": Trust.TRUSTED})
    return reader


def say(discussion: Discussion, author: User, body: str = "I was there.", parent: Comment | None = None) -> Comment:
    """A comment as a reader posts it."""
    return posting.post(discussion, author, body, parent=parent)


def held(discussion: Discussion, author: User, body: str = "May I?", parent: Comment | None = None) -> Comment:
    """A comment that waits, as somebody's first does."""
    comment = say(discussion, author, body, parent)
    comment.state, comment.held_by, comment.shown = State.PENDING, "First comment", False
    comment.save()
    counting.refresh([comment])
    return comment


def crowd(discussion: Discussion, author: User, parents: Iterable[int | None]) -> list[Comment]:
    """Many approved comments at once. Each of `parents` is the place in the list of the comment that is answered."""
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    comments: list[Comment] = []
    for number, answered in enumerate(parents):
        parent = None if answered is None else comments[answered]
        comment = Comment(pk=first + number, discussion=discussion, author=author, name=author.display_name)
        comment.body = f"Number {number}."
        comment.body_html = f"<p>Number {number}.</p>"
        comment.state, comment.shown, comment.score = State.APPROVED, True, number % 7
        if parent:
            comment.parent, comment.root = parent, parent.root or parent
            comment.path = paths.child(parent.path, comment.pk)
            comment.depth = paths.depth(comment.path)
        comments.append(comment)
    Comment.objects.bulk_create(comments, batch_size=1000)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)  # on PostgreSQL, given ids leave the sequence behind
    counting.recount(Discussion.objects.filter(pk=discussion.pk))
    return comments
