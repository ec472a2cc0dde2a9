"""What follows when mail comes back, or somebody complains of it.

Anybody can send us a report, so none is believed for its own sake. A report acts when it names the Message-ID of a
copy, which nobody can guess and only that person's mail server has seen; or when a mail service that knows our secret
tells us. A report that just names an address is written down beside the last copy for it, and changes nothing else.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from core import locking
from core.mail import outbox
from core.mail.incoming import NOTHING, Incoming
from core.mail.messages import normal
from core.mail.refusals import Fault, fault_of
from core.models import OutgoingMail
from deliverability import alarms, reports
from deliverability.reports import BounceReport
from mailing.lists.suppressing import suppress
from mailing.models import Bounce, Consent, Delivery, Subscriber, Suppression

#: A report that names no copy is taken for one of the last copy to its address, if that is not older.
RECENT = timedelta(days=30)
MOST_COPIES = 50
#: Soft bounces: so many copies in a row, the first and the last so far apart, and nothing is sent any more.
SOFT_MOST = 5
SOFT_SPAN = timedelta(days=14)
#: Servers try for up to five days (RFC 5321, section 4.5.4.1). A copy of which nothing was heard for longer arrived.
SILENCE = timedelta(days=7)

Kind = Bounce.Kind
Reason = Suppression.Reason
REASONS = {Kind.HARD: Reason.BOUNCED, Kind.COMPLAINT: Reason.COMPLAINED}
#: Of what mail to one person a report stops further mail: not of codes, for which anybody can ask under any address.
COUNTED = {
    Kind.HARD: {OutgoingMail.Kind.CONVERSATION},
    Kind.COMPLAINT: {OutgoingMail.Kind.CONVERSATION, OutgoingMail.Kind.SUBSCRIPTION},
}


def take(incoming: Incoming) -> str:
    """See `core.mail.incoming.takers`."""
    report = reports.read_report(incoming.data)
    found = hear(report) if report else None
    if report is None or found is None:
        return NOTHING if report else ""
    return found.kind if isinstance(found, Bounce) else report.kind


@transaction.atomic
def hear(report: BounceReport) -> Bounce | OutgoingMail | None:
    """Write a report down and do what follows; to hear it again changes nothing. None where it is of no copy that we
    know, or of one for somebody who was erased or gets mail elsewhere by now."""
    if mail := mail_of(report.message_ids, report.recipients):
        return hear_of(mail, report)
    delivery = copy_of(report.message_ids, report.recipients)
    if delivery is None or delivery.subscriber is None or has_moved_since(delivery, delivery.subscriber):
        return None
    is_believed = report.is_vouched or delivery.message_id in report.message_ids
    locking.lock(Subscriber.objects.filter(pk=delivery.subscriber.pk))
    subscriber = Subscriber.objects.get(pk=delivery.subscriber.pk)
    bounce, is_new = Bounce.objects.get_or_create(
        delivery=delivery,
        kind=report.kind if is_believed else Kind.UNPROVEN,
        defaults={"subscriber": subscriber, "status": report.status[:9], "text": report.text[:300]},
    )
    if is_new:
        detail = " ".join(filter(None, [bounce.status, bounce.text]))
        alarms.came_back(delivery.dispatch, subscriber.email, bounce.kind, detail)
        follow(bounce.kind, subscriber.email, detail, comes_back_for_long)
    return bounce


def mail_of(message_ids: frozenset[str], addresses: Iterable[str]) -> OutgoingMail | None:
    """The mail to one person that is named, by its Message-ID or by the name that a mail service gave it."""
    if found := OutgoingMail.objects.filter(message_id__in=message_ids).first():
        return found
    own = OutgoingMail.objects.filter(email__in=map(normal, addresses), state=OutgoingMail.State.SENT)
    return next((each for each in own[:MOST_COPIES] if not message_ids.isdisjoint(each.answer.split())), None)


def hear_of(mail: OutgoingMail, report: BounceReport) -> OutgoingMail:
    """The same for a mail to one person. What strangers can have sent to an address shows little of it."""
    detail = " ".join(filter(None, [report.status, report.text]))
    if outbox.end(mail, OutgoingMail.State.RETURNED, detail):
        is_heeded = report.kind == Kind.SOFT or mail.kind in COUNTED.get(report.kind, ())
        if is_heeded:
            follow(report.kind, mail.email, detail, mail_comes_back_for_long)
    return mail


def copy_of(message_ids: frozenset[str], addresses: Iterable[str]) -> Delivery | None:
    """The copy that is named; else that for one of these addresses, of these days, whose answer holds the name that a
    mail service gave it; else the last one for them."""
    named = Subscriber.objects.filter(email__in=map(normal, addresses))
    copies = Delivery.objects.select_related("subscriber", "dispatch__issue__newsletter")
    recent = copies.received().filter(handed_over_at__gt=timezone.now() - RECENT)
    own = recent.filter(subscriber__in=named)
    if found := copies.filter(message_id__in=message_ids).first():
        return found
    candidates = list(own.order_by("-handed_over_at")[:MOST_COPIES])
    known_by_service = (each for each in candidates if not message_ids.isdisjoint(each.answer.split()))
    return next(known_by_service, None) or next(iter(candidates), None)


def has_moved_since(delivery: Delivery, subscriber: Subscriber) -> bool:
    """The old address came back, not the one that the person has now."""
    moves = Consent.objects.filter(subscription__subscriber=subscriber, event=Consent.Event.MOVED)
    return moves.filter(at__gt=delivery.handed_over_at or delivery.next_attempt_at).exists()


def follow(kind: str, email: str, detail: str, comes_back_for_long: Callable[[str], bool]) -> None:
    if kind in REASONS:
        suppress(email, REASONS[Kind(kind)], detail)
    elif kind == Kind.SOFT and comes_back_for_long(email):
        suppress(email, Reason.BOUNCED, f"{SOFT_MOST} × {detail}")


def comes_back_for_long(email: str) -> bool:
    """Whether at least five copies came back since the last one that arrived, over at least 14 days. That a mail
    server took a copy does not show that it arrived: it did when no report came for a week. What was refused for
    something of ours shows neither."""
    copies = Delivery.objects.received().filter(subscriber__email=email)
    came_back = copies.filter(bounces__kind=Kind.SOFT)
    refused = copies.filter(bounces__kind__in=[Kind.SOFT, Kind.POLICY])
    silent = copies.exclude(pk__in=refused).filter(handed_over_at__lt=timezone.now() - SILENCE)
    return is_long(came_back, silent, "handed_over_at")


def mail_comes_back_for_long(email: str) -> bool:
    """The same of mail to one person."""
    mails = OutgoingMail.objects.filter(email=email)
    returned = mails.filter(state=OutgoingMail.State.RETURNED).order_by("-pk")[:MOST_COPIES]
    came_back = mails.filter(pk__in=[each.pk for each in returned if fault_of(each.answer) == Fault.PASSING])
    silent = mails.filter(state=OutgoingMail.State.SENT, ended_at__lt=timezone.now() - SILENCE)
    return is_long(came_back, silent, "created_at")


def is_long(came_back: QuerySet, silent: QuerySet, moment: str) -> bool:
    if arrived_at := silent.aggregate(last=Max(moment))["last"]:
        came_back = came_back.filter(**{f"{moment}__gt": arrived_at})
    row = came_back.aggregate(length=Count("pk"), first=Min(moment), last=Max(moment))
    return row["length"] >= SOFT_MOST and row["last"] - row["first"] >= SOFT_SPAN
