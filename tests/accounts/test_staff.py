"""Those who work in the admin: a password if they want one, a second factor if they have one."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import call_command
from django.test import Client

from accounts.management.commands.editor import ensure_owner
from accounts.models import User
from tests.accounts.doors import ask, is_signed_in, sign_in, with_password

pytestmark = pytest.mark.django_db


def app_code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def secret(edda):
    """Edda's app: the secret that it makes codes of."""
    secret = generate_totp_secret()
    TOTP.activate(edda, secret)
    return secret


def test_the_owner_signs_in_with_what_the_command_prints(client, capsys):
    call_command("editor")
    password = capsys.readouterr().out.split()[-1]
    with_password(client, password, email="editor@example.org")
    assert client.get("/admin/").status_code == 200


def test_the_owner_counts_as_confirmed_and_is_never_tidied_away(clock):
    ensure_owner("owner@example.org")
    clock.shift(86400 * 30)
    ask(Client(), "else@example.org")
    assert User.objects.filter(email="owner@example.org", is_confirmed=True).exists()


def test_a_password_alone_does_not_open_an_account_with_a_second_factor(client, edda, secret):
    assert with_password(client).url == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": app_code(secret)}).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_code_by_mail_alone_does_not_either(client, edda, secret, mailoutbox):
    assert sign_in(client, mailoutbox, edda.email, "?next=/admin/").url == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": app_code(secret)}).url == "/admin/"


def test_a_recovery_code_opens_it_once(edda, secret):
    codes = RecoveryCodes.activate(edda).get_unused_codes()
    for status in (302, 200):
        client = Client()
        with_password(client)
        assert client.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == status


def test_second_factors_are_not_to_be_guessed(edda, secret):
    for _ in range(10):
        client = Client()
        with_password(client)
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    refused = client.post("/account/2fa/authenticate/", {"code": app_code(secret)}, REMOTE_ADDR="198.51.100.7")
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert not is_signed_in(client)


def test_an_app_is_set_up_soon_after_signing_in_and_said_by_mail(
    client, edda, mailoutbox, django_capture_on_commit_callbacks
):
    with_password(client)
    secret = client.get("/account/2fa/app/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/account/2fa/app/", {"code": app_code(secret)})
    assert answer.url == "/account/2fa/recovery-codes/"
    assert client.get(answer.url).content.decode().count("<code>") == 10
    assert Authenticator.objects.filter(user=edda, type="totp").exists()
    assert any("An app with codes was set up" in mail.body for mail in mailoutbox)
    assert mailoutbox[-1].to == [edda.email]
    assert "Remove it" in client.get("/account/2fa/").content.decode()


def test_later_the_password_is_asked_for_again(client, edda, clock):
    with_password(client)
    clock.shift(901)
    asked = client.get("/account/2fa/app/")
    assert asked.url.startswith("/account/password/check/")
    assert "type your password" in client.get(asked.url).content.decode()
    assert client.post(asked.url, {"password": "wrong"}).status_code == 200
    assert client.post(asked.url, {"password": "correct horse"}).url == "/account/2fa/app/"


def test_a_password_is_changed_with_the_old_one_or_after_a_code(client, edda, mailoutbox):
    with_password(client)
    other = Client()
    with_password(other)
    new = {"new_password1": "a longer horse", "new_password2": "a longer horse"}
    assert "old_password" in client.post("/account/password/", new).context["form"].errors
    assert client.post("/account/password/", {**new, "old_password": "correct horse"}).url == "/account/password/"
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert "password of your account" in mailoutbox[-1].body
    forgetful = Client()
    sign_in(forgetful, mailoutbox, edda.email)
    assert forgetful.post("/account/password/", dict.fromkeys(new, "yet another one")).url == "/account/password/"
    with_password(client, "yet another one")


def test_passkey_pages_are_there_and_nobody_elses_key_can_be_removed(client, edda, rita):
    key = Authenticator.objects.create(user=rita, type="webauthn", data={"name": "Rita’s"})
    with_password(client)
    assert "passkey-options" in client.get("/account/2fa/keys/new/").content.decode()
    assert client.post(f"/account/2fa/keys/{key.pk}/removal/").status_code == 404
    assert "Rita" not in client.get("/account/2fa/").content.decode()
