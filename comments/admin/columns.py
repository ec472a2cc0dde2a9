"""What lists say of comments and of those who wrote them; any word in them may be hostile, so templates draw them."""

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from comments.counting import counted
from comments.models import Comment, State
from comments.trusting import BAD
from core.admin import drawn

text = drawn("comments/columns/_text", _("comment"))
reader = drawn("comments/columns/_reader", _("reader"))
why = drawn("comments/columns/_why", _("why"))
state = drawn("comments/_state", _("state"))


def with_record(people: QuerySet, reader: str = "pk") -> QuerySet:
    """Annotate how many comments of each reader were approved and how many not; `reader` is where their id stands."""
    own = Comment.objects.filter(author=OuterRef(reader)).order_by().values("author")
    return people.annotate(
        good=counted(own.filter(state=State.APPROVED)),
        bad=counted(own.filter(state__in=BAD)),
    )
