"""A dispatch stops itself at the rates at which receivers begin to take a sender for a nuisance.

Gmail and Yahoo ask for less than 0.1 % of complaints (support.google.com/a/answer/81126,
senders.yahooinc.com/best-practices); Amazon SES and others review a sender of whose mail 2 to 5 % comes back.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.admin import change_page
from core.desk import Line
from deliverability import tallying
from mailing.delivery import dispatching
from mailing.models import Dispatch
from newsletter.checking.finding import Finding
from newsletter.models import Article, Issue


class Limit(NamedTuple):
    """One in so many of the copies that were handed over. Before there are so many of the kind, the first copies of a
    large audience tell little: until then all of it counts as handed over."""

    telling: int
    one_in: int
    known: str
    stopped: Promise
    remark: Promise


#: One alone stops no mailing, however small.
FEWEST = 2
LIMITS = {
    "complaints": Limit(
        3,
        1000,
        "complaints_known",
        _(
            "%(number)d people reported it as spam: more than receivers stand (1 in 1,000). Look where they came from"
            " and whether they asked for it, before you go on."
        ),
        _("%(number)d people reported “%(mail)s” as spam, 1 in 1,000 or more"),
    ),
    "hard": Limit(
        20,
        50,
        "hard_known",
        _(
            "%(number)d addresses do not exist: more than receivers stand (1 in 50). An old or a bought list? Look"
            " where they came from, before you go on. These get nothing any more."
        ),
        _("%(number)d addresses of “%(mail)s” do not exist, 1 in 50 or more"),
    ),
}


def brake(dispatch: Dispatch) -> bool:
    """Stop a dispatch that is under way where too much comes back, but for what an editor knew when going on."""
    if dispatch.state not in Dispatch.WORKING:
        return False
    for limit, number in exceeded(dispatch, tallying.sums_of(dispatch)[dispatch.pk], leave_out_known=True):
        return dispatching.stop(dispatch, limit.stopped % {"number": number})
    return False


def exceeded(
    dispatch: Dispatch, figures: Mapping[str, int], *, leave_out_known: bool = False
) -> Iterator[tuple[Limit, int]]:
    """The limits that a dispatch is beyond. It counts no more copies than it needs, and none where what was counted
    lately is enough."""
    for name, limit in LIMITS.items():
        number = figures[name] - (getattr(dispatch, limit.known) if leave_out_known else 0)
        enough = number * limit.one_in + 1
        at_least = max(figures["handed"], min(dispatch.size, limit.telling * limit.one_in))
        may_be = number >= FEWEST and at_least < enough
        if may_be and dispatch.deliveries.received()[:enough].count() < enough:
            yield limit, number


def known(dispatch: Dispatch) -> dict[str, int]:
    """What an editor knows when going on: only what comes on top of it stops a dispatch again."""
    figures = tallying.sums_of(dispatch)[dispatch.pk]
    return {limit.known: figures[name] for name, limit in LIMITS.items()}


#: How long a mailing that is done is remembered against the list, and so many of the last ones are looked at.
REMEMBERED = timedelta(days=30)
LATEST = 5


def of_late() -> Iterator[tuple[Dispatch, Limit, int]]:
    """The last mailings beyond a limit that are done: what stopped is said by itself."""
    done = Dispatch.objects.filter(state=Dispatch.State.DONE, started_at__gt=timezone.now() - REMEMBERED)
    dispatches = list(done.select_related("issue").order_by("-pk")[:LATEST])
    figures = tallying.sums_of(*dispatches)
    for dispatch in dispatches:
        for limit, number in exceeded(dispatch, figures[dispatch.pk]):
            yield dispatch, limit, number


def lines(request: HttpRequest) -> Iterator[Line]:
    """For the front page of the desk, before the next one is sent."""
    if request.user.has_perm("mailing.send_dispatch"):
        for dispatch, limit, number in of_late():
            yield Line(limit.remark % {"number": number, "mail": dispatch}, change_page(dispatch))


def flaws(thing: Issue | Article) -> Iterator[Finding]:
    """For whoever publishes and mails an issue: what came back of the last mailing of this newsletter."""
    if isinstance(thing, Issue):
        for dispatch, limit, number in of_late():
            if dispatch.issue.newsletter_id == thing.newsletter_id:
                yield Finding(thing, "subject", "much-came-back", limit.remark % {"number": number, "mail": dispatch})
