"""What is kept of a subscriber: given to them whole, and forgotten when they say so."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.models import User
from core.models import OutgoingMail
from mailing.lists import suppressing
from mailing.models import Consent, Move, Subscriber, Subscription, Suppression


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
    return {
        "address": subscriber.email,
        "name": subscriber.name,
        "language": subscriber.language,
        "since": subscriber.created_at,
        "paused until": subscriber.paused_until,
        "gets nothing because": next(iter(reasons(subscriber.email)), None),
        "subscriptions": [
            {"newsletter": each.newsletter.title, "state": each.state, "since": each.since}
            for each in subscriber.subscriptions.select_related("newsletter")
        ],
        "consent": [consented(each) for each in consents.select_related("subscription__newsletter")],
        "new addresses to be confirmed": list(subscriber.moves.values("email", "asked_at")),
        "mail": [
            {"subject": each.dispatch.subject, "state": each.state, "handed over": each.handed_over_at}
            for each in subscriber.deliveries.select_related("dispatch")
        ],
        "came back": list(subscriber.bounces.values("kind", "status", "text", "at")),
    }


def reasons(email: str) -> list[dict[str, Any]]:
    """Why an address gets nothing, if so."""
    suppression = suppressing.suppression_of(email)
    return [{"reason": suppression.reason, "since": suppression.since}] if suppression else []


def consented(consent: Consent) -> dict[str, Any]:
    return {
        "newsletter": consent.subscription.newsletter.title,
        "what": consent.event,
        "when": consent.at,
        "wording": consent.wording,
        "where": consent.form,
        "network address": consent.network,
    }


@transaction.atomic
def erase(subscriber: Subscriber) -> None:
    """Forget a person, with consents and what servers answered about them. About a dozen queries. Left are the keyed
    hash of the address, and deliveries that say of nobody whose they were."""
    suppressing.suppress(subscriber.email, Suppression.Reason.ERASED)
    suppressing.keep_hash_alone(subscriber.email)
    subscriber.deliveries.update(answer="")
    forget_log(Subscription, subscriber.subscriptions.all())
    forget_log(Subscriber, Subscriber.objects.filter(pk=subscriber.pk))
    Move.objects.filter(email=subscriber.email).delete()
    addresses = [subscriber.email, *subscriber.moves.values_list("email", flat=True)]
    OutgoingMail.objects.filter(email__in=addresses, kind=OutgoingMail.Kind.SUBSCRIPTION).delete()
    subscriber.delete()


def forget_log(model: type[Model], things: QuerySet) -> None:
    """Delete what the admin's own log says about them."""
    ids = [str(pk) for pk in things.values_list("pk", flat=True)]
    content_type = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=content_type, object_id__in=ids).delete()
