"""Prepare, start, pause, resume, cancel: the only place that changes the state of a dispatch.

Every change is a conditional update, so that of two people and any number of workers one wins, and workers see it
within a chunk of messages or two seconds.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from core import locking
from mailing.delivery.freezing import Audience, by_language, chosen
from mailing.models import Delivery, Dispatch, Throttle
from newsletter import publishing
from newsletter.models import Correction, Issue

State = Dispatch.State

#: A dispatch stops itself when more than one in twenty fails for good, of at least so many failures.
FEWEST_FAILURES = 20
SUCCESSES_A_FAILURE = 19
#: What nobody has cared for in so long, as in a database that was restored, is not sent without asking.
OVERDUE = timedelta(hours=4)
#: How exactly it is known when somebody last did.
ATTENTION = timedelta(minutes=5)

#: What else an editor knows of a dispatch when going on, by the field that keeps it: only what comes on top of that
#: stops it again. Apps above add theirs in their registrations.
knowledge: list[Callable[[Dispatch], Mapping[str, int]]] = []


class NotAllowed(publishing.NotAllowed):
    """The same of a dispatch."""


def prepare(
    issue: Issue,
    by: User | None,
    *,
    audience: Audience | None = None,
    subject: str = "",
    preheader: str = "",
    correction: Correction | None = None,
    start_at: datetime | None = None,
    rate: int = 0,
) -> Dispatch:
    """Plan a mailing, which workers begin at `start_at` (at once, unless told otherwise).

    It waits until readers can see the issue; raises NotAllowed where that is not planned. Subject and preheader are
    the issue's unless given. `rate` is in messages a second, 0 is as fast as the server takes. A `correction` goes,
    instead of the issue, to those who received it.
    """
    if not (issue.is_public or issue.is_scheduled):
        raise NotAllowed(_("Readers cannot see “%(title)s”. Publish it first, then send it.") % {"title": issue})
    return Dispatch.objects.create(
        issue=issue,
        created_by=by,
        audience=audience or {},
        subject=subject or issue.subject or issue.title,
        preheader=preheader or ("" if correction else issue.preheader),
        correction=correction,
        start_at=earliest(issue, start_at),
        rate=rate,
    )


def audience_by_language(dispatch: Dispatch) -> dict[str, int]:
    """How many people a dispatch, which need not be stored, would go to if it began now."""
    return by_language(chosen(dispatch.issue, dispatch.audience, dispatch.correction), dispatch.issue)


def earliest(issue: Issue, at: datetime | None = None) -> datetime:
    """`at`, or now, unless readers see the issue only later."""
    moments = [timezone.now(), at, issue.published_at if issue.is_scheduled else None]
    return max(moment for moment in moments if moment)


def obstacle(dispatch: Dispatch) -> str:
    """Why nobody may get it now, in a sentence; empty where readers can see what it brings."""
    hidden = dispatch.hidden
    if hidden is None:
        return ""
    if hidden.is_scheduled and hidden.published_at:
        return _("Readers see “%(title)s” from %(date)s on.") % {
            "title": hidden,
            "date": in_words(hidden.published_at),
        }
    return _("Readers cannot see “%(title)s”. Publish it first, then send it.") % {"title": hidden}


def demand_public(dispatch: Dispatch) -> None:
    """Raises NotAllowed where readers cannot see what a dispatch brings."""
    if reason := obstacle(dispatch):
        raise NotAllowed(reason)


def neglect(dispatch: Dispatch) -> str:
    """What to ask an editor where nobody has cared for a dispatch in hours; else empty."""
    limit = timezone.now() - OVERDUE
    last = max(dispatch.attended_at or dispatch.start_at, dispatch.start_at)
    if last > limit or (dispatch.started_at and not dispatch.deliveries.due(before=limit).exists()):
        return ""
    if dispatch.has_begun:
        return _("Since %(date)s nobody has been there to send it. Go on now?") % {"date": in_words(last)}
    words = _("This was planned for %(date)s and nobody was there to send it. Send it now?")
    return words % {"date": in_words(dispatch.start_at)}


def attend(dispatch: Dispatch) -> None:
    """Note that a worker cares for a dispatch."""
    now = timezone.now()
    if dispatch.attended_at is None or dispatch.attended_at < now - ATTENTION:
        Dispatch.objects.filter(pk=dispatch.pk).update(attended_at=now)


def in_words(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def start(dispatch: Dispatch) -> None:
    """Begin what was planned for later now."""
    demand_public(dispatch)
    change(dispatch, [State.PLANNED], State.PLANNED, start_at=timezone.now())


def begin(dispatch: Dispatch) -> bool:
    """What a worker does when a planned dispatch is due; False where another was first."""
    return moved(dispatch, [State.PLANNED], State.FREEZING)


def pause(dispatch: Dispatch, reason: str = "") -> None:
    """Hold it; what a worker has just begun to send still goes out."""
    change(dispatch, [State.FREEZING, State.SENDING], State.PAUSED, state_reason=reason)


@transaction.atomic
def resume(dispatch: Dispatch) -> None:
    """Go on where it was held, at its time if that is still to come; the failures until now stop it no more. Raises
    NotAllowed where readers cannot see what it brings."""
    if dispatch.has_begun or not dispatch.issue.is_scheduled:
        demand_public(dispatch)
    if not dispatch.has_begun:
        at = earliest(dispatch.issue, dispatch.start_at)
        change(dispatch, [State.PAUSED], State.PLANNED, state_reason="", start_at=at)
        return
    known = {"failures_known": dispatch.deliveries.failed().count()}
    for source in knowledge:
        known |= source(dispatch)
    goes_on, now = State.SENDING if dispatch.started_at else State.FREEZING, timezone.now()
    change(dispatch, [State.PAUSED], goes_on, state_reason="", attended_at=now, **known)


def cancel(dispatch: Dispatch) -> None:
    """End it for good; who has not got it yet does not get it from this dispatch."""
    unfinished = [State.PLANNED, State.FREEZING, State.SENDING, State.PAUSED]
    change(dispatch, unfinished, State.CANCELLED, finished_at=timezone.now())


@transaction.atomic
def set_rate(dispatch: Dispatch, rate: int) -> None:
    """In messages a second; 0 is as fast as the server takes. Workers heed it within five seconds."""
    Dispatch.objects.filter(pk=dispatch.pk).update(rate=rate)
    Throttle.objects.filter(name=f"dispatch-{dispatch.pk}").delete()
    dispatch.rate = rate


@transaction.atomic
def resend_failed(dispatch: Dispatch) -> int:
    """Queue again what failed, but for those who have it from another dispatch; returns how many. Raises NotAllowed
    where the dispatch was cancelled: those who want a copy are another dispatch's."""
    if dispatch.state == State.CANCELLED:
        raise NotAllowed(_("“%(dispatch)s” was cancelled.") % {"dispatch": dispatch})
    demand_public(dispatch)
    locking.lock(Issue.objects.filter(pk=dispatch.issue_id))  # no other dispatch of it is listed meanwhile
    same = Delivery.objects.of_issue(dispatch.issue, dispatch.correction)
    elsewhere = same.exclude(dispatch=dispatch).had_or_coming()
    copies = dispatch.deliveries.failed().filter(~Exists(elsewhere.filter(subscriber=OuterRef("subscriber"))))
    return send_again(dispatch, list(copies.values_list("pk", flat=True)))


