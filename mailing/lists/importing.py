"""Subscribers from a file, or one by hand. Nobody who left or is suppressed is ever subscribed again by others.

Either the whole file comes in or nothing of it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from mailing.lists import suppressing
from mailing.lists.columns import Line, ListState
from mailing.models import Consent, Subscriber, Subscription, Suppression
from mailing.models.subscribers import normal
from newsletter.models import Newsletter

PIECE = 500
State = Subscription.State


class Outcome(TextChoices):
    """What becomes of a row."""

    NEW = "new", gettext_lazy("Is subscribed")
    THERE = "there", gettext_lazy("Is subscribed already")
    LEFT = "left", gettext_lazy("Left before: only they themselves can come back")
    SUPPRESSED = "suppressed", gettext_lazy("Gets no mail any more: mail bounced, or they complained or were erased")
    GOES = "goes", gettext_lazy("Unsubscribed in the file: is noted as left")
    BOUNCES = "bounces", gettext_lazy("Bounced or complained in the file: is suppressed")
    ASKED = "asked", gettext_lazy("Never confirmed: is left out")
    TWICE = "twice", gettext_lazy("Stands in the file twice: counted once")


#: Those after which somebody stands in the list who did not before, or stands there as gone.
ENROLLED = {Outcome.NEW: State.ACTIVE, Outcome.GOES: State.LEFT}
#: Why somebody is suppressed whom a file says so of.
REASONS = {
    ListState.BOUNCED: Suppression.Reason.BOUNCED,
    ListState.COMPLAINED: Suppression.Reason.COMPLAINED,
}


class Source(NamedTuple):
    """Where rows come from, and how these people agreed, in the words of the editor."""

    name: str
    evidence: str


@dataclass
class Row:
    number: int
    line: Line
    outcome: Outcome
    subscriber: Subscriber | None = None


@dataclass
class ImportReport:
    """What happened to each row, or would happen. `number` counts rows from 1, below the headers."""

    rows: list[Row]
    invalid: list[tuple[int, str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[Outcome, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}

    @property
    def changes(self) -> int:
        return sum(row.outcome in {*ENROLLED, Outcome.BOUNCES} for row in self.rows)


def take_in(
    lines: Sequence[Line], newsletter: Newsletter, source: Source, *, dry_run: bool, leave_out_invalid: bool = False
) -> ImportReport:
    """Import rows, all or none. With an invalid row nothing is stored, unless those are to be left out.

    A handful of queries for each 500 rows, and four for each that bounced.
    """
    lines = [line._replace(email=normal(line.email)) for line in lines]
    resource = SubscriberResource(lines, newsletter, source)
    result = resource.import_data(
        Dataset(*((line.email, line.name, line.language) for line in lines), headers=SubscriberResource.HEADERS),
        dry_run=dry_run,
        use_transactions=True,
        rollback_on_validation_errors=not leave_out_invalid,
    )
    errors = [str(error.error) for error in result.base_errors]
    errors += [f"{number}: {error.error}" for number, found in result.row_errors() for error in found]
    invalid = [(row.number, lines[row.number - 1].email, reasons(row.error)) for row in result.invalid_rows]
    return ImportReport(resource.rows, invalid, errors)


def reasons(error: ValidationError) -> str:
    return " ".join(error.messages)


class SubscriberResource(ModelResource):
    """Rows as import-export takes them in. What is known of each address is looked up beforehand, in pieces."""

    HEADERS: ClassVar = ["email", "name", "language"]

    class Meta:
        model = Subscriber
        fields = ("email", "name", "language")
        import_id_fields = ("email",)
        clean_model_instances = True
        use_bulk = True
        batch_size = PIECE
        skip_diff = True

    def __init__(self, lines: Sequence[Line], newsletter: Newsletter, source: Source) -> None:
        super().__init__()
        self.lines, self.newsletter, self.source = lines, newsletter, source
        self.rows: list[Row] = []

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        self.known: dict[str, Subscriber] = {}
        self.states: dict[str, str] = {}
        self.suppressed: set[str] = set()
        self.seen: set[str] = set()
        for piece in batched({line.email for line in self.lines}, PIECE):
            self.look_up(piece)
        unwilling = {ListState.LEFT, ListState.BOUNCED, ListState.COMPLAINED}
        self.unwilling = {line.email for line in self.lines if line.standing in unwilling}

    def look_up(self, emails: Sequence[str]) -> None:
        """Three queries. Who is known is held until the transaction ends: nobody leaves meanwhile unnoticed."""
        found = Subscriber.objects.select_for_update().filter(email__in=emails)
        self.known |= {subscriber.email: subscriber for subscriber in found}
        subscriptions = Subscription.objects.filter(newsletter=self.newsletter, subscriber__email__in=emails)
        self.states |= dict(subscriptions.values_list("subscriber__email", "state"))
        owners = {digest: email for email in emails for digest in suppressing.digests(email)}
        for digest in Suppression.objects.filter(digest__in=owners).values_list("digest", flat=True):
            self.suppressed.add(owners[digest])

    def outcome(self, line: Line) -> Outcome:
        state = self.states.get(line.email)
        if line.email in self.seen:
            return Outcome.TWICE
        if line.email in self.suppressed:
            return Outcome.SUPPRESSED
        if line.standing in {ListState.BOUNCED, ListState.COMPLAINED}:
            return Outcome.BOUNCES
        if state == State.LEFT:
            return Outcome.LEFT
        if line.standing == ListState.LEFT:
            return Outcome.GOES
        if state == State.ACTIVE:
            return Outcome.THERE
        return Outcome.ASKED if line.standing == ListState.ASKED else Outcome.NEW

    def get_instance(self, instance_loader: Any, row: Any) -> Subscriber | None:
        return self.known.get(row["email"])

    def import_instance(self, instance: Subscriber, row: Any, **kwargs: Any) -> None:
        """What is known of a person is not overwritten by a file."""
        if instance._state.adding:
            super().import_instance(instance, row, **kwargs)

    def skip_row(self, instance: Subscriber, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """Every row is judged, also one that changes nothing."""
        self.validate_instance(instance, import_validation_errors)
        return True

    def validate_instance(
        self, instance: Subscriber, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Without asking the database: who is known has been looked up."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)
        if instance._state.adding:
            instance.full_clean(validate_unique=False, validate_constraints=False)

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        number = kwargs["row_number"]
        line = self.lines[number - 1]
        if line.standing == ListState.ACTIVE and line.email in self.unwilling:
            outcome = Outcome.TWICE
        else:
            outcome = self.outcome(line)
            self.seen.add(line.email)
        self.rows.append(Row(number, line, outcome, self.known.get(line.email)))

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        if kwargs.get("dry_run"):
            return
        enrolled = [row for row in self.rows if row.outcome in ENROLLED]
        for piece in batched(enrolled, PIECE):
            self.enrol(piece)
        for row in self.rows:
            if row.outcome == Outcome.BOUNCES:
                suppressing.suppress(row.line.email, REASONS[row.line.standing], self.source.name)

    def enrol(self, rows: Sequence[Row]) -> None:
        """Subscribers where there are none, subscriptions, and what is on record. Three queries."""
        now = timezone.now()
        new = [row for row in rows if row.subscriber is None]
        made = Subscriber.objects.bulk_create(
            Subscriber(email=row.line.email, name=row.line.name, language=row.line.language) for row in new
        )
        for row, subscriber in zip(new, made, strict=True):
            row.subscriber = subscriber
        subscriptions = Subscription.objects.bulk_create(
            (self.subscription(row, since=row.line.agreed_at or now) for row in rows),
            update_conflicts=True,
            unique_fields=["subscriber", "newsletter"],
            update_fields=["state", "since", "asked_at"],
        )
        Consent.objects.bulk_create(map(self.consent, subscriptions, rows))

    def subscription(self, row: Row, *, since: Any) -> Subscription:
        return Subscription(
            subscriber=row.subscriber, newsletter=self.newsletter, state=ENROLLED[row.outcome], since=since
        )

    def consent(self, subscription: Subscription, row: Row) -> Consent:
        """How they agreed, as the editor says and as the file says."""
        line = row.line
        event = Consent.Event.IMPORTED if row.outcome == Outcome.NEW else Consent.Event.LEFT
        said = [self.source.evidence, line.evidence, f"{line.agreed_at:%Y-%m-%d %H:%M %Z}" if line.agreed_at else ""]
        network = line.network if settings.STORE_NETWORK_ADDRESS else ""
        wording = " · ".join(filter(None, said))[:500]
        return Consent(
            subscription=subscription, event=event, wording=wording, form=self.source.name[:100], network=network
        )


def add(newsletters: Iterable[Newsletter], line: Line, source: Source) -> list[tuple[Newsletter, Outcome]]:
    """One person by hand, by the same rules. Raises ValidationError for what is no address."""
    outcomes = []
    for newsletter in newsletters:
        report = take_in([line], newsletter, source, dry_run=False)
        if report.invalid or report.errors:
            raise ValidationError([reason for _number, _email, reason in report.invalid] or report.errors)
        outcomes.append((newsletter, report.rows[0].outcome))
    return outcomes
