"""Every yes and no: written down, and what follows from it, in one place. So the record always tells the state."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Model
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.desk import Series
from core.languages import spoken
from core.limits import client_address
from mailing.delivery.claiming import recall
from mailing.models import Consent, Subscription
from newsletter.models import Issue, Newsletter

#: Counted up whenever what people are told below changes: the record says which words somebody agreed to.
WORDING_VERSION = 1

Event = Consent.Event
State = Subscription.State

#: What was asked changes nothing until it is confirmed; pausing and moving leave the yes as it is. What is undone
#: leads to what was there before.
LEADS_TO = {Event.CONFIRMED: State.ACTIVE, Event.IMPORTED: State.ACTIVE, Event.LEFT: State.LEFT}

#: What mail that waits to be sent must not miss.
STOPS_MAIL = {Event.LEFT, Event.PAUSED, Event.MOVED}


class Occasion(NamedTuple):
    """Where something was said: the form, mail or file, and the network address if the site keeps those."""

    form: str
    network: str = ""


def occasion(request: HttpRequest, form: str) -> Occasion:
    return Occasion(form, client_address(request) if settings.STORE_NETWORK_ADDRESS else "")


def record(subscriptions: Collection[Subscription], event: Event, occasion: Occasion, wording: str = "") -> None:
    """Write down what happened to subscriptions, and bring them into the state that follows. The caller has locked
    their subscribers, so that of two events the later one is also the later row."""
    now = timezone.now()
    Consent.objects.bulk_create(
        Consent(
            subscription=each, event=event, wording=wording or wording_of(event, each), at=now, **occasion._asdict()
        )
        for each in subscriptions
    )
    if event in LEADS_TO:
        affected = Subscription.objects.filter(pk__in=[each.pk for each in subscriptions])
        affected.update(state=LEADS_TO[event], since=now, asked_at=None)
    if event in STOPS_MAIL:
        recall({each.subscriber_id for each in subscriptions})


def state_after(events: Iterable[str]) -> State:
    """What the record of a subscription says of its state."""
    states = [State.ASKED]
    for event in events:
        if event in LEADS_TO:
            states.append(LEADS_TO[Event(event)])
        elif event == Event.UNDONE:
            states.pop()
    return states[-1]


def wording_of(event: Event, subscription: Subscription) -> str:
    """What the person was told, with the version of the words, in the newsletter's language."""
    if event not in {Event.ASKED, Event.CONFIRMED}:
        return ""
    with translation.override(spoken(subscription.newsletter.language)):
        return f"{WORDING_VERSION}: {promise(subscription.newsletter)}"


def promise(newsletter: Newsletter) -> str:
    """What people say yes to; shown wherever they do."""
    return _("Each issue of %(newsletter)s comes by mail. You can leave with one click in any of them.") % {
        "newsletter": newsletter.title
    }


def subscribers_by_day(thing: Model, first: date, last: date) -> Iterable[Series]:
    """Who came to the list of a newsletter, or of that of an issue, and who left it."""
    newsletter = thing.newsletter if isinstance(thing, Issue) else thing
    if not isinstance(newsletter, Newsletter):
        return []
    said = Consent.objects.filter(subscription__newsletter=newsletter, at__date__range=(first, last))

    def by_day(*events: Event) -> dict[date, int]:
        return dict(said.filter(event__in=events).values_list("at__date").annotate(number=Count("pk")).order_by())

    came, left = by_day(Event.CONFIRMED, Event.IMPORTED), by_day(Event.LEFT)
    return [Series(_("Subscribers who came"), came), Series(_("Subscribers who left"), left)]
