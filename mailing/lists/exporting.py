"""The list of a newsletter as a table."""

from django.db.models import OuterRef, QuerySet, Subquery

from mailing.models import Consent, Subscription
from newsletter.models import Newsletter

SUBSCRIBERS = {
    "email": "subscriber__email",
    "name": "subscriber__name",
    "language": "subscriber__language",
    "state": "state",
    "since": "since",
    "suppressed": "subscriber__suppression__reason",
    "evidence": "evidence",
}


def subscribers_of(newsletter: Newsletter) -> QuerySet:
    """Everybody in the list of a newsletter, with what was said last. `interchange.lists` reads it again."""
    said_last = Consent.objects.filter(subscription=OuterRef("pk")).order_by("-pk").values("wording")[:1]
    subscriptions = Subscription.objects.filter(newsletter=newsletter).annotate(evidence=Subquery(said_last))
    return subscriptions.order_by("pk").values_list(*SUBSCRIBERS.values())
