"""Subscribers from a file, or one by hand. Nobody who left or is suppressed is ever subscribed again by others.

A list is read once, judged outside of any transaction, and stored in pieces, each short and whole. Who does the same
again, as after a worker was killed, goes on where it ended: nothing that is there changes.
"""

import pickle
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import batched
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import locking
from core.mail.messages import normal, refuse_unusable
from mailing.delivery.claiming import recall
from mailing.lists import suppressing
from mailing.lists.columns import Line, ListState
from mailing.models import Consent, Subscriber, Subscription, Suppression
from newsletter.models import Newsletter

#: Rows in one transaction, which takes some hundredths of a second.
PIECE = 100
#: How many rows, and how many invalid ones, a report tells of; it counts all.
SHOWN = 200
State = Subscription.State


class Outcome(TextChoices):
    """What becomes of a row."""

    NEW = "new", gettext_lazy("Is subscribed")
    THERE = "there", gettext_lazy("Is subscribed already")
    LEFT = "left", gettext_lazy("Left before: only they themselves can come back")
    SUPPRESSED = "suppressed", gettext_lazy("Gets no mail any more: mail bounced, or they complained or were erased")
    GOES = "goes", gettext_lazy("Unsubscribed in the file: is noted as left")
    BOUNCES = "bounces", gettext_lazy("Bounced or complained in the file: will not be written to")
    ASKED = "asked", gettext_lazy("Never confirmed: is left out")
    TWICE = "twice", gettext_lazy("Stands in the file twice: counted once")


#: Those after which somebody stands in the list who did not before, or stands there as gone.
ENROLLED = {Outcome.NEW: State.ACTIVE, Outcome.GOES: State.LEFT}
#: Why somebody is suppressed whom a file says so of.
REASONS = {each: Suppression.Reason(each.value) for each in (ListState.BOUNCED, ListState.COMPLAINED)}
UNWILLING = {ListState.LEFT, *REASONS}
# Of several rows about one address the first that says no counts; if none does, the first.
READ_LINES = """
    SELECT number, line, ROW_NUMBER() OVER (PARTITION BY email ORDER BY is_no DESC, number) = 1 FROM line
    ORDER BY number
"""
EMAIL: Any = Subscriber._meta.get_field("email")


class Source(NamedTuple):
    """Where rows come from, and how these people agreed, in the words of the editor."""

    name: str
    evidence: str


class Row(NamedTuple):
    """`number` counts rows from 1, below the headers."""

    number: int
    line: Line
    outcome: Outcome


@dataclass
class ImportReport:
    """How many rows of each kind there were, with the first of them and the first invalid ones."""

    found: Counter[Outcome] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    invalid_count: int = 0
    invalid: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.found[row.outcome] += 1
        if len(self.rows) < SHOWN:
            self.rows.append(row)

    def add_invalid(self, number: int, email: str, error: ValidationError) -> None:
        self.invalid_count += 1
        if len(self.invalid) < SHOWN:
            self.invalid.append((number, email, " ".join(error.messages)))

    @property
    def counts(self) -> dict[Outcome, int]:
        return {outcome: self.found[outcome] for outcome in Outcome if self.found[outcome]}

    @property
    def changes(self) -> int:
        return sum(self.found[outcome] for outcome in (*ENROLLED, Outcome.BOUNCES))

    @property
    def is_cut(self) -> bool:
        return self.found.total() > len(self.rows)


def take_in(
    lines: Iterable[Line], newsletter: Newsletter, source: Source, *, dry_run: bool, leave_out_invalid: bool = False
) -> ImportReport:
    """Import rows. With an invalid one among them nothing is stored, unless those are to be left out. Constant memory.
    A handful of queries for each piece, and six for each row that bounced."""
    report = ImportReport()
    with closing(Spool(lines, report)) as spool:
        is_stored = not dry_run and (leave_out_invalid or not report.invalid_count)
        for piece in spool.pieces():
            for row in store(piece, newsletter, source) if is_stored else judge(piece, newsletter):
                report.add(row)
    return report


class Entry(NamedTuple):
    """A row on its way in; `is_counted` of several about one address in one alone."""

    number: int
    line: Line
    is_counted: bool


