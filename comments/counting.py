"""What is stored of comments besides themselves: always counted anew, never counted up, so it cannot drift.

Each function here runs inside the transaction of the change that made it necessary.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, Exists, F, IntegerField, Max, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _

from accounts.models import User
from comments import paths
from comments.models import COMMENTS, TALKS, Comment, Discussion, Like, Report, State
from comments.models.comments import WAYS
from core import desk, locking
from core.changes import content_changed

#: Beyond so many, all discussions are said to have changed.
MOST_TOPICS = 50
#: What comments store of other rows, and which are counted for it: of the comment in the query around them.
TALLIES = {
    "score": Like.objects.filter(comment=OuterRef("pk")).values("comment"),
    "report_count": Report.objects.filter(comment=OuterRef("pk"), is_settled=False).order_by().values("comment"),
}


def lock(people: Iterable[int | None], discussions: QuerySet[Discussion]) -> None:
    """Let nobody else change how these people stand, nor what is said in these discussions.

    Whoever counts must have waited for all who count the same first; see `core.locking` for the order.
    """
    locking.lock(User.objects.filter(pk__in={pk for pk in people if pk}), discussions)


def lock_comments(ids: Iterable[int], *, with_names: bool = False) -> None:
    """The same for comments with their authors; `with_names` for all that these wrote, as their names may change."""
    comments = Comment.objects.filter(pk__in=list(ids)).order_by()
    authors = set(comments.values_list("author", flat=True))
    wanted = Q(pk__in=comments.values("discussion"))
    if with_names:
        wanted |= Q(pk__in=Comment.objects.filter(author__in=authors - {None}).order_by().values("discussion"))
    lock(authors, Discussion.objects.filter(wanted))


def refresh(comments: Collection[Comment]) -> None:
    """After the states of `comments` changed: which comments threads show, and how many discussions have.

    The public pages are made anew.
    """
    touched = {
        pk for comment in comments for pk in (comment.pk, comment.root_id, *paths.ancestors(comment.path)) if pk
    }
    Comment.objects.filter(pk__in=touched).update(shown=is_shown())
    discussions = [Discussion(pk=pk) for pk in {comment.discussion_id for comment in comments}]
    recount(Discussion.objects.filter(pk__in=[each.pk for each in discussions]))
    topics = [topic for each in discussions for topic in (each.topic, each.count_topic)]
    content_changed(COMMENTS, *(topics if len(topics) <= MOST_TOPICS else [TALKS]))


def is_shown() -> Q:
    """Approved, or above an approved comment."""
    below = Comment.objects.approved().filter(
        root=Coalesce(OuterRef("root"), OuterRef("pk")),
        path__gt=OuterRef("path"),
        path__lt=Concat(OuterRef("path"), Value(paths.AFTER_ALL)),
    )
    return Q(state=State.APPROVED) | Q(Exists(below))


def recount(discussions: QuerySet[Discussion]) -> None:
    """Count the approved comments of discussions, and find the newest."""
    newest = Subquery(approved_comments().annotate(last=Max("created_at")).values("last"))
    discussions.update(comment_count=counted(approved_comments()), last_comment_at=newest)


def tally(comments: QuerySet[Comment], *fields: str) -> None:
    """Count anew what the `TALLIES` of these names tell."""
    comments.update(**{field: counted(TALLIES[field]) for field in fields})


def approved_comments() -> QuerySet:
    """Of the discussion in the query around it."""
    return Comment.objects.approved().filter(discussion=OuterRef("pk")).order_by().values("discussion")


def counted(rows: QuerySet) -> Coalesce:
    """The number of `rows`, which are grouped by what they belong to, as a value for an update."""
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0)


def drifted() -> list[str]:
    """What is stored and not as counted now; empty as long as the house stands."""
    comments, discussions = Comment.objects.all(), Discussion.objects.all()
    return [
        *differing(comments, "shown", is_shown()),
        *differing(discussions, "comment_count", counted(approved_comments())),
        *(line for field, rows in TALLIES.items() for line in differing(comments, field, counted(rows))),
    ]


def differing(rows: QuerySet, field: str, right: Q | Coalesce) -> list[str]:
    wrong = rows.annotate(right=right).exclude(**{field: F("right")}).values_list("pk", flat=True)
    return [f"{rows.model._meta.verbose_name} {pk}: {rows.model._meta.get_field(field).verbose_name}" for pk in wrong]


def mend() -> None:
    """Count everything anew, one discussion after the other."""
    for pk in Discussion.objects.order_by("pk").values_list("pk", flat=True):
        with locking.turn():
            discussion, comments = Discussion.objects.filter(pk=pk), Comment.objects.filter(discussion=pk)
            locking.lock(discussion)
            comments.update(shown=is_shown())
            recount(discussion)
            tally(comments, *TALLIES)
    content_changed(TALKS)


def comments_by_day(thing: Model, first: date, last: date) -> Iterable[desk.Series]:
    """What readers said in the discussions of an issue and its articles, of an article or of a newsletter."""
    if thing._meta.model_name not in WAYS:
        return []
    comments = Comment.objects.approved().written_here().under(thing).filter(created_at__date__range=(first, last))
    by_day = comments.values_list("created_at__date").annotate(number=Count("pk"))
    return [desk.Series(_("Comments"), dict(by_day))]
