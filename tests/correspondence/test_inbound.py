"""The same answers, as a mail service brings them."""

import json
from base64 import b64encode

import pytest
from django.test import Client

from comments.models import Comment
from tests.correspondence.post import address_of, arrive, delivered, letter

pytestmark = pytest.mark.django_db

SECRET = "service:open sesame"


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def bring(message, *, secret=SECRET, service="postmark", sender="rita@example.org", **more):
    headers = {"authorization": "Basic " + b64encode(secret.encode()).decode()} if secret else {}
    facts = [{"Name": "Return-Path", "Value": f"<{sender}>"}]
    body = json.dumps({"RawEmail": message.as_string(), "Headers": facts, "Attachments": []} | more)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(f"/webhooks/{service}/inbound/", body, content_type="application/json", headers=headers)


@pytest.fixture
def place(march, rita):
    return address_of(rita, march)


def test_it_is_taken_as_from_the_mailbox_and_once_by_both_ways(place):
    for _each in range(2):
        assert bring(letter(place)).status_code == 200
    assert arrive(letter(place)) == "answer"
    assert (Comment.objects.get().body, len(delivered())) == ("Lovely mud.", 1)


def test_whom_it_came_to_may_be_known_from_the_service_alone(place):
    message = letter("Low Tide <others@example.org>")
    bring(message, OriginalRecipient=place)
    assert Comment.objects.count() == 1


def test_the_service_tells_of_automatic_mail(place):
    bring(letter(place), sender="")
    assert not Comment.objects.exists()


@pytest.mark.parametrize("secret", ["", "service:guess", "nonsense"])
def test_nobody_is_heard_without_the_secret(place, secret):
    assert bring(letter(place), secret=secret).status_code == 401
    assert not Comment.objects.exists()


def test_what_is_too_large_is_refused(place):
    assert bring(letter(place, "M" * 6_000_000)).status_code in {400, 413}
    assert not Comment.objects.exists()


def test_an_unknown_service_has_no_address(place):
    assert bring(letter(place), service="pigeon").status_code == 404
