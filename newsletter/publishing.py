"""Publish, schedule, withdraw: the only place that changes the state of an issue or an article.

draft → published (now, or scheduled by a date in the future) → withdrawn → published …; what nobody can see, because
it is scheduled or withdrawn, can become a draft again.

Apps above plan things for an issue or an article, as a mailing is. Each change is announced to them inside its
transaction, and the page that asks an editor before it says what it does to their plans."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import locking
from core.changes import content_changed
from newsletter import sharing
from newsletter.models import Article, Correction, Issue, Publishable, Status
from newsletter.rendering import render_texts

#: What came out longer ago than this, when it is published here, is no news.
NEWS = timedelta(days=2)
STATE = ["status", "published_at", "status_changed_at", "status_changed_by", "updated_at", "is_from_archive"]


class Change(Enum):
    """What happens to an issue or an article."""

    #: Or scheduled, or given another date.
    PUBLISHED = auto()
    WITHDRAWN = auto()
    DRAFTED = auto()
    #: Into another issue or newsletter: what is announced is the thing as it was before.
    MOVED = auto()
    #: Nothing is planned for what can be deleted, so this is only asked about.
    DELETED = auto()


#: Apps above add theirs in `ready()`. What a change would do to what they planned, in sentences for an editor:
foreseers: list[Callable[[Publishable, Change], Iterable[str]]] = []
#: What it does to that, inside its transaction.
followers: list[Callable[[Publishable, Change], object]] = []


class NotAllowed(Exception):
    """This change of state is not possible; the message says why, in an editor's words."""


@transaction.atomic
def publish(
    thing: Publishable, by: User | None, *, at: datetime | None = None, articles: Collection[Article] | None = None
) -> None:
    """Make an issue public at a moment (now, unless told otherwise), and with it its draft articles; or one article,
    which inside an issue waits for the issue. `articles` narrows down which drafts of an issue go along; what is
    withdrawn stays withdrawn. What is public already keeps its date."""
    if not thing.is_public:
        show([thing], by, at)
    found = thing.articles.drafts() | thing.articles.scheduled() if isinstance(thing, Issue) else ()
    show([each for each in found if articles is None or each in articles], by, thing.published_at)


@transaction.atomic
def withdraw(thing: Publishable, by: User | None) -> None:
    """Take something public back: its address answers 410 from now on. The text is kept."""
    if not thing.is_public:
        raise NotAllowed(_("“%(title)s” is not public, so there is nothing to withdraw.") % {"title": thing})
    change_state(thing, Status.WITHDRAWN, thing.published_at, by)
    sharing.end(thing)
    announce(thing, Change.WITHDRAWN)


@transaction.atomic
def back_to_draft(thing: Publishable, by: User | None) -> None:
    """Take something scheduled or withdrawn back to the desk; it loses its date."""
    if thing.is_public:
        raise NotAllowed(_("Readers have seen “%(title)s”: withdraw it instead.") % {"title": thing})
    change_state(thing, Status.DRAFT, None, by)
    announce(thing, Change.DRAFTED)


def show(things: Sequence[Publishable], by: User | None, at: datetime | None) -> None:
    """Publish at `at`; without it at once, or at its old date if it is withdrawn."""
    for thing in things:
        old = thing.published_at if thing.status == Status.WITHDRAWN else None
        moment = at or old or timezone.now()
        if thing.status != Status.WITHDRAWN:
            thing.is_from_archive = moment < timezone.now() - NEWS
        set_state(thing, Status.PUBLISHED, moment, by)
    store_state(things)
    for thing in things:
        announce(thing, Change.PUBLISHED)


def change_state(thing: Publishable, status: Status, published_at: datetime | None, by: User | None) -> None:
    set_state(thing, status, published_at, by)
    store_state([thing])


def set_state(thing: Publishable, status: Status, published_at: datetime | None, by: User | None) -> None:
    thing.status, thing.published_at = status, published_at
    thing.status_changed_at, thing.status_changed_by = timezone.now(), by
    thing.updated_at = thing.status_changed_at


def store_state(things: Sequence[Publishable]) -> None:
    """Those of one kind in one go, at the cost of one."""
    for model in (Issue, Article):
        mine: list[Any] = [thing for thing in things if isinstance(thing, model)]
        issues = {each.issue_id for each in mine if model is Article and each.issue_id}
        if issues:  # whose locks come before those of their plans
            locking.lock(Issue.objects.filter(pk__in=issues))
        model._base_manager.bulk_update(mine, STATE)
    content_changed()


def announce(thing: Publishable, change: Change) -> None:
    """Let plans follow a change. To be called in its transaction."""
    for follow in followers:
        follow(thing, change)


def consequences(thing: Publishable, change: Change) -> list[str]:
    """What a change would do to what is planned, in sentences."""
    return [sentence for foresee in foreseers for sentence in foresee(thing, change)]


@transaction.atomic
def correct(correction: Correction) -> Correction:
    """Put a correction on its page, from where feeds and search engines learn that the text has changed. The same
    words about the same thing are the same correction, however often they come; returns the stored one."""
    thing = correction.thing
    stored = thing.corrections.filter(text=correction.text).first()
    if stored:
        return stored
    correction.save()
    thing.save(update_fields=["updated_at"])
    render_texts(thing)
    correction.refresh_from_db(fields=["text_html"])
    return correction
