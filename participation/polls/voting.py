"""What somebody answers in a poll: one ballot of each reader or browser, changed for as long as the poll is open."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import locking
from core.changes import content_changed
from participation.models import Ballot, Poll, PollAnswer
from participation.models.polls import PollQuerySet, browser_of

#: For so long pages with many readers need not be made anew, however many of them vote.
LULL = timedelta(seconds=30)
CLOSED = _("This poll is closed: nobody can vote any more.")


class Refused(Exception):
    """This cannot be voted on; the message says why, to the reader."""


class Voter(NamedTuple):
    """Who votes: a reader who has signed in, the key in their browser's cookie (empty without one), or both."""

    user: User | None
    key: str = ""


@transaction.atomic
def vote(poll: Poll, voter: Voter, answers: Collection[PollAnswer]) -> Ballot:
    """Let the answers be those of a voter, in place of what they answered before. Votes in one poll wait for each
    other, so that two at once from one browser are one. Raises Refused when it has closed meanwhile."""
    locking.lock(Poll.objects.filter(pk=poll.pk))
    if not Poll.objects.open().filter(pk=poll.pk).exists():
        raise Refused(CLOSED)
    ballot = of_both(poll, voter) or Ballot(poll=poll)
    ballot.user, ballot.voted_at = voter.user or ballot.user, timezone.now()
    if not voter.user:
        ballot.browser = browser_of(poll, voter.key)
    ballot.save()
    ballot.answers.set(answers)
    tell(poll)
    return ballot


def of_both(poll: Poll, voter: Voter) -> Ballot | None:
    """The ballot of a voter. Who has voted in a browser before they signed in counts once: what they answered then
    becomes theirs, or goes where they have answered as a reader."""
    own = ballot_of(poll, voter)
    if voter.user and own and own.user and Ballot.objects.of_browser(poll, voter.key).filter(user=None).delete()[0]:
        own.browser = browser_of(poll, voter.key)
    return own


def ballot_of(poll: Poll, voter: Voter) -> Ballot | None:
    """What they have answered: as a reader, else in this browser. What another reader has answered in it is not
    theirs."""
    in_browser = Ballot.objects.of_browser(poll, voter.key)
    if voter.user is None:
        return in_browser.first()
    return poll.ballots.filter(user=voter.user).first() or in_browser.filter(user=None).first()


def tell(poll: Poll) -> None:
    """Let pages with its numbers be made anew; after a vote in a lull at once, after others by `tell_of_votes`."""
    now = timezone.now()
    quiet = Poll.objects.filter(pk=poll.pk, numbers_at__lt=now - LULL)
    if poll.results == Poll.Results.ALWAYS and quiet.update(numbers_at=now):
        content_changed(poll.topic)


def tell_of_votes() -> None:
    """The votes of which pages know nothing yet."""
    for poll in Poll.objects.unheard():
        with transaction.atomic():
            locking.lock(Poll.objects.filter(pk=poll.pk))
            Poll.objects.filter(pk=poll.pk).update(numbers_at=timezone.now())
            content_changed(poll.topic)


def close(polls: PollQuerySet) -> int:
    """Let nobody vote any more; returns how many were open."""
    closed = polls.open().update(closes_at=timezone.now())
    content_changed()
    return closed
