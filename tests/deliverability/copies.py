"""Copies at domains, and what comes back of them."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from deliverability.bouncing import hear
from deliverability.models import DomainTally
from deliverability.reports import BounceReport
from mailing.models import Bounce, Delivery, Dispatch, Subscriber, Subscription

NUMBERS = count(1)
TEXTS = {"hard": "550 5.1.1 no such user", "policy": "550 5.7.26 unauthenticated", "soft": "452 4.2.2 mailbox full"}


def sent(issue, state="done", **facts):
    now = timezone.now()
    moments = {"started_at": now - timedelta(hours=1), "finished_at": now if state == "done" else None}
    return Dispatch.objects.create(**{"issue": issue, "subject": issue.title, "state": state, **moments, **facts})


def copies(dispatch, domain, number=1, state="handed", **facts):
    """So many, for as many people."""
    people = Subscriber.objects.bulk_create(
        [Subscriber(email=f"reader-{next(NUMBERS)}@{domain}") for _each in range(number)]
    )
    newsletter = dispatch.issue.newsletter
    Subscription.objects.bulk_create(
        [Subscription(subscriber=person, newsletter=newsletter, state="active") for person in people]
    )
    facts = {"handed_over_at": timezone.now() - timedelta(minutes=30) if state == "handed" else None, **facts}
    return Delivery.objects.bulk_create(
        [
            Delivery(dispatch=dispatch, subscriber=person, state=state, message_id=f"<{person.pk}@a.example>", **facts)
            for person in people
        ]
    )


def come_back(deliveries, kind="hard", text=None):
    """A report of each, as our mailbox hears it."""
    for delivery in deliveries:
        said = TEXTS.get(kind, "") if text is None else text
        ids, people = frozenset([delivery.message_id]), frozenset([delivery.subscriber.email])
        hear(BounceReport(Bounce.Kind(kind), "", said, ids, people))


def figures(dispatch, domain):
    """What is not nothing of a row."""
    row = DomainTally.objects.filter(dispatch=dispatch, domain=domain).values().first() or {}
    names = ("handed", "failed", "hard", "soft", "policy", "complaints", "left")
    return {name: row[name] for name in names if row.get(name)}
