"""The stored HTML of comments, made here and nowhere else."""

from collections.abc import Iterable

from comments.models import Comment
from core.markup.comments import COMMENT_RENDERER_VERSION, render_comment


def render_bodies(comments: Iterable[Comment]) -> None:
    """Set the HTML of comments from their texts; the caller saves them. No query."""
    for comment in comments:
        comment.body_html = render_comment(comment.body)
        comment.renderer_version = COMMENT_RENDERER_VERSION


def render_stale() -> int:
    """Render anew what an older renderer made, in constant memory; returns how many."""
    stale = Comment.objects.exclude(renderer_version=COMMENT_RENDERER_VERSION).order_by("pk")
    count = 0
    for comment in stale.iterator(chunk_size=500):
        render_bodies([comment])
        comment.save(update_fields=["body_html", "renderer_version"])
        count += 1
    return count
