"""What mail services tell us: only with the secret, and without a cookie."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.test import Client

from mailing.models import Bounce, Delivery, Suppression
from tests.mailing.post import states
from tests.mailing.test_bouncing import copy, send, sumi

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
    settings.ANYMAIL_WEBHOOK_SECRET = SECRET


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


@pytest.mark.parametrize("secret", ["", ":", "service:open sesame"])
def test_where_no_secret_is_set_nobody_is_heard_at_all(copy, settings, secret):
    settings.ANYMAIL_WEBHOOK_SECRET = ""
    assert tell(HARD, secret=secret).status_code == 401


def test_an_unknown_service_has_no_address():
    assert tell(HARD, service="pigeon").status_code == 404


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (HARD, (["hard"], ["bounced"])),
        (FULL, (["soft"], [])),
        (COMPLAINT, (["complaint"], ["complained"])),
        (REJECTED, (["hard"], ["bounced"])),
        (BLOCKED, (["soft"], [])),
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
