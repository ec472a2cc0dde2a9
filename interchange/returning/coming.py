"""What a row needs besides its columns when it comes back: what is derived of them, and what somebody here has said
since, which counts for more."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from comments import paths
from comments.models import COMMENTS, TALKS, Comment, Discussion
from comments.rendering import render_bodies, render_introductions
from core.changes import CONTENT, content_changed
from core.mail.messages import normal
from interchange import remembering
from interchange.models import Erasure
from interchange.returning import naming
from interchange.returning.counterparts import Counterparts
from interchange.taking.writing import told_at
from mailing.lists import suppressing
from mailing.lists.consenting import Event, Occasion, record
from mailing.models import Subscriber, Subscription, Suppression
from newsletter.models import Article, Contributor, Issue, Newsletter, Revision
from newsletter.models.slugs import free_article_slug, free_issue_slug
from newsletter.rendering import render_texts
from participation.models import Question, Tip, Voice
from participation.models.tips import TOPIC
from participation.models.voices import VOICES

#: What voices and questions are about, by the name of their source.
SAID: dict[str, type[Model]] = {"comment": Comment, "tip": Tip}
FORM = "an export of another site"


class Odd(Exception):
    """Why a row cannot be stored: its kind, by which it is counted, and a sentence."""


def complete(row: Any, counterparts: Counterparts, names: naming.Names) -> None:
    """Set what follows from its columns, before it is looked for. Raises Odd or
    ValidationError."""
    for name in getattr(row, "markup_fields", ()):
        setattr(row, name, naming.renamed(getattr(row, name), names))
    match row:
        case Revision() if not counterparts.keeps_all:
            row.texts = naming.told_here(row.texts, counterparts, names)
            row.base = naming.told_here(row.base, counterparts, names)
        case User():
            row.clean()
            row.password = make_password(None)
        case Subscriber():
            row.clean()
        case Suppression():
            row.email = normal(row.email)
            row.digest = suppressing.digests(row.email)[0]
        case Comment():
            render_bodies([row])
        case Issue() | Article():
            free_issue_slug(row.slug) if isinstance(row, Issue) else free_article_slug(row.slug)
            row.is_from_archive = row.is_from_archive or not counterparts.was_empty
        case Tip():
            row.told_at = told_at(row)
        case Voice() | Question():
            said = counterparts.known(SAID[row.source], {row.key}) if row.source in SAID else {}
            if row.key not in said:
                raise Odd("names what is not there", _("it names a %s that is not there") % row.source)
            row.key = said[row.key]
            if isinstance(row, Question):
                row.told_at = told_at(row)


def gone(rows: dict[int, Any]) -> set[int]:
    """Those who were erased here: nobody brings them back."""
    marks = {number: remembering.marks(row) for number, row in rows.items() if type(row) in remembering.BORN}
    erased = {*Erasure.objects.filter(mark__in=[mark for each in marks.values() for mark in each]).values_list("mark")}
    found = {number for number, each in marks.items() if erased & {(mark,) for mark in each}}
    digests = {
        number: suppressing.digests(row.email) for number, row in rows.items() if isinstance(row, Subscriber | User)
    }
    known = Suppression.objects.filter(digest__in=[digest for each in digests.values() for digest in each])
    barred = {*known.filter(reason=Suppression.Reason.ERASED).values_list("digest", flat=True)}
    return found | {number for number, each in digests.items() if barred & {*each}}


def settle(row: Any, here: Any) -> None:
    """What a row says of one that was here before. Only a later no changes what somebody said here."""
    if isinstance(row, Subscription):
        has_left = row.state == Subscription.State.LEFT and row.since > here.since
        if has_left and here.state != Subscription.State.LEFT:
            record([here], Event.LEFT, Occasion(FORM))


def place(row: Any) -> None:
    """Find a free name for what texts call by name; put a comment into its thread, as its path is made of numbers."""
    naming.take_free_name(row)
    if isinstance(row, Comment) and row.parent_id:
        parent: Any = Comment.objects.only("discussion", "root", "path").get(pk=row.parent_id)
        if parent.discussion_id != row.discussion_id:
            raise Odd("odd", _("it answers a comment of another discussion"))
        row.root_id = parent.root_id or parent.pk
        row.path = paths.child(parent.path, row.pk) if row.pk else "new"
        row.depth = paths.depth(row.path) or 1


def place_anew(row: Any) -> None:
    if isinstance(row, Comment) and row.parent_id:
        place(row)
        Comment.objects.filter(pk=row.pk).update(path=row.path, depth=row.depth)


def follow(made: Mapping[int, Any]) -> None:
    """What is made of rows once they are stored."""
    rows = list(made.values())
    match rows[0]:
        case Voice():
            naming.call_voices(made)
        case Newsletter() | Contributor():
            for each in rows:
                render_texts(each)
        case Discussion():
            render_introductions(each for each in rows if each.introduction)
        case Subscriber():
            suppressing.attach(rows)
        case Suppression():
            suppressing.attach(Subscriber.objects.filter(email__in=[each.email for each in rows]))
    announce()


def announce(topics: Iterable[str] = (CONTENT, TALKS, COMMENTS, VOICES, TOPIC)) -> None:
    content_changed(*topics)
