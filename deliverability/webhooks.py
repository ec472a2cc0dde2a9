"""What mail services tell us of our mail, in django-anymail's words, and the mail that they take for us:
/webhooks/<service>/tracking/ and /webhooks/<service>/inbound/."""

import logging
from email.policy import SMTP
from typing import Any

from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType, RejectReason
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from core.mail import incoming, outbox
from core.mail.mailboxes import MOST_BYTES
from core.mail.messages import one_line
from core.mail.refusals import fault_of, status_of
from deliverability.bouncing import copy_of, hear, mail_of
from deliverability.reports import BounceReport
from mailing.lists.consenting import Occasion
from mailing.lists.subscribing import leave
from mailing.models import Bounce

Kind = Bounce.Kind

logger = logging.getLogger(__name__)

#: What a service says of itself, where it quotes no mail server. What it holds back as it came back before may have
#: come back for anything.
SAID_BY_SERVICE = {
    RejectReason.INVALID: Kind.HARD,
    RejectReason.SPAM: Kind.POLICY,
    RejectReason.BLOCKED: Kind.POLICY,
}


@csrf_exempt
def listen(request: HttpRequest, service: str, kind: str) -> HttpResponse:
    """Only for who knows the secret, or signs with the key that the service gave us. Where neither is set, for nobody.
    With both django-anymail asks for both; a wrong signature is answered with 400."""
    try:
        match = resolve(f"/{service}/{kind}/", "anymail.urls")
    except Resolver404:
        raise Http404 from None
    try:
        if knows_secret(request) if settings.ANYMAIL.get("WEBHOOK_SECRET") else is_signed(match.func):
            return match.func(request)
    except ImproperlyConfigured as error:
        logger.warning("The webhook of %s lacks a key: %s", service, error)
    return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="webhooks"'})


def knows_secret(request: HttpRequest) -> bool:
    return constant_time_compare(get_request_basic_auth(request) or "", settings.ANYMAIL["WEBHOOK_SECRET"])


def is_signed(listener: Any) -> bool:
    """Whether django-anymail checks this service's signatures: then it does not warn of doing without a secret, which
    this view is given for the question alone. Raises ImproperlyConfigured where it wants a key that is not set."""
    view = listener.view_class(webhook_secret=["nobody:knows"], **listener.view_initkwargs)
    return not view.warn_if_no_basic_auth


def take_mail(event: AnymailInboundEvent, esp_name: str, **kwargs: Any) -> None:
    """A mail that somebody sent us, as if it had come to the mailbox; from and to whom it went may be known from the
    service alone. One that comes again changes nothing."""
    message, data = event.message, event.message.as_bytes(policy=SMTP)
    if message.envelope_recipient:
        data = b"X-Original-To: %s\r\n%s" % (one_line(message.envelope_recipient).encode(), data)
    if message.envelope_sender is not None:
        data = b"Return-Path: <%s>\r\n%s" % (one_line(message.envelope_sender).encode(), data)
    if len(data) > MOST_BYTES:
        logger.warning("A mail of %s bytes from %s is left out.", len(data), esp_name)
    else:
        incoming.take(data)


def take_notice(event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Do what follows from an event. An error is one for the service as well, which then tells us once more."""
    report = report_of(event)
    if report:
        hear(report)
    elif is_wish_to_leave(event):
        let_leave(ids_in(event), frozenset(filter(None, [event.recipient])), Occasion(f"{esp_name} webhook"))


def let_leave(message_ids: frozenset[str], people: frozenset[str], occasion: Occasion) -> None:
    """Out of what the mail was about: conversations or a newsletter."""
    if mail := mail_of(message_ids, people):
        for let in outbox.on_leave:
            let(mail)
    elif copy := copy_of(message_ids, people):
        leave(copy.subscriber, copy.dispatch.issue.newsletter, occasion)


def report_of(event: AnymailTrackingEvent) -> BounceReport | None:
    """A mail server that is quoted is judged as in a conversation with it."""
    said = event.mta_response or event.description or ""
    is_old_complaint = event.event_type == EventType.REJECTED and event.reject_reason == RejectReason.SPAM
    if event.event_type == EventType.COMPLAINED or is_old_complaint:
        kind = Kind.COMPLAINT
    elif event.event_type in {EventType.BOUNCED, EventType.REJECTED} and not is_wish_to_leave(event):
        judged = Kind(fault_of(said))
        kind = SAID_BY_SERVICE.get(event.reject_reason, judged) if judged == Kind.SOFT else judged
    else:
        return None
    people = frozenset(filter(None, [event.recipient]))
    return BounceReport(kind, status_of(said), said, ids_in(event), people, is_vouched=True)


def is_wish_to_leave(event: AnymailTrackingEvent) -> bool:
    return EventType.UNSUBSCRIBED in (event.event_type, event.reject_reason)


def ids_in(event: AnymailTrackingEvent) -> frozenset[str]:
    """Our own Message-ID if it was sent along, see `mailing.delivery.batching`, and the service's name for the
    mail. Services that keep our Message-ID name it with or without its brackets; others have ids of their own."""
    ids = {event.message_id, f"<{event.message_id}>", event.metadata.get("copy")}
    return frozenset(ids - {None, "", "<None>", "<>"})
