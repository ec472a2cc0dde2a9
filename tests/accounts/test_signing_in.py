"""One door for everybody: an address, a code by mail, a session with a new key."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.doors import ask, is_signed_in, sent_code, sign_in, with_password

pytestmark = pytest.mark.django_db


def test_a_reader_signs_in_with_the_code_from_the_mail(client, rita, mailoutbox):
    assert sign_in(client, mailoutbox, "Rita@Example.org").url == "/account/start/"
    assert client.get("/account/start/").url == "/account/"
    assert client.get("/account/").context["user"] == rita


def test_somebody_new_gets_an_account_by_the_same_step_and_is_asked_for_a_name(client, mailoutbox):
    assert sign_in(client, mailoutbox, "new@example.org", "?next=/tags/").url == "/account/name/?next=%2Ftags%2F"
    response = client.post("/account/name/?next=/tags/", {"display_name": "Nora", "headline": "Reads tides"})
    newcomer = User.objects.get(email="new@example.org")
    assert response.url == "/tags/"
    assert (newcomer.display_name, newcomer.headline, newcomer.is_confirmed) == ("Nora", "Reads tides", True)
    assert not newcomer.has_usable_password()


def test_the_mail_is_plain_says_the_code_first_and_holds_no_link_that_acts(client, mailoutbox):
    ask(client)
    (mail,) = mailoutbox
    assert mail.subject == f"{sent_code(mailoutbox)} is your code for Courant"
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert mail.message().get_content_type() == "text/plain"
    assert re.findall(r"https?://\S+", mail.body) == ["https://courant.example"]


def test_a_code_may_be_typed_in_any_way(client, rita, mailoutbox):
    ask(client)
    client.post("/account/code/", {"code": f" {sent_code(mailoutbox).lower().replace('-', ' ')} "})
    assert is_signed_in(client)


def test_the_session_gets_a_new_key_and_the_old_one_is_dead(client, rita, mailoutbox):
    ask(client)
    fixed = client.cookies["session"].value
    client.post("/account/code/", {"code": sent_code(mailoutbox)})
    assert client.cookies["session"].value != fixed
    assert not Session.objects.filter(session_key=fixed).exists()
    attacker = Client()
    attacker.cookies["session"] = fixed
    assert not is_signed_in(attacker)


def answers(email, mailoutbox):
    """What asking for a code tells somebody who watches closely."""
    client = Client()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        asked = ask(client, email)
    count = len(queries)  # before the next request clears them
    page = client.get(asked.url)
    body = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page.content.decode()).replace(email, "")
    return asked.status_code, asked.url, count, page.status_code, body, len(mailoutbox)


def test_nobody_learns_whether_an_address_is_known(rita, edda, mailoutbox):
    known = answers("rita@example.org", mailoutbox)
    mailoutbox.clear()
    assert answers("else@example.org", mailoutbox) == known
    mailoutbox.clear()
    assert answers("edda@example.org", mailoutbox) == known


def test_a_wrong_code_may_be_mended_four_times_and_then_the_right_one_is_dead(client, rita, mailoutbox):
    ask(client)
    for left in (4, 3, 2, 1):
        assert f"{left} attempt" in client.post("/account/code/", {"code": "WRONG"}).content.decode()
    assert "no longer good" in client.post("/account/code/", {"code": "WRONG"}).content.decode()
    assert client.post("/account/code/", {"code": sent_code(mailoutbox)}).url.startswith("/account/sign-in/")
    assert not is_signed_in(client)


def test_a_code_is_good_for_ten_minutes(client, rita, mailoutbox, clock):
    ask(client)
    clock.shift(timedelta(minutes=10, seconds=1))
    assert client.post("/account/code/", {"code": sent_code(mailoutbox)}).url.startswith("/account/sign-in/")


def test_a_code_opens_only_the_session_that_asked_for_it(client, rita, mailoutbox):
    ask(client)
    assert Client().post("/account/code/", {"code": sent_code(mailoutbox)}).url.startswith("/account/sign-in/")


def test_another_code_replaces_the_first_and_has_to_wait_a_minute(client, rita, mailoutbox, clock):
    ask(client)
    first = sent_code(mailoutbox)
    refused = client.post("/account/code/another/")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    clock.shift(61)
    client.post("/account/code/another/")
    assert "attempt" in client.post("/account/code/", {"code": first}).content.decode()
    client.post("/account/code/", {"code": sent_code(mailoutbox)})
    assert is_signed_in(client)


def test_no_stranger_makes_or_names_an_account(client, rita, mailoutbox):
    """Asking for a code leaves nothing behind; only the right code does."""
    ask(client, "new@example.org")
    ask(Client(), rita.email)
    assert User.objects.get() == rita
    client.post("/account/code/", {"code": "WRONG"})
    assert User.objects.get() == rita


def test_a_closed_account_stays_closed_and_its_sessions_end(client, rita, mailoutbox):
    sign_in(client, mailoutbox)
    User.objects.update(is_active=False)
    assert not is_signed_in(client)
    other = Client()
    ask(other)
    assert other.post("/account/code/", {"code": sent_code(mailoutbox)}).status_code == 403


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example/", "https://evil.example/", r"/\evil.example", "/\t/evil.example"],
)
def test_nobody_is_led_elsewhere(client, rita, mailoutbox, elsewhere):
    ask(client)
    response = client.post("/account/code/", {"code": sent_code(mailoutbox), "next": elsewhere})
    assert response.url == "/account/start/"


def test_signing_out_takes_a_post(client, rita):
    client.force_login(rita)
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/").url == "/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", ["sign-in", "code", "sign-out", "password", "deletion", "sessions/others/end"])
def test_every_form_wants_its_token(rita, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rita)
    assert client.post(f"/account/{path}/").status_code == 403


@pytest.mark.parametrize("path", ["", "name/", "sessions/", "password/", "data/", "data/download/", "deletion/"])
def test_account_pages_are_for_their_owner_and_kept_by_nobody(client, rita, path):
    assert client.get(f"/account/{path}").url == f"/account/sign-in/?next=/account/{path}"
    client.force_login(rita)
    page = client.get(f"/account/{path}")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]


def test_every_page_shows_the_door_and_sets_no_cookie_for_it(client, rita, low_tide):
    page = client.get("/tags/")
    assert '/account/sign-in/?next=%2Ftags%2F"' in page.content.decode()
    assert (page.cookies, page.get("Vary", "")) == ({}, "Accept-Encoding")
    client.force_login(rita)
    assert "<bdi>Rita</bdi>" in client.get("/tags/").content.decode()


def test_who_signs_in_and_who_fails_is_in_the_log_without_addresses(client, rita, mailoutbox, caplog):
    caplog.set_level("INFO", "accounts")
    with_password(client, "wrong", email=rita.email)
    ask(client)
    client.post("/account/code/", {"code": "WRONG"})
    client.post("/account/code/", {"code": sent_code(mailoutbox)})
    said = [record.getMessage() for record in caplog.records if record.name.startswith("accounts.")]
    assert [words.partition(" ")[0] for words in said if "code" in words or "password" in words] == ["A", "A"]
    assert said[-1] == f"Account {rita.pk} signed in."
    assert rita.email not in caplog.text
