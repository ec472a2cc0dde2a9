"""What becomes of dispatches when their issue, or an article in it, changes its state: see `newsletter.publishing`.

What readers cannot see any more is mailed to nobody: what was planned or under way is paused, with the reason, and
goes on when an editor says so. What they are to see later is mailed no earlier.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.desk import Line
from mailing.delivery import dispatching
from mailing.delivery.dispatching import in_words
from mailing.models import Delivery, Dispatch, StoredLetter
from newsletter.models import Article, Issue, Publishable
from newsletter.publishing import Change

#: On the front page; who has more paused than these looks at the list.
MOST_LINES = 5

REASONS = {
    Change.WITHDRAWN: gettext_lazy("“%(thing)s” was withdrawn on %(date)s."),
    Change.DRAFTED: gettext_lazy("“%(thing)s” became a draft again on %(date)s."),
    Change.MOVED: gettext_lazy("“%(thing)s” moved elsewhere on %(date)s."),
}


def consequences(thing: Publishable, change: Change) -> Iterator[str]:
    """Two queries, and one for each dispatch under way."""
    dispatches = of_thing(thing)
    for dispatch in dispatches:
        if words := consequence(dispatch, thing, change):
            yield words % {"mail": dispatch, "date": in_words(dispatch.start_at)}
    people = dispatches.filter(correction=None).aggregate(people=Sum("size"))["people"]
    if people and change == Change.WITHDRAWN:
        words = ngettext(
            "It went out by mail, to %(people)d person: the copy stays, with links that lead nowhere.",
            "It went out by mail, to %(people)d people: their copies stay, with links that lead nowhere.",
            people,
        )
        yield words % {"people": people}


def consequence(dispatch: Dispatch, thing: Publishable, change: Change) -> str | None:
    is_issue, state = isinstance(thing, Issue), dispatch.state
    if change == Change.PUBLISHED:
        if is_issue and state == Dispatch.State.PAUSED:
            return _("The mail “%(mail)s” is paused. It goes on when you say so on its page.")
        is_planned = is_issue and state == Dispatch.State.PLANNED
        words = _(
            "The mail “%(mail)s” is planned for %(date)s. If readers see the issue only later, it waits for them."
        )
        return words if is_planned else None
    if change == Change.DELETED:
        stays = is_issue or is_about(dispatch, thing)
        words = _("The mail “%(mail)s” is made of it, and stays to be looked up: so it cannot be deleted.")
        return words if stays else None
    if state not in Dispatch.WORKING or not brings(dispatch, thing, change):
        return None
    if dispatch.has_begun:
        return _("The mail “%(mail)s” is being sent. It stops, and does not go on by itself.")
    return _("The mail “%(mail)s” is planned for %(date)s. It is paused, and does not go on by itself.")


def follow(thing: Publishable, change: Change) -> None:
    """Two queries, and three for each dispatch under way."""
    if change == Change.PUBLISHED:
        planned = of_thing(thing).filter(state=Dispatch.State.PLANNED, issue__published_at__gt=timezone.now())
        planned.filter(start_at__lt=thing.published_at).update(start_at=thing.published_at)
        return
    # Whoever sets the letter has the row while reading the texts, and reads them before this change or after it.
    for dispatch in of_thing(thing).working().select_for_update(of=("self",)):
        if brings(dispatch, thing, change):
            dispatching.stop(dispatch, reason(dispatch, thing, change))
            dispatch.deliveries.filter(state=Delivery.State.CLAIMED).update(
                state=Delivery.State.QUEUED, lease_until=None
            )


def of_thing(thing: Publishable) -> Any:
    """The mailings of an issue, or of that of an article, with those of their corrections."""
    if isinstance(thing, Article):
        return Dispatch.objects.filter(Q(issue=thing.issue_id) | Q(correction__article=thing.pk)).order_by("pk")
    return Dispatch.objects.filter(issue=thing.pk).order_by("pk")


def brings(dispatch: Dispatch, thing: Publishable, change: Change) -> bool:
    """Whether its letter is not right any more. One that is not stored yet will say what readers can see then."""
    if isinstance(thing, Issue) or is_about(dispatch, thing):
        return True
    was_public = change == Change.WITHDRAWN or thing.is_public
    return was_public and not dispatch.correction and StoredLetter.objects.filter(dispatch=dispatch).exists()


def is_about(dispatch: Dispatch, thing: Publishable) -> bool:
    """Whether it is a correction of this article."""
    return dispatch.correction is not None and dispatch.correction.article_id == thing.pk


def reason(dispatch: Dispatch, thing: Publishable, change: Change) -> str:
    """For the dispatch's page, and true for good."""
    title = thing.title if len(thing.title) < 60 else f"{thing.title[:60]}…"
    words = REASONS[change] % {"thing": title, "date": in_words(timezone.now())}
    if StoredLetter.objects.filter(dispatch=dispatch).exists():
        return words + " " + _("This mail says what it said before: to send what it says now, cancel and send anew.")
    return words + " " + _("This does not go on by itself.")


def asking_lines(request: HttpRequest) -> Iterator[Line]:
    """What was paused for a reason and asks an editor. One query, for those who may send."""
    if request.user.has_perm("mailing.send_dispatch"):
        for dispatch in Dispatch.objects.filter(state=Dispatch.State.PAUSED).exclude(state_reason="")[:MOST_LINES]:
            words = _("The mail “%(mail)s” is paused: %(reason)s") % {
                "mail": dispatch,
                "reason": dispatch.state_reason,
            }
            yield Line(words, reverse("admin:mailing_dispatch_change", args=[dispatch.pk]))
