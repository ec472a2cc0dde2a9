"""One alarm where one receiver refuses copy after copy for something that is ours: policy, reputation, authentication.

Nobody is suppressed for it. While an alarm is open, what is still to go there rests, and is tried again every two
hours; what is refused nevertheless is put off rather than failed.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.desk import Line
from core.mail.transport import Rejected
from deliverability import braking, tallying
from deliverability.models import DomainAlarm, DomainTally
from mailing.delivery.claiming import Claimed, Rest
from mailing.models import Bounce, Dispatch

#: A run: of the copies of one dispatch for one receiver at least so many, and at least one in so many.
FEWEST = 10
ONE_IN = 20
REST = timedelta(hours=2)
#: What rests is looked at again so soon: whoever deals with an alarm need not wait longer.
STEP = timedelta(minutes=20)
MOST_LINES = 5

Kind = Bounce.Kind


def came_back(dispatch: Dispatch, email: str, kind: str, text: str) -> None:
    """What follows for a dispatch when a report of one of its copies is believed."""
    if kind not in tallying.FIELDS:
        return
    tallying.note(dispatch.pk, email, kind)
    if kind == Kind.POLICY:
        go_on(tallying.receiver(email), text, dispatch) or begin_if_a_run(dispatch, email, text)
    else:
        braking.brake(dispatch)


def refused(delivery: Claimed, error: Rejected) -> bool:
    """The same of a copy that was refused for good at the door. True where it is better put off: see
    `mailing.delivery.sending.refusals`."""
    kind = tallying.kind_of(str(error))
    dispatch = Dispatch.objects.filter(deliveries=delivery.pk).first() if kind and delivery.email else None
    if dispatch is None or delivery.email is None:
        return False
    if kind == Kind.POLICY and go_on(tallying.receiver(delivery.email), str(error), dispatch, not delivery.attempts):
        return True  # counted when it fails in the end
    tallying.note(dispatch.pk, delivery.email, kind)
    if kind == Kind.POLICY:
        return begin_if_a_run(dispatch, delivery.email, str(error))
    braking.brake(dispatch)
    return False


def go_on(receiver: str, text: str, dispatch: Dispatch, is_new: bool = True) -> bool:
    """Add a copy (or another attempt at one) to the open alarm; False where there is none."""
    now, own = timezone.now(), DomainAlarm.objects.filter(domain=receiver, over_at=None)
    return bool(own.update(number=F("number") + int(is_new), last_at=now, text=text[:300], dispatch=dispatch))


def begin_if_a_run(dispatch: Dispatch, email: str, text: str) -> bool:
    """Asks now and then only, as it counts what was taken there; and no more of it than it needs."""
    name = tallying.receiver(email)
    number = DomainTally.objects.filter(dispatch=dispatch, domain=name).values_list("policy", flat=True).first() or 0
    if number < FEWEST or number % FEWEST:
        return False
    taken, enough = dispatch.deliveries.received(), number * (ONE_IN - 1) + 1
    if taken.filter(tallying.at_receiver(name, "subscriber__email"))[:enough].count() == enough:
        return False
    facts = {"number": number, "text": text[:300], "dispatch": dispatch}
    DomainAlarm.objects.get_or_create(domain=name, over_at=None, defaults=facts)
    return True


def rests(dispatch: Dispatch) -> Iterator[Rest]:
    """Where nothing is to be sent just now, see `mailing.delivery.claiming.rests`."""
    now = timezone.now()
    for alarm in DomainAlarm.objects.filter(over_at=None, last_at__gt=now - REST).order_by("pk"):
        until = min(alarm.last_at + REST, now + STEP)
        yield Rest(tallying.at_receiver(alarm.domain, "subscriber__email"), until)


@transaction.atomic
def deal_with(alarm: DomainAlarm, by: User) -> bool:
    """Somebody has seen to it: what rests goes on, and what is refused from now on is another alarm."""
    own = DomainAlarm.objects.filter(pk=alarm.pk, over_at=None)
    return bool(own.update(over_at=timezone.now(), seen_by=by))


def lines(request: HttpRequest) -> Iterator[Line]:
    """For the front page of the desk."""
    if request.user.has_perm("deliverability.view_domainalarm"):
        for alarm in DomainAlarm.objects.filter(over_at=None)[:MOST_LINES]:
            words = _("%(domain)s refuses our mail, %(number)d copies so far: “%(text)s”")
            facts = {"domain": alarm.domain, "number": alarm.number, "text": alarm.text[:120]}
            yield Line(words % facts, reverse("admin:deliverability_domainalarm_change", args=[alarm.pk]))
