"""A list is taken back: what it made goes, what it changed is as before. Whoever has said or changed something since
is left alone, and named.

- Whom it subscribed is so no longer. Of whom nothing else is kept, as no mail has gone there, nothing is left. Else
  the subscription stands as before, or says neither yes nor no, and the record says that it was taken back.
- Whom it noted as left is as before. One who was subscribed before gets mail again only if nothing at all has happened
  since: no word of theirs, no other list that says no, no mail that came back.
- Where another list has said something since, that takes its place: taken back too, it leaves what was before both.
- What it said never to write to, can be written to again, unless another list says so too, or mail came back.
- Copies of a mailing under way that are not out yet are held back: who is no longer subscribed gets none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import locking
from interchange.lists.storing import PIECE, source_of
from interchange.models import ListImport, ListRow
from mailing.delivery.claiming import recall
from mailing.lists.enrolling import Outcome, looks
from mailing.models import Bounce, Consent, Delivery, Subscriber, Subscription, Suppression
from mailing.models.subscribers import BY_LIST

State = Subscription.State
#: Why somebody stays as the list has left them, in words.
REASONS = {
    "said": _("has said something since"),
    "changed": _("has changed something since"),
    "list": _("stands in another list since"),
    "bounced": _("mail came back since, or they complained"),
}
STAYS, BACK = "stays", "back"
#: What people say themselves, where no list has said it for them.
OWN = {Consent.Event.CONFIRMED, Consent.Event.LEFT, Consent.Event.PAUSED, Consent.Event.RESUMED, Consent.Event.MOVED}
NOT_OUT = [Delivery.State.QUEUED, Delivery.State.CLAIMED, Delivery.State.SKIPPED]


def go_on(brought: ListImport) -> Iterator[int]:
    """Piece by piece; yields the row up to which it is done."""
    left = brought.stored.filter(is_taken_back=False).order_by("number")
    while rows := list(left.filter(number__gt=brought.done)[:PIECE]):
        with locking.turn():
            take_back(brought, rows)
        yield brought.done


def take_back(brought: ListImport, rows: Sequence[ListRow]) -> None:
    locking.lock(Subscriber.objects.filter(pk__in=[row.subscriber_id for row in rows if row.subscriber_id]))
    rows = list(brought.stored.filter(pk__in=[row.pk for row in rows]).order_by("number"))  # as another may hand down
    now = Now(brought, rows)
    why = {row.pk: now.objection(row) for row in rows}
    stay = [row for row in rows if why[row.pk]]
    hand_down(now, [row for row in stay if row.outcome == Outcome.NEW and why[row.pk] == "list"])
    for row in stay:
        row.outcome, row.made = STAYS, row.made | {"why": why[row.pk]}
    ListRow.objects.bulk_update(stay, ["outcome", "made"])
    go = [row for row in rows if not why[row.pk]]
    undo(now, go)
    ListRow.objects.filter(pk__in=[row.pk for row in go]).update(is_taken_back=True)
    brought.counts = dict(Counter(brought.counts) + Counter({STAYS: len(stay), BACK: len(go)}))
    brought.done = rows[-1].number
    brought.save(update_fields=["counts", "done"])


class Now:
    """What is known now of those whom some rows are about, who are locked."""

    def __init__(self, brought: ListImport, rows: Sequence[ListRow]) -> None:
        self.brought, self.source = brought, source_of(brought).name
        self.people = Subscriber.objects.in_bulk([row.subscriber_id for row in rows if row.subscriber_id])
        own = Subscription.objects.filter(subscriber__in=self.people, newsletter=brought.newsletter)
        self.subscriptions = {each.subscriber_id: each for each in own}
        self.suppressions = Suppression.objects.in_bulk([row.made.get("suppression") for row in rows])

    @cached_property
    def said(self) -> dict[int, list[tuple[int, str, str]]]:
        said = Consent.objects.filter(subscription__subscriber__in=self.people).order_by("pk")
        return grouped(said.values_list("subscription__subscriber", "pk", "event", "form"))

    @cached_property
    def listed(self) -> dict[int, list[tuple[ListRow]]]:
        others = ListRow.objects.filter(subscriber__in=self.people, is_taken_back=False).exclude(of=self.brought)
        return grouped((row.subscriber_id, row) for row in others.select_related("of").order_by("pk"))

    @cached_property
    def trouble(self) -> dict[int, list[tuple[datetime]]]:
        """When mail came back, and when an address was suppressed."""
        bounces = Bounce.objects.filter(subscriber__in=self.people).values_list("subscriber", "at")
        suppressed = Suppression.objects.filter(subscriber__in=self.people).exclude(detail=self.source)
        return grouped([*bounces, *suppressed.values_list("subscriber", "since")])

    def objection(self, row: ListRow) -> str:
        """Why a row stays: a key of REASONS, or nothing."""
        if row.outcome == Outcome.BOUNCES:
            return self.objection_to_mail(row)
        person, subscription = self.people.get(row.subscriber_id or 0), self.subscriptions.get(row.subscriber_id or 0)
        if row.outcome not in {Outcome.NEW, Outcome.GOES} or person is None or subscription is None:
            return ""
        since = [(event, form) for pk, event, form in self.said[person.pk] if pk > row.made["consent"]]
        has_spoken = any(event in OWN and not form.startswith(BY_LIST) for event, form in since)
        stands = State.ACTIVE if row.outcome == Outcome.NEW else State.LEFT
        if has_spoken or subscription.asked_at or (since and self.resubscribes(row)):
            return "said"
        if row.made["look"] not in looks(person):
            return "changed"
        is_listed = self.is_listed_since(row) if row.outcome == Outcome.GOES else self.heir(row) is not None
        if subscription.state != stands or is_listed:
            return "list"
        has_trouble = self.resubscribes(row) and self.has_trouble_since(person.pk)
        return "bounced" if has_trouble else ""

    def objection_to_mail(self, row: ListRow) -> str:
        suppression = self.suppressions.get(row.made.get("suppression"))
        if suppression is None:
            return ""
        if suppression.detail != self.source:
            return "list" if suppression.detail.startswith(BY_LIST) else "bounced"
        if self.is_listed_since(row):
            return "list"
        return "bounced" if self.has_trouble_since(row.subscriber_id or 0) else ""

    def is_listed_since(self, row: ListRow) -> bool:
        return any(other.pk > row.pk for (other,) in self.listed[row.subscriber_id or 0])

    def heir(self, row: ListRow) -> ListRow | None:
        """The next that says of the same subscription how it stands."""
        later = [other for (other,) in self.listed[row.subscriber_id or 0] if other.pk > row.pk]
        heirs = (each for each in later if each.of.newsletter_id == self.brought.newsletter_id)
        return next((each for each in heirs if each.outcome in {Outcome.THERE, Outcome.GOES}), None)

    def resubscribes(self, row: ListRow) -> bool:
        before = row.made.get("before")
        return row.outcome == Outcome.GOES and bool(before) and before[0] == State.ACTIVE

    def has_trouble_since(self, person: int) -> bool:
        return any(at > self.brought.begun_at for (at,) in self.trouble[person])


def hand_down(now: Now, rows: Sequence[ListRow]) -> None:
    """What stood before these now stands before the next list that tells of the same."""
    heirs = []
    for row in rows:
        if heir := now.heir(row):
            inherited = {name: row.made[name] for name in ("new", "before") if name in row.made}
            own = {name: value for name, value in heir.made.items() if name not in {"new", "before"}}
            heir.made = row.made if heir.outcome == Outcome.THERE else own | inherited
            heir.outcome = Outcome.NEW if heir.outcome == Outcome.THERE else heir.outcome
            heirs.append(heir)
    ListRow.objects.bulk_update(heirs, ["outcome", "made"])


def grouped(rows: Iterable[tuple[Any, ...]]) -> Any:
    """By what stands first."""
    found = defaultdict[int, list[Any]](list)
    for key, *facts in rows:
        found[key].append(tuple(facts))
    return found


def undo(now: Now, rows: Sequence[ListRow]) -> None:
    Suppression.objects.filter(pk__in=[row.made["suppression"] for row in rows if "suppression" in row.made]).delete()
    found = [row for row in rows if row.made.get("consent") and row.subscriber_id in now.subscriptions]
    people = [row.subscriber_id for row in found if row.subscriber_id]
    recall(people)
    stay = bound([row.subscriber_id for row in found if row.made.get("new")], now)
    kept = [row for row in found if not row.made.get("new") or row.subscriber_id in stay]
    subscriptions = [as_before(now.subscriptions[row.subscriber_id or 0], row.made.get("before")) for row in kept]
    Subscription.objects.bulk_update(subscriptions, ["state", "since", "asked_at"])
    Consent.objects.bulk_create(
        Consent(subscription=each, event=Consent.Event.UNDONE, form=now.source) for each in subscriptions
    )
    Subscriber.objects.filter(pk__in=set(people) - {row.subscriber_id for row in kept}).delete()


def as_before(subscription: Subscription, before: list[Any] | None) -> Subscription:
    """Where there was none, it says neither yes nor no."""
    if before:
        moments = [datetime.fromisoformat(each) if each else None for each in before[1:]]
        subscription.state, subscription.since, subscription.asked_at = before[0], moments[0], moments[1]  # type: ignore[assignment]
    else:
        subscription.state = State.ASKED
    return subscription


def bound(people: Sequence[int | None], now: Now) -> set[int | None]:
    """Those of whom something is kept beside what the list has made: mail that they got, other subscriptions."""
    found = {pk for pk in people if pk in now.people and now.people[pk].user_id}
    for relation in Subscriber._meta.related_objects:
        model: Any = relation.related_model
        rows = model._default_manager.filter(**{f"{relation.field.name}__in": people})
        if model is Subscription:
            rows = rows.exclude(newsletter=now.brought.newsletter)
        elif model is Delivery:
            rows = rows.exclude(state__in=NOT_OUT)
        elif model is ListRow:
            rows = rows.exclude(of=now.brought).filter(is_taken_back=False).exclude(outcome=STAYS)
        found |= set(rows.values_list(relation.field.attname, flat=True))
    return found
