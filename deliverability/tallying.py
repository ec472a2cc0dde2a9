"""What became of the copies of each dispatch, by receiving domain.

What comes back is noted as it is heard, and all of it is counted anew by the worker while it may change: for thirty
days. What was counted once stays when people are erased, and with them their copies' addresses and reports.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Greatest, StrIndex, Substr
from django.utils import timezone
from django.utils.encoding import punycode

from core.mail.refusals import Fault, fault_of
from deliverability.models import DomainTally
from mailing.models import Bounce, Delivery, Dispatch, Subscription

#: How long what comes back is counted, and how long after a mail somebody left because of it.
KEEPS_CHANGING = timedelta(days=30)
LEAVES_WITHIN = timedelta(days=14)
#: Copies that are counted in one query.
PIECE = 20_000
#: So many domains of one dispatch have a row of their own; the others share that of OTHERS, which every dispatch has
#: that was ever counted.
MOST_DOMAINS = 200
OTHERS = ""
#: Between two counts while it is sent (and a second more for so many people), while people leave, and at rest.
WHILE_SENDING, A_SECOND_MORE = timedelta(minutes=1), 10_000
WHILE_LEAVING, AT_REST = timedelta(hours=1), timedelta(days=1)

NEVER = datetime.fromtimestamp(0, tz=UTC)

Kind = Bounce.Kind
#: What is counted of each kind of report.
FIELDS: dict[str, str] = {Kind.HARD: "hard", Kind.SOFT: "soft", Kind.POLICY: "policy", Kind.COMPLAINT: "complaints"}
#: All that is counted.
FIGURES = ("handed", "failed", *FIELDS.values(), "left")

_data: dict[str, str] = yaml.safe_load(Path(__file__).with_name("receivers.yaml").read_text(encoding="utf-8"))
#: By each domain of a receiver that has several, the one under which all are counted.
GROUPS = {domain: name for name, domains in _data.items() for domain in domains.split()}


def receiver(email: str) -> str:
    """Under which domain an address, or the domain of one, is counted: in ASCII, and one for each large receiver."""
    domain = email.rpartition("@")[2].lower()
    with suppress(UnicodeError):
        domain = punycode(domain)
    return GROUPS.get(domain, domain)[:253]


def at_receiver(name: str, email: str) -> Q:
    """Rows whose address, in the field `email`, is counted under this domain."""
    domains = [name, *(domain for domain, group in GROUPS.items() if group == name)]
    return reduce(or_, (Q(**{f"{email}__endswith": f"@{domain}"}) for domain in domains))


def kind_of(answer: str) -> str:
    """What the refusal of a copy at the door counts as; empty for what says nothing of address or sender."""
    fault = fault_of(answer) if answer.startswith("5") else Fault.PASSING
    return "" if fault == Fault.PASSING else Kind(fault)


@transaction.atomic
def note(dispatch_id: int, email: str, kind: str) -> None:
    """Count one report, or refusal at the door, as it is heard."""
    rows = DomainTally.objects.filter(dispatch=dispatch_id)
    name, more = receiver(email), {FIELDS[kind]: F(FIELDS[kind]) + 1}
    if not rows.filter(domain=name).update(**more):
        name = name if rows.count() < MOST_DOMAINS else OTHERS
        # As if it had never been counted: the next count tells all, not just what is noted.
        DomainTally.objects.get_or_create(dispatch_id=dispatch_id, domain=name, defaults={"counted_at": NEVER})
        rows.filter(domain=name).update(**more)


def sums_of(*dispatches: Dispatch) -> dict[int, dict[str, int]]:
    """Each figure of dispatches over all domains, by their keys."""
    rows = DomainTally.objects.filter(dispatch__in=dispatches).order_by().values("dispatch")
    found: Any = rows.annotate(**{f"all_{name}": Sum(name) for name in FIGURES})
    nothing = {each.pk: dict.fromkeys(FIGURES, 0) for each in dispatches}
    return nothing | {row["dispatch"]: {name: row[f"all_{name}"] for name in FIGURES} for row in found}


def count_due() -> None:
    """Count the dispatches whose figures may have changed."""
    for dispatch in due(timezone.now()):
        count(dispatch)


def due(now: datetime) -> Iterator[Dispatch]:
    counted = DomainTally.objects.filter(dispatch=OuterRef("pk"), domain=OTHERS).values("counted_at")
    begun = Dispatch.objects.filter(started_at__gt=now - KEEPS_CHANGING).select_related("issue")
    for dispatch in begun.annotate(counted_at=Subquery(counted)).order_by("pk"):
        last = dispatch.counted_at or NEVER
        if now - last > AT_REST or (now - last > patience(dispatch, last) and has_moved(dispatch, last)):
            yield dispatch


def patience(dispatch: Dispatch, last: datetime) -> timedelta:
    is_at_rest = dispatch.finished_at and dispatch.finished_at < last
    return WHILE_LEAVING if is_at_rest else WHILE_SENDING + timedelta(seconds=dispatch.size // A_SECOND_MORE)


def has_moved(dispatch: Dispatch, last: datetime) -> bool:
    """Whether anything may be other than at the last count."""
    if dispatch.state == Dispatch.State.SENDING or (dispatch.finished_at and dispatch.finished_at > last):
        return True
    return who_left(dispatch).filter(since__gt=last).exists()


def count(dispatch: Dispatch) -> None:
    """Count all of it anew, in pieces: a million copies take some seconds, and no lock."""
    began, found = timezone.now(), defaultdict[str, Counter[str]](Counter)
    for piece in pieces(dispatch):
        count_piece(piece, found)
    left = by_domain(who_left(dispatch), "subscriber__email").values_list("domain")
    for name, number in left.annotate(Count("pk")):
        found[receiver(name)]["left"] += number
    store(dispatch, found, began)


def count_piece(piece: QuerySet[Delivery], found: dict[str, Counter[str]]) -> None:
    own, state = by_domain(piece, "subscriber__email"), Delivery.State
    handed, failed = (Count("pk", filter=Q(state=each)) for each in (state.HANDED_OVER, state.FAILED))
    for row in own.values("domain").annotate(copies=Count("pk"), handed=handed, failed=failed):
        found[receiver(row.pop("domain"))].update(row)
    reports = own.filter(bounces__kind__in=FIELDS).values_list("domain", "bounces__kind")
    for name, kind, number in reports.annotate(Count("pk")):
        found[receiver(name)][FIELDS[kind]] += number
    for name, answer in own.filter(state=state.FAILED).values_list("domain", "answer").iterator():
        if kind := kind_of(answer):
            found[receiver(name)][FIELDS[kind]] += 1


def pieces(dispatch: Dispatch) -> Iterator[QuerySet[Delivery]]:
    """Its copies, as they stand in the index: by subscriber. Those of people who were erased are in none."""
    last = 0
    while True:
        rest = dispatch.deliveries.filter(subscriber__gt=last).order_by("subscriber")
        end = rest.values_list("subscriber", flat=True)[PIECE - 1 : PIECE].first()
        yield rest.filter(subscriber__lte=end) if end else rest
        if end is None:
            return
        last = end


def who_left(dispatch: Dispatch) -> QuerySet[Subscription]:
    """Those who had a copy and left the newsletter after it, before the next mailing and within two weeks."""
    newsletter, start = dispatch.issue.newsletter_id, dispatch.started_at or timezone.now()
    later = Dispatch.objects.filter(issue__newsletter=newsletter, correction=None, started_at__gt=start)
    next_one = later.order_by("started_at").values_list("started_at", flat=True).first()
    end = min(next_one or start + LEAVES_WITHIN, start + LEAVES_WITHIN)
    left = Subscription.objects.filter(newsletter=newsletter, state=Subscription.State.LEFT)
    had = dispatch.deliveries.received().filter(
        subscriber=OuterRef("subscriber"), handed_over_at__lt=OuterRef("since")
    )
    return left.filter(Exists(had), since__gt=start, since__lte=end)


def by_domain(rows: QuerySet, email: str) -> Any:
    """In no order, with the domain of the address in the field `email`."""
    return rows.order_by().annotate(domain=Substr(email, StrIndex(email, Value("@")) + 1))


@transaction.atomic
def store(dispatch: Dispatch, found: dict[str, Counter[str]], at: datetime) -> None:
    """Write down what was counted. Nothing but failures, which are sent again, becomes less by it."""
    rows = DomainTally.objects.filter(dispatch=dispatch)
    known = set(rows.values_list("domain", flat=True))
    largest = sorted(set(found) - known, key=lambda name: (-found[name]["copies"], name))
    own = {*known, *largest[: max(MOST_DOMAINS - len(known), 0)]} - {OTHERS}
    others: Counter[str] = sum((found[name] for name in found if name not in own), Counter())
    missing = [DomainTally(dispatch=dispatch, domain=name) for name in sorted({*own, OTHERS} - known)]
    DomainTally.objects.bulk_create(missing, ignore_conflicts=True)
    for name in sorted({*own, OTHERS}):
        counted = others if name == OTHERS else found.get(name, Counter())
        more = {each: Greatest(F(each), Value(counted[each])) for each in FIGURES if each != "failed"}
        rows.filter(domain=name).update(**more, failed=counted["failed"], counted_at=at)
