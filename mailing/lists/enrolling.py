"""People whom others bring, from a list or one by hand: what becomes of each, and how it is stored. Nobody who left or
is suppressed is ever subscribed again by others."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from core import locking
from core.mail.messages import normal, refuse_unusable
from mailing.delivery.claiming import recall
from mailing.lists import suppressing
from mailing.models import Consent, Subscriber, Subscription, Suppression
from newsletter.models import Newsletter

State = Subscription.State


class Said(StrEnum):
    """What is said of an address."""

    ACTIVE = "active"
    ASKED = "asked"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Outcome(TextChoices):
    """What becomes of somebody."""

    NEW = "new", gettext_lazy("Is subscribed")
    THERE = "there", gettext_lazy("Is subscribed already")
    LEFT = "left", gettext_lazy("Left before: only they themselves can come back")
    SUPPRESSED = "suppressed", gettext_lazy("Gets no mail any more: mail bounced, or they complained or were erased")
    GOES = "goes", gettext_lazy("Unsubscribed in the file: is noted as left")
    BOUNCES = "bounces", gettext_lazy("Bounced or complained in the file: will not be written to")
    ASKED = "asked", gettext_lazy("Never confirmed: is left out")


#: Those after which somebody stands in the list who did not before, or stands there as gone.
ENROLLED = {Outcome.NEW: State.ACTIVE, Outcome.GOES: State.LEFT}
#: Why somebody is suppressed of whom that is said.
REASONS = {each: Suppression.Reason(each.value) for each in (Said.BOUNCED, Said.COMPLAINED)}
UNWILLING = {Said.LEFT, *REASONS}
EMAIL: Any = Subscriber._meta.get_field("email")


class Entrant(NamedTuple):
    """Somebody whom others bring. `email` in its one form, see `clean`."""

    email: str
    name: str = ""
    language: str = ""
    said: Said = Said.ACTIVE
    agreed_at: datetime | None = None
    network: str = ""
    evidence: str = ""


class Source(NamedTuple):
    """Where people come from, and how they agreed, in the words of the editor."""

    name: str
    evidence: str


class Known(NamedTuple):
    """A subscription as it was before."""

    state: str
    since: datetime
    asked_at: datetime | None


class Trace(NamedTuple):
    """What was made of somebody: keys of rows, and what stood there before. `look` tells whether the person has
    changed anything since, see `looks`."""

    outcome: Outcome
    subscriber: int | None
    is_new: bool = False
    before: Known | None = None
    consent: int | None = None
    suppression: int | None = None
    look: int = 0


def clean(email: str) -> str:
    """An address in its one form. Raises ValidationError for what is none, or what no mail can be sent to."""
    address: str = EMAIL.clean(normal(email), None)
    refuse_unusable(address)
    return address


def outcome(said: Said, state: str | None, suppressed: str | None) -> Outcome:
    """What becomes of somebody who stands here in that state, and whose address is suppressed for that reason."""
    if suppressed == Suppression.Reason.ERASED:
        return Outcome.SUPPRESSED
    if said == Said.LEFT and state != State.LEFT:
        return Outcome.GOES
    if suppressed:
        return Outcome.SUPPRESSED
    if said in REASONS:
        return Outcome.BOUNCES
    if state == State.LEFT:
        return Outcome.LEFT
    if state == State.ACTIVE:
        return Outcome.THERE
    return Outcome.ASKED if said == Said.ASKED else Outcome.NEW


def judge(people: Sequence[Entrant], newsletter: Newsletter) -> list[Outcome]:
    """What would become of each."""
    return outcomes_of(people, known_of(people, newsletter))


def outcomes_of(people: Sequence[Entrant], known: Mapping[str, Known]) -> list[Outcome]:
    silent, states = suppressed_of(people), {email: each.state for email, each in known.items()}
    return [outcome(each.said, states.get(each.email), silent.get(each.email)) for each in people]


def known_of(people: Iterable[Entrant], newsletter: Newsletter) -> dict[str, Known]:
    found = Subscription.objects.filter(newsletter=newsletter, subscriber__email__in=[each.email for each in people])
    rows = found.values_list("subscriber__email", "state", "since", "asked_at")
    return {email: Known(state, since, asked_at) for email, state, since, asked_at in rows}


def suppressed_of(people: Iterable[Entrant]) -> dict[str, str]:
    owners = {digest: each.email for each in people for digest in suppressing.digests(each.email)}
    found = Suppression.objects.filter(digest__in=owners).values_list("digest", "reason")
    return {owners[digest]: reason for digest, reason in found}


def store(people: Sequence[Entrant], newsletter: Newsletter, source: Source) -> list[Trace]:
    """Judge and store, in the caller's transaction."""
    here = Subscriber.objects.filter(email__in=[each.email for each in people])
    locking.lock(here)
    were = dict(here.values_list("email", "pk"))
    known = known_of(people, newsletter)
    outcomes = list(zip(people, outcomes_of(people, known), strict=True))
    made = enrol([each for each in outcomes if each[1] in ENROLLED], newsletter, source)
    reasons = {each.email: REASONS[each.said] for each, fate in outcomes if fate == Outcome.BOUNCES}
    silenced = suppressing.suppress_new(reasons, source.name) if reasons else {}
    suppressing.say_again(
        [each.email for each, fate in outcomes if fate == Outcome.SUPPRESSED and each.said in REASONS], source.name
    )
    return [
        made[each.email]._replace(is_new=each.email not in were, before=known.get(each.email))
        if each.email in made
        else Trace(fate, were.get(each.email), suppression=silenced.get(each.email))
        for each, fate in outcomes
    ]


