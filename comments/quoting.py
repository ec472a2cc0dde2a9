"""Comments as something that editors quote and answer: see `newsletter.sayings`."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count

from comments.models import TALKS, Comment, Discussion
from comments.models.comments import Badge, CommentQuerySet
from core.markup.comments import comment_to_text
from core.page_cache import shows
from newsletter.models import Newsletter, Publishable
from newsletter.sayings import Saying, Source

#: Of what was said lately.
MOST_OFFERED = 30
MOST_PIECES = 8


def find(keys: Collection[int]) -> Mapping[int, Saying]:
    """Those that everybody may see, at the cost of one."""
    if not keys:
        return {}
    shows(TALKS)
    comments = list(with_all(Comment.objects.filter(pk__in=keys)))
    shows(*(comment.discussion.topic for comment in comments))
    return {comment.pk: saying_of(comment) for comment in comments if is_public(comment)}


def is_public(comment: Comment) -> bool:
    """The same as `CommentQuerySet.public`."""
    discussion = comment.discussion
    return comment.is_approved and discussion.place.is_public and not discussion.is_off


def lately(newsletter: Newsletter, since: datetime) -> list[Saying]:
    """What readers wrote under a newsletter's pieces: what is featured first, then what is liked most."""
    written = Comment.objects.public().written_here().under(newsletter).filter(created_at__gt=since)
    others = written.exclude(author=None).exclude(badge=Badge.EDITOR).order_by("-is_featured", "-score", "-pk")
    return [saying_of(comment) for comment in with_all(others)[:MOST_OFFERED]]


def busiest(newsletter: Newsletter, since: datetime) -> list[tuple[Publishable, int]]:
    """The pieces under which most was said, most first."""
    said = Comment.objects.public().under(newsletter).filter(created_at__gt=since).order_by()
    counts = dict(said.values_list("discussion").annotate(count=Count("pk")).order_by("-count")[:MOST_PIECES])
    discussions = Discussion.objects.with_places().in_bulk(counts)
    return [(discussions[pk].place, count) for pk, count in counts.items()]


def with_all(comments: CommentQuerySet) -> CommentQuerySet:
    return comments.with_places().select_related("author")


def saying_of(comment: Comment) -> Saying:
    author = comment.author
    return Saying(
        source="comment",
        key=comment.pk,
        text=comment_to_text(comment.body_html),
        name=comment.shown_name,
        headline=comment.headline,
        said_at=comment.created_at,
        language=(author and author.language) or comment.discussion.newsletter.language,
        user=author,
        email=author.email if author and author.is_active else "",
        path=comment.get_absolute_url(),
    )


SOURCE = Source("comment", find, lately, busiest)
