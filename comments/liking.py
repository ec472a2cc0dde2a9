"""Likes: one for each reader and comment, counted anew each time."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from comments import counting
from comments.models import Comment, Discussion, Like, standing_of
from comments.posting import Refused
from core.changes import content_changed


@transaction.atomic
def like(comment: Comment, by: User, *, liked: bool = True) -> None:
    """Like an approved comment of somebody else, or no longer. Asking twice changes nothing. Raises Refused."""
    counting.lock([by.pk], Discussion.objects.filter(pk=comment.discussion_id))
    rows = Comment.objects.public().filter(pk=comment.pk)
    if not rows.exclude(author=by).exists() or standing_of(by).is_banned:
        raise Refused(_("You cannot like this comment."))
    if liked:
        Like.objects.get_or_create(comment=comment, reader=by)
    else:
        Like.objects.filter(comment=comment, reader=by).delete()
    counting.recount_likes(Comment.objects.filter(pk=comment.pk))
    content_changed(Discussion(pk=comment.discussion_id).topic)
