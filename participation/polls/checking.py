"""What editors should know of the polls in a text before readers see it."""

from collections.abc import Iterator

from django.utils import timezone

from newsletter.checking.finding import Finding
from newsletter.checking.whole import Whole
from newsletter.models import Article, Issue
from participation.models import Poll
from participation.models.polls import FEWEST_ANSWERS
from participation.polls.places import WORD


def flaws(thing: Issue | Article) -> Iterator[Finding]:
    """Polls that are closed when readers get them, or that leave no choice."""
    whole = Whole(thing)
    named = whole.naming(WORD)
    names = {name for _text, name in named}
    polls = Poll.objects.filter(name__in=names).prefetch_related("answers") if names else ()
    known, day = {poll.name: poll for poll in polls}, max(whole.day, timezone.now())
    for text, poll in [(text, known[name]) for text, name in named if name in known]:
        if poll.closes_at and poll.closes_at <= day:
            yield Finding(text.thing, text.field, "closed-poll", poll, poll.closes_at)
        if len(poll.answers.all()) < FEWEST_ANSWERS:
            yield Finding(text.thing, text.field, "short-poll", poll)
