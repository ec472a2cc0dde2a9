"""Whose names and headlines stand beside comments: those that somebody has looked at."""

from accounts.models import User
from comments.models import Comment, Standing, Trust, standing_of
from core import page_cache


def show_profile(reader: User) -> None:
    """After a profile changed: let the comments of a reader whom we trust show the new name and headline.

    Those of others keep the name that was approved with them. Pictures change for everybody. A few queries.
    """
    if is_trusted(reader):
        Comment.objects.filter(author=reader).update(name=reader.display_name, headline=reader.headline)
        Standing.objects.filter(reader=reader).update(known_name=reader.display_name, known_headline=reader.headline)
    page_cache.content_changed()


def is_trusted(reader: User) -> bool:
    return standing_of(reader).trust == Trust.TRUSTED or reader.has_perm("comments.moderate_comment")
