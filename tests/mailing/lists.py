"""People who subscribed, and what became of their copies."""

from mailing.delivery import dispatching
from mailing.delivery.freezing import freeze
from mailing.models import Subscriber, Subscription


def subscribe(newsletter, *names, state="active", **fields):
    people = [Subscriber.objects.create(email=f"{name}@example.org", **fields) for name in names]
    for person in people:
        Subscription.objects.create(subscriber=person, newsletter=newsletter, state=state)
    return people


def frozen(issue, **options):
    """A dispatch whose audience is listed."""
    dispatch = dispatching.prepare(issue, None, **options)
    dispatching.begin(dispatch)
    freeze(dispatch)
    dispatch.refresh_from_db()
    return dispatch


def ledger(dispatch):
    """The state of each copy by the name of its person."""
    rows = dispatch.deliveries.values_list("subscriber__email", "state")
    return {email.partition("@")[0]: state for email, state in rows}
