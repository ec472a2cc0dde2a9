"""From older comments to a discussion, in one transaction."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from comments import counting, moderating
from comments.bringing_in.dating import calendar_of
from comments.bringing_in.fingerprints import called, fingerprints
from comments.models import Comment, Discussion, ModerationEvent, State, stored_discussion_of
from comments.posting import plant
from comments.rendering import render_bodies
from core import locking
from core.markup.comments import says_nothing
from newsletter.composing import Unreadable
from newsletter.models import Publishable
from newsletter.moments import Moment
from newsletter.talks import OlderComment

#: Older ones may be longer than what readers write here: nothing of them is to be lost.
LONGEST = 10_000
LONGEST_FIELDS = {"name": 80, "headline": 250, "said_at": 80}
TICK = timedelta(microseconds=1)


class Entry(NamedTuple):
    """An older comment on its way in, what tells it from others, and what is stored of it, but for its place."""

    comment: OlderComment
    digests: Sequence[str]
    made: Comment


def bring_in(
    place: Publishable, comments: Sequence[OlderComment], by: User | None, *, copied_on: date | None = None
) -> list[str]:
    """Store comments under an issue or article, all or none; those that were brought in before stay as they are, also
    where somebody has removed or erased them since. They are approved, but for what waited elsewhere, and nobody is
    told. Returns what the editor
    should know, in sentences. Raises Unreadable."""
    return take_in(place, comments, fingerprints(comments), by, copied_on)


def take_in(
    place: Publishable,
    comments: Sequence[OlderComment],
    digests: Sequence[Sequence[str]],
    by: User | None,
    copied_on: date | None,
) -> list[str]:
    """The same for comments of which an editor corrected some: `digests` are those of what was found."""
    entries = list(made_ready(place, comments, digests, copied_on))
    if not entries:
        return []
    with transaction.atomic():
        discussion, stored = store(place, entries)
        if stored:
            moderating.record(stored, ModerationEvent.Action.BROUGHT_IN, by)
            counting.refresh(stored)
    published = calendar_of(place, copied_on).published
    early = sum(entry.made.created_at < published for entry in entries) if published else 0
    return list(told(discussion, len(stored), len(entries) - len(stored), early))


def made_ready(
    place: Publishable, comments: Sequence[OlderComment], digests: Sequence[Sequence[str]], copied_on: date | None
) -> Iterator[Entry]:
    """Comments with their moments, of which no two are the same: the order of the list goes on. Raises Unreadable."""
    calendar, taken = calendar_of(place, copied_on), set[datetime]()
    for number, (comment, own) in enumerate(zip(comments, digests, strict=True), start=1):
        try:
            refuse(comment, number)
            moment = calendar.reckon(comment.written)
        except Unreadable as problem:
            raise Unreadable(at_record(number, comment.name, str(problem))) from problem
        at = moment.at
        while at in taken:
            at += TICK
        taken.add(at)
        yield Entry(comment, own, comment_of(comment, own[0], Moment(at, moment.exactness)))


def refuse(comment: OlderComment, number: int) -> None:
    """Raise Unreadable where a comment cannot be stored as it is."""
    if says_nothing(comment.text):
        raise Unreadable(_("there is no text."))
    if len(comment.text) > LONGEST:
        raise Unreadable(_("the text has more than %(count)s characters.") % {"count": LONGEST})
    for name, longest in LONGEST_FIELDS.items():
        if len(getattr(comment, name)) > longest:
            facts = {"words": getattr(comment, name)[:20], "count": longest}
            raise Unreadable(_("“%(words)s…” has more than %(count)s characters.") % facts)
    if comment.answers is not None and not 0 <= comment.answers < number - 1:
        raise Unreadable(_("it answers a comment that does not stand above it."))


def at_record(number: int, name: str, problem: str) -> str:
    """A problem with the place at which somebody finds it."""
    facts = {"number": number, "name": name[:40], "problem": problem}
    return (_("Comment %(number)d (%(name)s): %(problem)s") if name else _("Comment %(number)d: %(problem)s")) % facts


def store(place: Publishable, entries: Sequence[Entry]) -> tuple[Discussion, list[Comment]]:
    """The discussion, and what was stored in it: level after level, as a reply hangs on what it answers."""
    discussion = stored_discussion_of(place)
    locking.lock(Discussion.objects.filter(pk=discussion.pk))
    standing = brought_in_before(discussion, [entry.digests for entry in entries])
    stored: list[Comment] = []
    for level in levels(entries):
        new = {number: entries[number].made for number in level if number not in standing}
        for number, comment in new.items():
            comment.discussion = discussion
            answered = entries[number].comment.answers
            comment.parent = None if answered is None else standing[answered]
        plant(list(new.values()))
        standing |= new
        stored += new.values()
    return discussion, stored


def brought_in_before(discussion: Discussion, digests: Sequence[Sequence[str]]) -> dict[int, Comment]:
    """By their place in the list, those that are there."""
    wanted = {digest: number for number, own in enumerate(digests) for digest in own}
    there = discussion.comments.filter(fingerprint__in=wanted).select_related("root")
    return {wanted[comment.fingerprint]: comment for comment in there}


def levels(entries: Sequence[Entry]) -> list[list[int]]:
    """The places in the list of those that answer none, of those that answer one of them, and so on."""
    found: list[list[int]] = []
    depths: list[int] = []
    for number, entry in enumerate(entries):
        answered = entry.comment.answers
        depths.append(0 if answered is None else depths[answered] + 1)
        if depths[-1] == len(found):
            found.append([])
        found[depths[-1]].append(number)
    return found


def comment_of(older: OlderComment, fingerprint: str, moment: Moment) -> Comment:
    """An older comment as it is stored, rendered already: nobody waits for that. Its discussion is still missing."""
    comment = Comment(
        name=" ".join(older.name.split()) if called(older.name) else "",
        headline=" ".join(older.headline.split()),
        body=older.text.strip(),
        said_at=" ".join(older.said_at.split()),
        state=State.PENDING if older.is_pending else State.APPROVED,
        created_at=moment.at,
        exactness=moment.exactness,
        fingerprint=fingerprint,
    )
    render_bodies([comment])
    return comment


def told(discussion: Discussion, stored: int, known: int, early: int) -> Iterator[str]:
    """What came of it, in sentences."""
    if stored:
        message = ngettext("%(count)d comment was brought in.", "%(count)d comments were brought in.", stored)
        yield message % {"count": stored}
    if known:
        yield ngettext(
            "%(count)d comment had been brought in before and stays as it is.",
            "%(count)d comments had been brought in before and stay as they are.",
            known,
        ) % {"count": known}
    if early:
        yield ngettext(
            "%(count)d comment is dated before “%(title)s” itself was published here.",
            "%(count)d comments are dated before “%(title)s” itself was published here.",
            early,
        ) % {"count": early, "title": discussion.place}
    if discussion.is_off:
        yield _("The discussion is switched off: nothing of it is shown.")
