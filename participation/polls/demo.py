"""What readers of the demo publication have voted: as many browsers as there are votes."""

from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import yaml
from django.utils import timezone

from newsletter.models import Newsletter
from participation.models import Ballot, Poll, PollAnswer
from participation.models.polls import browser_of

FILE = Path(__file__).with_suffix(".yaml")


def load() -> None:
    """The texts of the demo name these polls."""
    for facts in yaml.safe_load(FILE.read_text(encoding="utf-8")):
        add_poll(**facts)


def remove() -> None:
    Poll.objects.all().delete()


def add_poll(newsletter: str, answers: dict[str, int], days: int, **facts: Any) -> None:
    """One that closes so many days from now, and so many votes for each answer."""
    closes_at = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)
    poll = Poll.objects.create(newsletter=Newsletter.objects.get(slug=newsletter), closes_at=closes_at, **facts)
    for position, (text, votes) in enumerate(answers.items()):
        add_votes(poll.answers.create(text=text, position=position), votes)


def add_votes(answer: PollAnswer, number: int) -> None:
    poll, chosen = answer.poll, Ballot.answers.through
    ballots = Ballot.objects.bulk_create(
        Ballot(poll=poll, browser=browser_of(poll, token_urlsafe()), voted_at=poll.created_at)
        for _vote in range(number)
    )
    chosen.objects.bulk_create(chosen(ballot=ballot, pollanswer=answer) for ballot in ballots)
