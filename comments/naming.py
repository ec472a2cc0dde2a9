"""Whose names and headlines stand beside comments: those that somebody has looked at."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User
from comments import counting
from comments.models import TALKS, Comment, Discussion, Standing, Trust, standing_of
from core.changes import content_changed


@transaction.atomic
def show_profile(reader: User) -> None:
    """After a profile changed: let the comments of a reader whom we trust show the new name and headline.

    Those of others keep their names until a comment of theirs is approved. Pictures change for everybody.
    """
    written_in = Comment.objects.filter(author=reader).order_by().values("discussion")
    counting.lock([reader.pk], Discussion.objects.filter(pk__in=written_in))
    if is_trusted(reader):
        shown = {"name": reader.display_name, "headline": reader.headline}
        Comment.objects.filter(author=reader).exclude(**shown).update(**shown)
        Standing.objects.filter(reader=reader).update(known_name=reader.display_name, known_headline=reader.headline)
    content_changed(TALKS)


def show_approved_names(comments: Iterable[Comment]) -> None:
    """After comments were approved: let all that their authors wrote show the name that was approved.

    Only what shows another is written: it may be thousands.
    """
    authors = {comment.author_id for comment in comments if comment.author_id}
    readers = Standing.objects.filter(reader__in=authors).exclude(known_name="")
    known = Standing.objects.filter(reader=OuterRef("author"))
    shown = {
        "name": Subquery(known.values("known_name")[:1]),
        "headline": Subquery(known.values("known_headline")[:1]),
    }
    if Comment.objects.filter(author__in=readers.values("reader")).exclude(**shown).update(**shown):
        content_changed(TALKS)


def is_trusted(reader: User) -> bool:
    standing = standing_of(reader)
    is_known = standing.trust == Trust.TRUSTED and not standing.is_banned
    return is_known or reader.has_perm("comments.moderate_comment")