class Spool:
    """The valid rows of a list, in a file of their own that is gone afterwards: so memory stays flat. `report` takes
    the invalid ones."""

    def __init__(self, lines: Iterable[Line], report: ImportReport) -> None:
        self.database = sqlite3.connect("")
        self.database.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, email TEXT, is_no BOOL, line BLOB)")
        for number, line in enumerate(lines, start=1):
            try:
                EMAIL.clean(normal(line.email), None)
                refuse_unusable(normal(line.email))
            except ValidationError as error:
                report.add_invalid(number, line.email, error)
            else:
                self.add(number, line._replace(email=normal(line.email)))

    def add(self, number: int, line: Line) -> None:
        values = [number, line.email, line.standing in UNWILLING, pickle.dumps(tuple(line))]
        self.database.execute("INSERT INTO line VALUES (?, ?, ?, ?)", values)

    def pieces(self) -> Iterator[list[Entry]]:
        for piece in batched(self.database.execute(READ_LINES), PIECE):
            yield [Entry(number, Line(*pickle.loads(line)), bool(is_counted)) for number, line, is_counted in piece]  # noqa: S301 (our own)

    def close(self) -> None:
        self.database.close()


def outcome(entry: Entry, state: str | None, is_suppressed: bool) -> Outcome:
    """What becomes of a row about an address that is known so."""
    standing = entry.line.standing
    if not entry.is_counted:
        return Outcome.TWICE
    if is_suppressed:
        return Outcome.SUPPRESSED
    if standing in REASONS:
        return Outcome.BOUNCES
    if state == State.LEFT:
        return Outcome.LEFT
    if standing == ListState.LEFT:
        return Outcome.GOES
    if state == State.ACTIVE:
        return Outcome.THERE
    return Outcome.ASKED if standing == ListState.ASKED else Outcome.NEW


def judge(piece: Sequence[Entry], newsletter: Newsletter) -> list[Row]:
    """What would become of each."""
    emails = [entry.line.email for entry in piece]
    found = Subscription.objects.filter(newsletter=newsletter, subscriber__email__in=emails)
    states = dict(found.values_list("subscriber__email", "state"))
    owners = {digest: email for email in emails for digest in suppressing.digests(email)}
    suppressed = Suppression.objects.filter(digest__in=owners).values_list("digest", flat=True)
    silent = {owners[digest] for digest in suppressed}
    outcomes = (outcome(entry, states.get(entry.line.email), entry.line.email in silent) for entry in piece)
    return [Row(entry.number, entry.line, each) for entry, each in zip(piece, outcomes, strict=True)]


def store(piece: Sequence[Entry], newsletter: Newsletter, source: Source) -> list[Row]:
    """Judge and store."""
    with locking.turn():
        locking.lock(Subscriber.objects.filter(email__in=[entry.line.email for entry in piece]))
        rows = judge(piece, newsletter)
        enrol([row for row in rows if row.outcome in ENROLLED], newsletter, source)
    for row in rows:
        if row.outcome == Outcome.BOUNCES:
            suppressing.suppress(row.line.email, REASONS[row.line.standing], source.name)
    return rows


def enrol(rows: Sequence[Row], newsletter: Newsletter, source: Source) -> None:
    """Subscribers where there are none, subscriptions, and what is on record. What is known of a person is not
    overwritten by a file."""
    by_address = sorted((row.line for row in rows), key=attrgetter("email"))  # as somebody may bring the same just now
    Subscriber.objects.bulk_create(
        [Subscriber(email=line.email, name=line.name, language=line.language) for line in by_address],
        ignore_conflicts=True,
    )
    emails = [row.line.email for row in rows]
    owners = dict(Subscriber.objects.filter(email__in=emails).values_list("email", "pk"))
    now = timezone.now()
    subscriptions = Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber_id=owners[row.line.email],
                newsletter=newsletter,
                state=ENROLLED[row.outcome],
                since=row.line.agreed_at or now,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["subscriber", "newsletter"],
        update_fields=["state", "since", "asked_at"],
    )
    Consent.objects.bulk_create(consent(*each, source) for each in zip(subscriptions, rows, strict=True))
    recall([owners[row.line.email] for row in rows if row.outcome == Outcome.GOES])


def consent(subscription: Subscription, row: Row, source: Source) -> Consent:
    """How they agreed, as the editor says and as the file says."""
    line = row.line
    event = Consent.Event.IMPORTED if row.outcome == Outcome.NEW else Consent.Event.LEFT
    said = [source.evidence, line.evidence, f"{line.agreed_at:%Y-%m-%d %H:%M %Z}" if line.agreed_at else ""]
    network = line.network if settings.STORE_NETWORK_ADDRESS else ""
    wording = " · ".join(filter(None, said))[:500]
    return Consent(subscription=subscription, event=event, wording=wording, form=source.name[:100], network=network)


def add(newsletters: Iterable[Newsletter], line: Line, source: Source) -> list[tuple[Newsletter, Outcome]]:
    """One person by hand, by the same rules. Raises ValidationError for what is no address."""
    outcomes = []
    for newsletter in newsletters:
        report = take_in([line], newsletter, source, dry_run=False)
        if report.invalid:
            raise ValidationError([reason for _number, _email, reason in report.invalid])
        outcomes.append((newsletter, report.rows[0].outcome))
    return outcomes
