"""What can be planned or under way when something changes, and how workers go on with it."""

from datetime import timedelta
from threading import Event

import time_machine
from django.core import mail
from django.utils import timezone

from mailing.delivery import dispatching, sending
from mailing.delivery.freezing import freeze, freeze_piece
from mailing.letter.messages import plate_of
from mailing.models import Dispatch, Subscriber
from newsletter.models import Correction, Issue, Newsletter
from tests import cast
from tests.mailing.lists import subscribe

#: Before it is done; its letter is stored when the first copy is made.
UNFINISHED = ["planned", "freezing", "sending", "letter stored"]
SOON = timedelta(hours=1)


def dispatch_in(state: str, issue: Issue, **options) -> Dispatch:
    """A mailing of an issue to Sumi, who subscribes to it. `letter stored` is one that sends, with its letter made."""
    if not Subscriber.objects.exists():
        subscribe(issue.newsletter, "sumi")
    dispatch = dispatching.prepare(issue, None, **options)
    if state == "planned":
        return dispatch
    dispatching.begin(dispatch)
    freeze_piece(dispatch)
    if state != "freezing":
        freeze(dispatch)
    dispatch.refresh_from_db()
    if state == "letter stored":
        plate_of(dispatch)
    if state == "done":
        work()
        mail.outbox = []
    if state == "paused":
        dispatching.pause(dispatch)
    dispatch.refresh_from_db()
    return dispatch


def scheduled(newsletter: Newsletter, **fields) -> Issue:
    """No. 7, which readers see in an hour."""
    at = timezone.now() + SOON
    issue = cast.issue(
        newsletter, 7, title="Seven", slug="seven", body="SECRET unfinished.", published_at=at, **fields
    )
    cast.article(newsletter, issue, title="Premature", body="SECRET too.")
    return issue


def correction_of(thing) -> Correction:
    return Correction.objects.create(**{thing._meta.model_name: thing}, text="It was the moon.")


def work(**after) -> list:
    """What a worker sends now, or after a while."""
    before = len(mail.outbox)
    with time_machine.travel(timezone.now() + timedelta(**after), tick=True):
        sending.Sender(Event()).run(forever=False)
    return mail.outbox[before:]


def seen(dispatch: Dispatch) -> tuple[str, str]:
    """The state of a dispatch as stored, and the reason beside it."""
    dispatch.refresh_from_db()
    return dispatch.state, dispatch.state_reason
