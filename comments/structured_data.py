"""What a conversation says of itself in the words of schema.org. No function here queries."""

from collections.abc import Iterable

from django.utils.translation import get_language

from comments.drawing import node_of, said
from comments.models import Discussion
from comments.threads import Thread
from core.addresses import absolute
from newsletter.moments import machine_date
from newsletter.structured_data import Node, filled, publisher


def discussion_nodes(discussion: Discussion, threads: Iterable[Thread]) -> list[Node]:
    """The conversation as far as the page shows it; nothing where that is nothing."""
    comments = [node for thread in threads for node in thread_nodes(thread)]
    if not comments:
        return []
    place = discussion.place
    node = {
        "@type": "DiscussionForumPosting",
        "headline": str(place),
        "text": place.summary or str(place),
        "url": absolute(discussion.get_absolute_url()),
        "mainEntityOfPage": absolute(place.get_absolute_url()),  # type: ignore[attr-defined]
        "datePublished": place.published_at and machine_date(place.published_at),
        "author": publisher(discussion.newsletter),
        "commentCount": discussion.comment_count,
        "comment": comments,
    }
    return [filled(node)]


def thread_nodes(thread: Thread) -> list[Node]:
    """The approved comments of a thread: each inside the one that it answers, as far as that is there."""
    nodes: dict[int, Node] = {}
    outermost: list[Node] = []
    for row in thread.rows:
        if not row.comment.is_approved:
            continue
        node = nodes[row.comment.pk] = {**node_of(said(row.comment), get_language())}
        above = nodes.get(row.comment.parent_id or 0)
        (above.setdefault("comment", []) if above else outermost).append(node)
    return outermost
