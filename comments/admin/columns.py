"""What lists say of comments and of those who wrote them. Every word in them may be hostile, so all is escaped."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from comments.counting import counted
from comments.models import Comment, Standing, State, Trust
from comments.models.moderation import name_of
from comments.trusting import BAD
from core.zones import age
from newsletter.moments import machine_date

SHORT = {
    Trust.NEW: gettext_lazy("New"),
    Trust.TRUSTED: gettext_lazy("Trusted"),
    Trust.RESTRICTED: gettext_lazy("Restricted"),
}


def with_record(people: QuerySet, reader: str = "pk") -> QuerySet:
    """Annotate how many comments of each reader were approved and how many not; `reader` is where their id stands."""
    own = Comment.objects.filter(author=OuterRef(reader)).order_by().values("author")
    return people.annotate(
        good=counted(own.filter(state=State.APPROVED)),
        bad=counted(own.filter(state__in=BAD)),
    )


def chips(person: User | None, good: int, bad: int) -> SafeString:
    """How a reader stands, as one word, and what became of their comments. Needs their standing."""
    standing: Standing | None = getattr(person, "standing", None)
    trust = Trust(standing.trust) if standing else Trust.NEW
    word, label = ("banned", _("Banned")) if standing and standing.is_banned else (trust.value, SHORT[trust])
    record = format_html(
        '<span class="chip" title="{}">{} ✓ {} ✗</span>', _("Comments approved and not approved"), good, bad
    )
    return format_html('<span class="chip chip-{}">{}</span> {}', word, label, record)


@admin.display(description=gettext_lazy("reader"))
def reader(comment: Any) -> SafeString:
    """Name and headline as they stand on the comment, and chips. Needs `with_record` and the author's standing."""
    if comment.is_brought_in:
        return older_cell(comment)
    if comment.author is None:
        return format_html("<bdi>{}</bdi>", comment.name or name_of(None))
    address = reverse("admin:comments_reader_change", args=[comment.author_id])
    return format_html(
        '<a href="{}"><bdi>{}</bdi></a> <span class="quiet headline"><bdi>{}</bdi></span>{}',
        address,
        comment.name or name_of(comment.author),
        comment.headline,
        chips(comment.author, comment.good, comment.bad),
    )


def older_cell(comment: Comment) -> SafeString:
    """Of what was said elsewhere: the name that stood there, which is nobody's account."""
    return format_html(
        '<bdi>{}</bdi> <span class="quiet headline"><bdi>{}</bdi></span><span class="chip">{}</span>',
        comment.shown_name,
        comment.headline,
        comment.origin,
    )


@admin.display(description=gettext_lazy("comment"))
def text(comment: Comment) -> SafeString:
    """The first words of a comment, between those that it answers and its place and age."""
    answered = comment.parent
    above = format_html('<span class="quiet answered">↳ <bdi>{}</bdi></span>', answered.excerpt) if answered else ""
    words = comment.excerpt or f"({comment.get_state_display()})"
    place = comment.discussion.place.title
    return format_html(
        '{}<bdi class="excerpt">{}</bdi><span class="quiet place"><bdi>{}</bdi> · {}</span>',
        above,
        words,
        place,
        (comment.date_in_words or comment.origin) if comment.is_brought_in else age_cell(comment.created_at),
    )


@admin.display(description=gettext_lazy("why"))
def why(comment: Comment) -> SafeString:
    """What brought a comment here: the rule and what it found, an edit, reports."""
    reasons = []
    if comment.held_by:
        matched = format_html(" <q>{}</q>", comment.held_detail) if comment.held_detail else ""
        reasons.append(format_html("{}{}", comment.held_by, matched))
    if comment.proposed_body:
        reasons.append(format_html('<span class="chip">{}</span>', _("Edit waits")))
    if comment.report_count:
        reported = _("Reported: %(count)d") % {"count": comment.report_count}
        reasons.append(format_html('<strong class="reported">{}</strong>', reported))
    return format_html_join("", "<div>{}</div>", ((reason,) for reason in reasons))


@admin.display(description=gettext_lazy("state"))
def state_word(comment: Comment) -> SafeString:
    return format_html('<span class="state comment-{}">{}</span>', comment.state, comment.get_state_display())


def age_cell(moment: datetime) -> SafeString:
    """How long ago, in one unit; the moment itself shows to who points at it."""
    exact = date_format(localtime(moment), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', machine_date(moment), exact, age(moment))
