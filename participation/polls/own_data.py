"""What is kept of readers who took part: given to them, and forgotten when they say so."""

from typing import Any

from accounts.models import User
from core.changes import content_changed
from participation.models import Ballot, Poll


class Votes:
    """See `accounts.own_data.Source`. A vote goes with its reader, whatever becomes of their words, and is counted no
    more."""

    name = "votes"

    def export(self, user: User) -> list[dict[str, Any]]:
        ballots = user.ballots.select_related("poll").prefetch_related("answers")
        return [
            {
                "question": ballot.poll.question,
                "answers": list(map(str, ballot.answers.all())),
                "when": ballot.voted_at,
            }
            for ballot in ballots
        ]

    def erase(self, user: User, *, keep_words: bool) -> None:
        polls = Poll.objects.filter(ballots__user=user)
        topics = [poll.topic for poll in polls]
        Ballot.objects.filter(user=user).delete()
        if topics:
            content_changed(*topics)
