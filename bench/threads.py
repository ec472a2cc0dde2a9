"""Discussions: what the first page, a page in the middle and a permalink of 10,000 comments cost beside ten."""

from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from bench import milliseconds, sized
from comments import counting, paths, threads
from comments.models import Comment, Discussion, Mode, State, stored_discussion_of
from core import page_cache
from newsletter.models import Article

ANYBODY = AnonymousUser()
MANY = sized(10_000, small=100)
#: How many comments one thread has, in a discussion of each shape.
SHAPES = {"wide": 5, "giant": MANY}


def figures() -> dict[str, float]:
    client = Client(headers={"host": "localhost"})
    reader = User.objects.create_user("bench@example.org", display_name="Bench")
    articles = list(Article.objects.published().with_addresses().filter(discussion=None)[:3])
    few, *large = (stored_discussion_of(article) for article in articles)
    Discussion.objects.filter(pk__in=[few.pk, *(each.pk for each in large)]).update(mode=Mode.OPEN)
    fill(few, reader, 10, 5)
    measured = {"thread_10_ms": page(few), "discussion_page_10_ms": whole_page(client, few)}
    for discussion, (shape, length) in zip(large, SHAPES.items(), strict=True):
        fill(discussion, reader, MANY, length)
        measured[f"thread_10000_{shape}_ms"] = page(discussion)
        measured[f"thread_10000_{shape}_over_10"] = measured[f"thread_10000_{shape}_ms"] / measured["thread_10_ms"]
        deepest = discussion.comments.order_by("-path", "-pk").select_related("root")[0]
        measured[f"permalink_10000_{shape}_ms"] = milliseconds(partial(threads.around, deepest, ANYBODY))
    measured["discussion_page_10000_ms"] = whole_page(client, large[0])
    measured["thread_10000_over_10"] = measured["discussion_page_10000_ms"] / measured["discussion_page_10_ms"]
    return measured


def fill(discussion: Discussion, author: User, size: int, length: int) -> None:
    """Threads of `length` comments each, until there are `size`; as the database looks some time later."""
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    comments: list[Comment] = []
    for number in range(size):
        root = comments[number - number % length] if number % length else None
        text = f"This is what number {number} has to say."
        comment = Comment(pk=first + number, discussion=discussion, author=author, name=author.display_name, body=text)
        comment.body_html, comment.state, comment.shown = f"<p>{text}</p>", State.APPROVED, True
        if root:
            comment.parent = comment.root = root
            comment.path, comment.depth = paths.child("", comment.pk), 1
        comments.append(comment)
    with transaction.atomic():
        Comment.objects.bulk_create(comments, batch_size=1000)
        counting.recount(Discussion.objects.filter(pk=discussion.pk))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")


def page(discussion: Discussion) -> float:
    return milliseconds(lambda: threads.page_of(discussion, "newest", ANYBODY))


def whole_page(client: Client, discussion: Discussion) -> float:
    """The article with its discussion, as an anonymous reader gets it when nothing is in the cache."""

    def visit() -> None:
        page_cache.forget()
        assert client.get(discussion.place.get_absolute_url()).status_code == 200  # type: ignore[attr-defined]

    return milliseconds(visit)
