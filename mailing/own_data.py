"""What is kept of a subscriber: given to them whole, and forgotten when they say so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from accounts.models import User
from accounts.own_data import bear_witness, log_of, told
from core.models import OutgoingMail
from mailing.lists import suppressing
from mailing.models import Consent, Move, Subscriber, Subscription, Suppression

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


#: What apps above keep of a subscriber, each under a heading; they add theirs in `ready()`.
others: list[Callable[[Subscriber], dict[str, Any]]] = []


class Subscriptions:
    """See `accounts.own_data.Source`."""

    name = "subscriptions"

    def export(self, user: User) -> list[dict[str, Any]]:
        """What is kept of an address that never subscribed is why it gets nothing."""
        own = [export(each) for each in Subscriber.objects.of_reader(user)]
        return own or [{"address": user.email, "gets nothing because": reason} for reason in reasons(user.email)]

    def erase(self, user: User, *, keep_words: bool) -> None:
        for each in Subscriber.objects.of_reader(user):
            erase(each)
        suppressing.keep_hash_alone(user.email)


def export(subscriber: Subscriber) -> dict[str, Any]:
    """Everything that is kept of a person, ready for JSON."""
    consents = Consent.objects.filter(subscription__subscriber=subscriber)
    subscriptions, mail = subscriber.subscriptions.select_related("newsletter"), subscriber.deliveries
    return told(subscriber, WORDS["subscriber"]) | {
        "gets nothing because": next(iter(reasons(subscriber.email)), None),
        "subscriptions": [told(each, WORDS["subscription"]) for each in subscriptions],
        "consent": [told(each, WORDS["consent"]) for each in consents.select_related("subscription__newsletter")],
        "new addresses to be confirmed": list(subscriber.moves.values("email", "asked_at")),
        "mail": [told(each, WORDS["mail"]) for each in mail.select_related("dispatch")],
        "came back": list(subscriber.bounces.values("kind", "status", "text", "at")),
        **{heading: kept for tell in others for heading, kept in tell(subscriber).items()},
    }


def reasons(email: str) -> list[dict[str, Any]]:
    """Why an address gets nothing, if so."""
    suppression = suppressing.suppression_of(email)
    return [{"reason": suppression.reason, "since": suppression.since}] if suppression else []


@transaction.atomic
def erase(subscriber: Subscriber) -> None:
    """Forget a person, with consents and what servers answered about them. About a dozen queries. Left are the keyed
    hash of the address, and deliveries that say of nobody whose they were."""
    bear_witness(subscriber)
    suppressing.suppress(subscriber.email, Suppression.Reason.ERASED)
    suppressing.keep_hash_alone(subscriber.email)
    subscriber.deliveries.update(answer="")
    log_of(Subscription, subscriber.subscriptions.values_list("pk", flat=True)).delete()
    log_of(Subscriber, [subscriber.pk]).delete()
    Move.objects.filter(email=subscriber.email).delete()
    addresses = [subscriber.email, *subscriber.moves.values_list("email", flat=True)]
    OutgoingMail.objects.filter(email__in=addresses, kind=OutgoingMail.Kind.SUBSCRIPTION).delete()
    subscriber.delete()
