"""One door for everybody: an address, a code by mail, a session with a new key."""

import re

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db


def ask(client, email="rita@example.org", query=""):
    return client.post(f"/account/sign-in/{query}", {"email": email})


def sent_code(mailoutbox):
    return re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", mailoutbox[-1].subject)[0]


def sign_in(client, mailoutbox, email="rita@example.org", query=""):
    ask(client, email, query)
    return client.post(f"/account/code/{query}", {"code": sent_code(mailoutbox)})


def test_a_reader_signs_in_with_the_code_from_the_mail(client, rita, mailoutbox):
    response = sign_in(client, mailoutbox, "Rita@Example.org")
    assert response.url == "/account/"
    assert client.get("/account/").context["user"] == rita


def test_somebody_new_gets_an_account_by_the_same_step_and_is_asked_for_a_name(client, mailoutbox):
    assert sign_in(client, mailoutbox, "new@example.org", "?next=/tags/").url == "/account/name/?next=%2Ftags%2F"
    response = client.post("/account/name/?next=/tags/", {"display_name": "Nora", "headline": "Reads tides"})
    newcomer = User.objects.get(email="new@example.org")
    assert response.url == "/tags/"
    assert (newcomer.display_name, newcomer.headline, newcomer.is_confirmed) == ("Nora", "Reads tides", True)
    assert not newcomer.has_usable_password()
