"""What a conversation says of itself in the words of schema.org. No function here queries."""

from collections.abc import Iterable

from comments.models import Comment, Discussion
from comments.threads import Thread
from core.addresses import absolute
from newsletter.moments import machine_date
from newsletter.structured_data import Node, filled, plain, publisher

LIKED = {"@type": "InteractionCounter", "interactionType": "https://schema.org/LikeAction"}


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
        node = nodes[row.comment.pk] = comment_node(row.comment)
        above = nodes.get(row.comment.parent_id or 0)
        (above.setdefault("comment", []) if above else outermost).append(node)
    return outermost


def comment_node(comment: Comment) -> Node:
    address = absolute(comment.get_absolute_url())
    node = {
        "@type": "Comment",
        "@id": address,
        "url": address,
        "text": plain(comment.body_html),
        "datePublished": comment.machine_date,
        "dateModified": comment.edited_at and machine_date(comment.edited_at),
        "author": author_node(comment),
        "interactionStatistic": {**LIKED, "userInteractionCount": comment.score} if comment.score else None,
    }
    return filled(node)


def author_node(comment: Comment) -> Node:
    """Of what was brought in nobody has said that they wrote it: a name alone."""
    headline = "" if comment.is_brought_in else comment.headline
    return filled({"@type": "Person", "name": comment.shown_name, "jobTitle": headline})
