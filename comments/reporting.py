"""Reports: a reader tells the moderators of a comment."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from comments import counting
from comments.models import Comment, Discussion, Report, standing_of
from comments.posting import Refused


@transaction.atomic
def report(comment: Comment, by: User, reason: str, note: str = "") -> Report:
    """Report a public comment of somebody else; a second report of the same reader replaces the first.

    Raises Refused. The comment stays where it is until a moderator has looked at it.
    """
    counting.lock([by.pk], Discussion.objects.filter(pk=comment.discussion_id))
    if not Comment.objects.public().exclude(author=by).filter(pk=comment.pk).exists() or standing_of(by).is_banned:
        raise Refused(_("You cannot report this comment."))
    words = {"reason": reason, "note": note, "is_settled": False}
    made, _created = Report.objects.update_or_create(comment=comment, reader=by, defaults=words)
    counting.recount_reports(Comment.objects.filter(pk=comment.pk))
    return made
