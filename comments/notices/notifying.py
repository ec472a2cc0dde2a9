"""Who hears of what: told from inside the transaction in which it happened, sent when that is over.

So no notice is lost, and none tells of what did not happen. Only comments that readers see are told of. Nobody hears
of their own doing, nobody twice of the same thing, and nobody who cannot sign in, has muted the discussion or wants
no mail. Banned readers still hear what was decided about their comments, but not of others' to which they cannot
answer. What moderators are told is `digesting`'s.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from comments.models import Comment, Follow, MailChoices, Notice, State
from comments.models.notices import DECISIONS

#: The hour at which the mail of the day is sent, in the site’s time zone.
MORNING = 7

Kind = Notice.Kind
TOLD = {State.APPROVED: Kind.APPROVED, State.REJECTED: Kind.REFUSED, State.REMOVED: Kind.REFUSED}


def tell_of_decision(comments: Collection[Comment], to: State, by: User | None) -> None:
    """Comments came into another state."""
    if to == State.APPROVED:
        announce(comments)
    if to in TOLD:
        tell_authors(comments, TOLD[to], by)


def announce(comments: Collection[Comment]) -> None:
    """Tell those who are answered and those who follow; who has been told of a comment before is not told again.

    What was said elsewhere long ago is no news to anybody.
    """
    comments = [comment for comment in comments if not comment.is_brought_in]
    answered = dict(Comment.objects.filter(replies__in=comments).exclude(author=None).values_list("pk", "author"))
    frequencies: dict[int, dict[int, str]] = {comment.discussion_id: {} for comment in comments}
    for follow in Follow.objects.filter(discussion__in=frequencies):
        frequencies[follow.discussion_id][follow.reader_id] = follow.frequency
    wanted = reachable({*answered.values(), *(reader for readers in frequencies.values() for reader in readers)})
    choices = choices_among(wanted.exclude(standing__banned_until__gt=timezone.now()))
    notices = (
        those_who_hear(comment, answered.get(comment.parent_id or 0), frequencies[comment.discussion_id], choices)
        for comment in comments
    )
    Notice.objects.bulk_create(chain.from_iterable(notices), ignore_conflicts=True)


def those_who_hear(
    comment: Comment, answered: int | None, frequencies: Mapping[int, str], choices: Mapping[int, MailChoices]
) -> Iterator[Notice]:
    """One notice for each person at most: a reply in a discussion that one follows is a reply."""
    for reader_id in sorted({answered or 0, *frequencies} & choices.keys() - {comment.author_id}):
        frequency, replies = frequencies.get(reader_id), choices[reader_id].replies
        if frequency == Follow.Frequency.MUTED:
            continue
        if reader_id == answered and choices[reader_id].want(Kind.REPLY):
            yield notice(reader_id, comment, Kind.REPLY, is_daily=replies == MailChoices.Frequency.DAILY)
        elif frequency and choices[reader_id].want(Kind.COMMENT):
            yield notice(reader_id, comment, Kind.COMMENT, is_daily=frequency == Follow.Frequency.DAILY)


def tell_authors(comments: Collection[Comment], kind: Notice.Kind, by: User | None) -> None:
    """Tell authors what somebody else decided, in place of any earlier decision that they have not been told yet."""
    Notice.objects.waiting().filter(comment__in=comments, kind__in=DECISIONS).delete()
    muted = Follow.objects.filter(
        frequency=Follow.Frequency.MUTED, discussion__in={comment.discussion_id for comment in comments}
    )
    spared = set(muted.values_list("discussion", "reader"))
    authors = {comment.author_id for comment in comments if comment.author_id} - {by and by.pk}
    choices = choices_among(reachable(authors))
    Notice.objects.bulk_create(
        notice(comment.author_id, comment, kind)
        for comment in comments
        if comment.author_id in choices and choices[comment.author_id].want(kind)
        if (comment.discussion_id, comment.author_id) not in spared
    )


def reachable(ids: Iterable[int]) -> QuerySet[User]:
    """Those of the people whom mail may reach."""
    return User.objects.filter(pk__in=ids, is_active=True, is_confirmed=True)


def choices_among(people: QuerySet[User]) -> dict[int, MailChoices]:
    """By person, what they chose or the defaults."""
    loaded = people.select_related("mail_choices")
    return {person.pk: getattr(person, "mail_choices", None) or MailChoices(reader=person) for person in loaded}


def notice(reader_id: int, comment: Comment, kind: Notice.Kind, *, is_daily: bool = False) -> Notice:
    due_at = next_morning() if is_daily else timezone.now()
    return Notice(reader_id=reader_id, comment=comment, kind=kind, is_daily=is_daily, due_at=due_at)


def next_morning() -> datetime:
    """When the next mail of the day is sent."""
    now = timezone.localtime()
    today = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
