"""The second pass: documents are stored one by one, each with its pictures, tags, people, comments and redirects in
one transaction, together with the note that it is stored."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from core import locking
from core.rich_text import Unreadable
from interchange.bringing import identity, planning
from interchange.bringing.found import Files, Format, Found
from interchange.bringing.pictures import made_fit
from interchange.models import Import, Imported
from newsletter import publishing
from newsletter.composing import Plan, compose, read
from newsletter.composing.plan import Conversation
from newsletter.composing.storing import Composed, bring_in, removed_on_failure
from newsletter.models import Article, Issue, Newsletter, Status

State = Imported.State


def store_all(brought: Import, files: Files, format: Format) -> Iterator[Imported]:  # noqa: A002
    """Store what is planned and yield each document that was stored, or refused. What the plan does not know is left
    to the next import."""
    waiting = {row.key: row for row in brought.documents.filter(state=State.PLANNED)}
    for found in format.read(files, planning.wishes_of(brought)):
        row = waiting.pop(found.key[: planning.LONGEST_KEY], None) if isinstance(found, Found) else None
        if row is None or not isinstance(found, Found):
            continue
        row.of = brought
        try:
            store(row, found)
        except Unreadable as problem:
            planning.refuse(row, str(problem))
            row.save(update_fields=["state", "remarks"])
        yield row
        if not waiting:
            return
    for row in waiting.values():
        planning.refuse(row, _("It is no longer in what was to be brought in."))
        row.save(update_fields=["state", "remarks"])


def store(row: Imported, found: Found) -> None:
    """All of a document or nothing. Raises Unreadable."""
    brought = row.of
    if row.facts["outlook"] == "same":
        store_again(row, found)
        return
    fit, problems = made_fit(found.document.files)
    plan = read(replace(found.document, files=fit), planning.answers_of(brought))
    plan.about.number, plan.about.slug = row.facts["number"], row.facts["slug"]
    row.remarks = [*row.remarks, *map(planning.as_row, problems)]
    with removed_on_failure(), locking.turn():
        composed = compose(
            plan,
            brought.newsletter,
            brought.by,
            replace=True,
            conversations=[],
            find=lambda plan, newsletter: identity.existing(newsletter, found, plan),
        )
        settle(row, found, plan, composed)


def settle(row: Imported, found: Found, plan: Plan, composed: Composed) -> None:
    thing = composed.thing
    if row.of.publishes:
        publish(thing, row)
    said = bring_in(thing, conversations(found, plan), row.of.by)
    row.state = State.MADE if composed.is_new else State.CHANGED
    row.issue = thing if isinstance(thing, Issue) else None
    row.article = thing if isinstance(thing, Article) else None
    row.remarks = [*row.remarks, *([words, words, None] for words in (*composed.remarks, *said))]
    row.save(update_fields=["state", "issue", "article", "remarks", "made"])


def store_again(row: Imported, found: Found) -> None:
    """Of a document that says what it said before only what was said below it, as far as that is new."""
    with removed_on_failure(), locking.turn():
        thing = row.issue or row.article
        if thing and found.comments:
            locking.lock(Newsletter.objects.filter(pk=thing.newsletter_id))
            bring_in(thing, [Conversation(found.comments)], row.of.by)
        if thing and row.of.publishes and thing.status_changed_at is None:
            publish(thing, row)
        row.state = State.SAME
        row.save(update_fields=["state"])


def conversations(found: Found, plan: Plan) -> list[Conversation]:
    return [*plan.conversations, *([Conversation(found.comments)] if found.comments else [])]


def publish(thing: Issue | Article, row: Imported) -> None:
    """At its own date, unless it was not meant for readers, or nobody knows its date."""
    date = row.facts["date"]
    if date and not row.facts["is_draft"] and thing.status == Status.DRAFT:
        publishing.publish(thing, row.of.by, at=datetime.fromisoformat(date))
