"""The stored HTML of comments, made here and nowhere else."""

from collections.abc import Iterable

from comments.models import TALKS, Comment
from core.changes import content_changed
from core.markup.comments import COMMENT_RENDERER_VERSION, render_comment


def render_bodies(comments: Iterable[Comment]) -> None:
    """Set the HTML of comments from their texts; the caller saves them."""
    for comment in comments:
        comment.body_html = render_comment(comment.body)
        comment.renderer_version = COMMENT_RENDERER_VERSION


def render_all(*, stale_only: bool) -> int:
    """Render comments anew, those that an older renderer made or all, in constant memory; returns how many.

    A comment whose text is changed meanwhile has its HTML from that change.
    """
    comments, count = Comment.objects.order_by("pk"), 0
    if stale_only:
        comments = comments.exclude(renderer_version=COMMENT_RENDERER_VERSION)
    for comment in comments.iterator(chunk_size=500):
        render_bodies([comment])
        html = {"body_html": comment.body_html, "renderer_version": comment.renderer_version}
        count += Comment.objects.filter(pk=comment.pk, body=comment.body).update(**html)
    content_changed(TALKS)
    return count