def enrol(found: Sequence[tuple[Entrant, Outcome]], newsletter: Newsletter, source: Source) -> dict[str, Trace]:
    """Subscribers where there are none, subscriptions, and what is on record. What is known of a person is not
    overwritten by others."""
    by_address = sorted((each for each, _fate in found), key=attrgetter("email"))  # as somebody may bring the same now
    Subscriber.objects.bulk_create(
        [Subscriber(email=each.email, name=each.name, language=each.language) for each in by_address],
        ignore_conflicts=True,
    )
    owners = {each.email: each for each in Subscriber.objects.filter(email__in=[each.email for each in by_address])}
    gone = [owners[each.email] for each, fate in found if fate == Outcome.GOES]
    suppressing.attach(gone)
    now = timezone.now()
    subscriptions = Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber=owners[each.email],
                newsletter=newsletter,
                state=ENROLLED[fate],
                since=each.agreed_at or now if fate == Outcome.NEW else now,
            )
            for each, fate in found
        ],
        update_conflicts=True,
        unique_fields=["subscriber", "newsletter"],
        update_fields=["state", "since", "asked_at"],
    )
    said = [consent(*each, source) for each in zip(subscriptions, found, strict=True)]
    consents = Consent.objects.bulk_create(said)
    recall([each.pk for each in gone])
    return {
        each.email: Trace(fate, owners[each.email].pk, consent=row.pk, look=looks(owners[each.email])[0])
        for (each, fate), row in zip(found, consents, strict=True)
    }


def consent(subscription: Subscription, found: tuple[Entrant, Outcome], source: Source) -> Consent:
    """How they agreed, as the editor says and as the file says."""
    person, fate = found
    event = Consent.Event.IMPORTED if fate == Outcome.NEW else Consent.Event.LEFT
    said = [source.evidence, person.evidence, f"{person.agreed_at:%Y-%m-%d %H:%M %Z}" if person.agreed_at else ""]
    network = person.network if settings.STORE_NETWORK_ADDRESS else ""
    wording = " · ".join(filter(None, said))[:500]
    return Consent(subscription=subscription, event=event, wording=wording, form=source.name[:100], network=network)


def looks(person: Subscriber) -> list[int]:
    """Other numbers once anything is changed that people choose themselves, the one with today's key first. They tell
    nothing of the person."""
    chosen = repr((person.email, person.name, person.language, person.user_id, person.paused_until))
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [int(salted_hmac(__name__, chosen, key, algorithm="sha256").hexdigest()[:8], 16) for key in keys]


@transaction.atomic
def add(newsletters: Iterable[Newsletter], person: Entrant, source: Source) -> list[tuple[Newsletter, Outcome]]:
    """One person by hand, by the same rules. Raises ValidationError for what is no address."""
    person = person._replace(email=clean(person.email))
    return [(each, store([person], each, source)[0].outcome) for each in newsletters]
