"""What is shown of polls: on pages that everybody gets, in mail and feeds, and on their own pages."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string

from core.addresses import absolute
from core.markup.named import Medium, Names
from core.page_cache import shows
from participation.models import Poll, PollAnswer

TEMPLATES = {
    Medium.PAGE: "participation/_poll.html",
    Medium.MAIL: "participation/mail/_poll.html",
    Medium.FEED: "participation/_poll_feed.html",
    Medium.TEXT: "participation/mail/_poll.txt",
}
#: Where nothing can be drawn, the longest bar is of so many letters.
LONGEST_BAR = 20


@dataclass(frozen=True, slots=True)
class Row:
    """An answer, how many have chosen it, and how many have voted in all."""

    answer: PollAnswer
    voters: int
    is_chosen: bool = False

    @property
    def votes(self) -> int:
        return self.answer.votes  # type: ignore[attr-defined]

    @property
    def percent(self) -> int:
        """Of those who voted: where they may choose several, all rows come to more than a hundred."""
        return round(100 * self.votes / self.voters) if self.voters else 0

    @property
    def bar(self) -> str:
        return "█" * max(round(LONGEST_BAR * self.percent / 100), 1 if self.votes else 0)

    @property
    def address(self) -> str:
        """Where it is chosen, and nothing more: who follows a link has not voted."""
        return f"{absolute(self.answer.poll.get_absolute_url())}?answer={self.answer.pk}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A poll as it is shown to somebody, or to everybody."""

    poll: Poll
    rows: list[Row]
    has_numbers: bool

    @property
    def is_closed(self) -> bool:
        return self.poll.is_closed

    @property
    def voters(self) -> int:
        return self.poll.voters  # type: ignore[attr-defined]

    @property
    def address(self) -> str:
        return absolute(self.poll.get_absolute_url())


def show_polls(medium: Medium, names: Names) -> dict[str, str]:
    """See `core.markup.named.Kind`. Pages with numbers are made anew when these change; those without are not."""
    polls = list(Poll.objects.filter(name__in=names).select_related("newsletter").counted())
    shows(*(poll.topic for poll in polls if poll.shows_numbers))
    return {each.poll.name: render_to_string(TEMPLATES[medium], {"sheet": each}).strip() for each in sheets(polls)}


def sheets(polls: Collection[Poll]) -> Iterator[Sheet]:
    answers: dict[int, list[PollAnswer]] = {poll.pk: [] for poll in polls}
    for answer in PollAnswer.objects.filter(poll__in=answers).counted():
        answers[answer.poll_id].append(answer)
    for poll in polls:
        yield sheet_of(poll, answers[poll.pk])


def sheet_of(
    poll: Poll, answers: Iterable[PollAnswer], *, chosen: Collection[str] = (), has_numbers: bool | None = None
) -> Sheet:
    """`chosen` are keys of answers. A poll with its `voters` and answers with their `votes` counted."""
    for answer in answers:
        answer.poll = poll
    rows = [Row(answer, poll.voters, str(answer.pk) in chosen) for answer in answers]  # type: ignore[attr-defined]
    return Sheet(poll, rows, poll.shows_numbers if has_numbers is None else has_numbers)
