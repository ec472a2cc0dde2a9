"""The second pass: documents are stored one by one, each with its pictures, tags, people, comments and redirects in
one transaction, together with the note that it is stored."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import locking
from core.rich_text import Unreadable
from interchange.bringing import identity, linking, planning, redirecting, taking_back
from interchange.bringing.found import Files, Format, Found
from interchange.bringing.pictures import made_fit
from interchange.models import Import, Imported
from newsletter import publishing
from newsletter.composing import Plan, compose, read
from newsletter.composing.plan import Conversation, Remark
from newsletter.composing.relinking import relink
from newsletter.composing.storing import bring_in, removed_on_failure
from newsletter.models import Article, Issue, Picture, Status

State = Imported.State


def store_all(brought: Import, files: Files, format: Format) -> Iterator[Imported]:  # noqa: A002
    """Store what is planned and yield each document that was stored, or refused. What the plan does not know is left
    to the next import."""
    planned = brought.documents.filter(state=State.PLANNED)
    waiting, ways = set(planned.values_list("key", flat=True)), linking.ways_of(brought)
    for found in format.read(files, planning.wishes_of(brought)) if waiting else ():
        key = found.key[: planning.LONGEST_KEY] if isinstance(found, Found) else ""
        if isinstance(found, Found) and key in waiting:
            waiting.remove(key)
            row = planned.select_related("issue__newsletter", "article__newsletter").get(key=key)
            row.of = brought
            store_or_refuse(row, found, ways)
            yield row
    for row in planned.filter(key__in=waiting):
        planning.refuse(row, _("It is no longer in what was to be brought in."))
        row.save(update_fields=["state", "remarks"])


def store_or_refuse(row: Imported, found: Found, ways: linking.Ways) -> None:
    """One that fails does not stop the others."""
    remarks = row.remarks
    try:
        with removed_on_failure() as pictures, locking.turn():
            store(row, found, ways, pictures)
    except Exception as error:
        row.remarks = remarks
        planning.refuse(row, planning.reason(error))
        Imported.objects.filter(pk=row.pk).update(state=row.state, remarks=row.remarks)


def store(row: Imported, found: Found, ways: linking.Ways, pictures: list[Picture]) -> None:
    """All of a document, or nothing. Raises Unreadable."""
    if row.facts["outlook"] == "same":
        store_again(row, found)
        return
    plan, problems = read_for_good(row, found, ways)
    composed = compose(
        plan,
        row.of.newsletter,
        row.of.by,
        replace=True,
        conversations=[],
        find=lambda plan, newsletter: identity.existing(newsletter, found, plan),
    )
    pictures += [each for each in composed.made if isinstance(each, Picture)]
    thing = composed.thing
    row.state = State.MADE if composed.is_new else State.CHANGED
    row.issue = thing if isinstance(thing, Issue) else None
    row.article = thing if isinstance(thing, Article) else None
    said = [*composed.remarks, *add_to(thing, row, [*plan.conversations, *conversations(found)])]
    said += redirecting.lead_on(row, thing)
    taking_back.note(row, composed)
    row.remarks = [*row.remarks, *map(planning.as_row, problems), *([words, words, None] for words in said)]
    row.save(update_fields=["state", "issue", "article", "remarks", "made"])


def store_again(row: Imported, found: Found) -> None:
    """Of a document that says what it said before only what was said below it, as far as that is new."""
    thing = row.issue or row.article
    if thing is None:
        raise Unreadable(_("What it was brought in as has gone meanwhile."))
    row.state = State.SAME
    said = add_to(thing, row, conversations(found))
    row.remarks = [*row.remarks, *([words, words, None] for words in said)]
    row.save(update_fields=["state", "remarks", "made"])


def read_for_good(row: Imported, found: Found, ways: linking.Ways) -> tuple[Plan, list[Remark]]:
    """A document with its links led to their places and its pictures made fit, and what is wrong with these."""
    fit, problems = made_fit(found.document.files)
    linker = linking.Linker(row.of, found, ways, row.facts["addresses"])
    document = replace(found.document, text=relink(found.document.text, linker), files=fit)
    plan = read(document, planning.answers_of(row.of))
    plan.checksum = found.document.checksum
    plan.about.number, plan.about.slug = row.facts["number"], row.facts["slug"]
    return plan, problems


def conversations(found: Found) -> list[Conversation]:
    return [Conversation(found.comments)] if found.comments else []


def add_to(thing: Issue | Article, row: Imported, said: list[Conversation]) -> list[str]:
    """Publish it, if that is wanted, and store what was said below it; comments that cannot be stored do not keep the
    document away. Returns what the editor should know."""
    if row.of.publishes:
        publish(thing, row)
    if not said:
        return []
    before = taking_back.comments_below(thing)
    try:
        with transaction.atomic():
            told = bring_in(thing, said, row.of.by)
    except Unreadable as problem:
        told = [_("The comments were not brought in. %s") % problem]
    row.made["comments"] = sorted(taking_back.comments_below(thing) - before)
    return told


def publish(thing: Issue | Article, row: Imported) -> None:
    """At its own date, unless it was not meant for readers, nobody knows its date, or somebody has taken it back."""
    date = row.facts["date"]
    is_wanted = date and not row.facts["is_draft"] and thing.status == Status.DRAFT
    if is_wanted and (row.state != State.SAME or thing.status_changed_at is None):
        publishing.publish(thing, row.of.by, at=datetime.fromisoformat(date))
        row.made["published"] = True
