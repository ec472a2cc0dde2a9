"""The stored HTML of comments and of what introduces them, made here and nowhere else."""

from collections.abc import Iterable

from comments.models import TALKS, Comment, Discussion
from core import locking
from core.changes import content_changed
from core.markup import RENDERER_VERSION, render
from core.markup.comments import COMMENT_RENDERER_VERSION, render_comment


def render_bodies(comments: Iterable[Comment]) -> None:
    """Set the HTML of comments from their texts; the caller saves them."""
    for comment in comments:
        comment.body_html = render_comment(comment.body)
        comment.renderer_version = COMMENT_RENDERER_VERSION


def render_anew(comments: Iterable[Comment]) -> None:
    """Render comments anew and announce it in the same transaction. One whose text is changed meanwhile has its HTML
    from that change."""
    batch = list(comments)
    render_bodies(batch)
    with locking.turn():
        locking.lock(Discussion.objects.filter(pk__in={comment.discussion_id for comment in batch}))
        for comment in batch:
            html = {"body_html": comment.body_html, "renderer_version": comment.renderer_version}
            Comment.objects.filter(pk=comment.pk, body=comment.body).update(**html)
        content_changed(TALKS)


def render_introductions(discussions: Iterable[Discussion]) -> None:
    """The same for what editors say at the head of discussions."""
    with locking.turn():
        for discussion in discussions:
            html = render(discussion.introduction, prefix=f"d{discussion.pk}-", heading_base=3).html
            unchanged = Discussion.objects.filter(pk=discussion.pk, introduction=discussion.introduction)
            unchanged.update(introduction_html=html, renderer_version=RENDERER_VERSION)
        content_changed(TALKS)
