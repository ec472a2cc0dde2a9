"""What mail services tell us: only with the secret or a signature, and without a cookie."""

import hmac
import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.test import Client

from mailing.models import Bounce, Delivery, Suppression
from tests.deliverability.test_bouncing import copy, send, sumi
from tests.mailing.post import states

__all__ = ["copy", "sumi"]
pytestmark = pytest.mark.django_db

SECRET = "service:open sesame"
HARD = {"RecordType": "Bounce", "Type": "HardBounce", "Details": "smtp;550 5.1.1 no such user"}
FULL = {"RecordType": "Bounce", "Type": "SoftBounce", "Details": "smtp;552 5.2.2 mailbox full"}
COMPLAINT = {"RecordType": "SpamComplaint", "Type": "SpamComplaint"}
REJECTED = {"RecordType": "Bounce", "Type": "BadEmailAddress"}
BLOCKED = {"RecordType": "Bounce", "Type": "Blocked"}
LEFT = {"RecordType": "SubscriptionChange", "SuppressSending": True, "SuppressionReason": "ManualSuppression"}


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def tell(event, *, secret=SECRET, service="postmark", email="sumi@example.org", **more):
    headers = {"authorization": "Basic " + b64encode(secret.encode()).decode()} if secret else {}
    body = json.dumps({"Email": email, "ID": 1, "MessageID": "its-own-id"} | event | more)
    return Client(enforce_csrf_checks=True).post(
        f"/webhooks/{service}/tracking/", body, content_type="application/json", headers=headers
    )


def heard():
    kinds = Bounce.objects.values_list("kind", flat=True)
    return list(kinds), list(Suppression.objects.values_list("reason", flat=True))


@pytest.mark.parametrize("secret", ["", "service:guess", "nonsense"])
def test_nobody_is_heard_without_the_secret(copy, secret):
    response = tell(HARD, secret=secret)
    assert response.status_code == 401
    assert not response.cookies
    assert heard() == ([], [])


@pytest.mark.parametrize(
    ("service", "secret"),
    [("postmark", ""), ("postmark", ":"), ("postmark", SECRET), ("mailgun", ""), ("mandrill", ""), ("resend", "")],
)
def test_where_neither_secret_nor_key_is_set_nobody_is_heard_at_all(settings, service, secret):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "", "POSTMARK_WEBHOOK_KEY": "no such thing"}
    assert tell(HARD, secret=secret, service=service).status_code == 401


def signed(event, key):
    """As Mailgun sends it: https://documentation.mailgun.com/docs/mailgun/user-manual/events/webhooks"""
    signature = hmac.new(key.encode(), b"1700000000token", "sha256").hexdigest()
    body = {"signature": {"timestamp": "1700000000", "token": "token", "signature": signature}, "event-data": event}
    return Client(enforce_csrf_checks=True).post(
        "/webhooks/mailgun/tracking/", json.dumps(body), content_type="application/json"
    )


def bounced(**more):
    status = {"code": 550, "message": "5.1.1 no such user"}
    return {"event": "failed", "severity": "permanent", "reason": "bounce", "delivery-status": status, **more}


def test_a_right_signature_is_enough_and_a_wrong_one_is_refused(copy, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "", "MAILGUN_WEBHOOK_SIGNING_KEY": "right"}
    event = bounced(recipient="sumi@example.org")
    assert signed(event, "wrong").status_code == 400
    assert tell(HARD, service="mailgun").status_code == 400
    assert heard() == ([], [])
    assert signed(event, "right").status_code == 200
    assert heard() == (["hard"], ["bounced"])


def test_with_a_secret_a_signature_alone_is_not_enough(copy, settings):
    settings.ANYMAIL = settings.ANYMAIL | {"MAILGUN_WEBHOOK_SIGNING_KEY": "right"}
    assert signed(bounced(recipient="sumi@example.org"), "right").status_code == 401
    assert heard() == ([], [])


def test_what_was_sent_along_names_one_copy_of_a_call(published, sumi, copy, settings):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "right"}
    older = send(published, sumi, timedelta(days=3))
    event = bounced(recipient="forwarded@example.net", message={"headers": {"message-id": "of-the-call@mailgun.org"}})
    assert signed(event | {"user-variables": {"copy": older.message_id}}, "right").status_code == 200
    assert Bounce.objects.get().delivery == older


def test_an_unknown_service_has_no_address():
    assert tell(HARD, service="pigeon").status_code == 404


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (HARD, (["hard"], ["bounced"])),
        (FULL, (["soft"], [])),
        (COMPLAINT, (["complaint"], ["complained"])),
        (REJECTED, (["hard"], ["bounced"])),
        (BLOCKED, (["policy"], [])),
        ({"RecordType": "Bounce", "Type": "HardBounce", "Details": "smtp;550 5.7.1 blocked"}, (["policy"], [])),
        ({"RecordType": "Bounce", "Type": "HardBounce", "Details": "smtp;550 5.0.0"}, (["soft"], [])),
        ({"RecordType": "Bounce", "Type": "SoftBounce", "Details": "smtp;550 5.1.1"}, (["hard"], ["bounced"])),
        ({"RecordType": "Delivery"}, ([], [])),
        ({"RecordType": "Bounce", "Type": "Transient"}, ([], [])),
        ({"RecordType": "Bounce", "Type": "AutoResponder"}, ([], [])),
    ],
)
def test_an_event_leads_to_the_same_as_a_report_and_only_once(copy, event, outcome):
    for _ in range(2):
        response = tell(event)
        assert response.status_code == 200
        assert not response.cookies
    assert heard() == outcome


def test_our_own_id_names_the_copy_where_the_service_keeps_it(copy):
    tell(HARD, email="forwarded@example.net", MessageID=copy.message_id.strip("<>"))
    assert heard() == (["hard"], ["bounced"])


def test_its_own_id_names_the_copy_that_it_sent_under_it(published, sumi, copy):
    older = send(published, sumi, timedelta(days=3))
    Delivery.objects.filter(pk=older.pk).update(answer="accepted by the mail service its-own-id")
    tell(FULL)
    assert Bounce.objects.get().delivery == older


def test_a_stranger_is_nobody(copy):
    assert tell(HARD, email="stranger@example.org").status_code == 200
    assert heard() == ([], [])


def test_who_leaves_at_the_service_leaves_here(copy):
    tell(LEFT)
    tell(LEFT)
    assert states() == [("sumi@example.org", "low-tide", "left")]
    assert heard() == ([], [])