@transaction.atomic
def decide_uncertain(dispatch: Dispatch, sent: bool, ids: Collection[int] | None = None) -> int:
    """An editor's word on copies of which nobody knows whether they arrived, all or those in `ids`; returns how many.

    Those that were not sent are queued again, under their old Message-ID, unless the dispatch was cancelled: then they
    failed.
    """
    copies = dispatch.deliveries.uncertain()
    if ids is not None:
        copies = copies.filter(pk__in=ids)
    if sent:
        facts = {"state": Delivery.State.HANDED_OVER, "handed_over_at": timezone.now()}
        return copies.update(**facts, worker="", answer=_("taken as sent"))
    if dispatch.state == State.CANCELLED:
        return copies.update(state=Delivery.State.FAILED, worker="", answer=_("taken as not sent"))
    demand_public(dispatch)
    return send_again(dispatch, list(copies.values_list("pk", flat=True)))


def fail_uncertain(dispatch: Dispatch, copy: int, answer: str) -> bool:
    """What is known by now of one: it did not arrive. False where it is not uncertain any more."""
    found = dispatch.deliveries.uncertain().filter(pk=copy)
    return bool(found.update(state=Delivery.State.FAILED, worker="", answer=answer[:500]))


def send_again(dispatch: Dispatch, ids: Collection[int]) -> int:
    """Queue deliveries anew, as if they had never been tried, and wake their dispatch."""
    queued = dispatch.deliveries.filter(pk__in=ids).update(
        state=Delivery.State.QUEUED, worker="", attempts=0, next_attempt_at=timezone.now()
    )
    if queued:
        moved(dispatch, [State.DONE], State.SENDING, finished_at=None, failures_known=0)
    return queued


def finish(dispatch: Dispatch) -> bool:
    """End a dispatch of which nothing is left to send; False while there is."""
    is_over = ~Exists(Delivery.objects.open().filter(dispatch=OuterRef("pk")))
    return moved(dispatch, [State.SENDING], State.DONE, only_if=Q(is_over), finished_at=timezone.now())


def stop_if_failing(dispatch: Dispatch) -> bool:
    """Pause a dispatch of which too much fails, as when a list is old or the server has come to mistrust us. It counts
    no more successes than it needs."""
    failures = dispatch.deliveries.failed().count() - dispatch.failures_known
    if failures < FEWEST_FAILURES:
        return False
    enough = failures * SUCCESSES_A_FAILURE
    if dispatch.deliveries.received()[:enough].count() == enough:
        return False
    return stop(dispatch, _("More than 5 %% of the copies failed, %(number)d so far.") % {"number": failures})


def stop(dispatch: Dispatch, reason: str) -> bool:
    """Pause a dispatch, for a reason that is no editor's own wish."""
    return moved(dispatch, Dispatch.WORKING, State.PAUSED, state_reason=reason[:300])


def change(dispatch: Dispatch, before: list[Dispatch.State], after: Dispatch.State, **values: Any) -> None:
    """Raises NotAllowed where the dispatch is in no state for it."""
    if not moved(dispatch, before, after, **values):
        dispatch.refresh_from_db(fields=["state"])
        state = dispatch.get_state_display()
        raise NotAllowed(_("“%(dispatch)s” is in the state “%(state)s”.") % {"dispatch": dispatch, "state": state})


def moved(
    dispatch: Dispatch, before: list[Dispatch.State], after: Dispatch.State, *, only_if: Q | None = None, **values: Any
) -> bool:
    """Change the state where it is one of those before; the object in hand follows."""
    there = Dispatch.objects.filter(only_if or Q(), pk=dispatch.pk, state__in=before)
    if not there.update(state=after, **values):
        return False
    for name, value in {"state": after, **values}.items():
        setattr(dispatch, name, value)
    return True
