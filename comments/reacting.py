"""What readers do with the comments of others: like them, once each, and tell the moderators of them."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from comments import counting
from comments.models import Comment, Discussion, Like, Report, standing_of
from comments.posting import Refused
from core.changes import content_changed


@transaction.atomic
def like(comment: Comment, by: User, *, liked: bool = True) -> None:
    """Like an approved comment of somebody else, or no longer. Asking twice changes nothing. Raises Refused."""
    refuse(comment, by, _("You cannot like this comment."))
    if liked:
        Like.objects.get_or_create(comment=comment, reader=by)
    else:
        Like.objects.filter(comment=comment, reader=by).delete()
    counting.tally(Comment.objects.filter(pk=comment.pk), "score")
    content_changed(Discussion(pk=comment.discussion_id).topic)


@transaction.atomic
def report(comment: Comment, by: User, reason: str, note: str = "") -> Report:
    """Report a public comment of somebody else; a second report of the same reader replaces the first. The comment
    stays where it is until a moderator has looked at it. Raises Refused."""
    refuse(comment, by, _("You cannot report this comment."))
    words = {"reason": reason, "note": note, "is_settled": False}
    made, _created = Report.objects.update_or_create(comment=comment, reader=by, defaults=words)
    counting.tally(Comment.objects.filter(pk=comment.pk), "report_count")
    return made


def refuse(comment: Comment, by: User, words: str) -> None:
    """Raise Refused for one's own comment, for what not everybody sees, and to the banned; else lock both."""
    counting.lock([by.pk], Discussion.objects.filter(pk=comment.discussion_id))
    if not Comment.objects.public().exclude(author=by).filter(pk=comment.pk).exists() or standing_of(by).is_banned:
        raise Refused(words)
