"""Nobody tries for long, and nobody fills a stranger's mail box."""

import pytest
from django.test import Client

from tests.accounts.doors import ask, is_signed_in, with_password

pytestmark = pytest.mark.django_db


def test_one_mail_a_minute_to_one_address_whoever_asks(rita, mailoutbox):
    ask(Client())
    refused = ask(Client(), REMOTE_ADDR="198.51.100.7")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "Try again in 1 minute" in refused.content.decode()
    assert len(mailoutbox) == 1


def test_six_mails_an_hour_to_one_address(rita, mailoutbox, clock):
    for _ in range(7):
        refused = ask(Client())
        clock.shift(61)
    assert (refused.status_code, len(mailoutbox)) == (429, 6)


def test_a_network_asks_for_thirty_mails_in_ten_minutes_whatever_it_forges(mailoutbox, db):
    forged = ({"REMOTE_ADDR": f"192.0.2.{n}", "headers": {"X-Forwarded-For": f"10.0.{n}.1"}} for n in range(31))
    statuses = [ask(Client(), f"reader{n}@example.org", **extra).status_code for n, extra in enumerate(forged)]
    assert statuses == [302] * 30 + [429]


def test_five_wrong_passwords_make_the_right_one_wait(client, edda, clock):
    for n in range(5):
        wrong = with_password(client, "wrong", headers={"X-Forwarded-For": f"10.0.{n}.1"})
        assert wrong.status_code == 200
        assert "do not match" in wrong.content.decode()
    refused = with_password(client)
    assert refused.status_code == 429
    assert not is_signed_in(client)
    clock.shift(601)
    with_password(client)
    assert is_signed_in(client)


def test_wrong_and_unknown_addresses_fail_alike(client, edda):
    known = with_password(client, "wrong").content.decode()
    unknown = with_password(client, "wrong", email="nobody@example.org").content.decode()
    assert known.count("do not match") == unknown.count("do not match") == 1


def test_people_who_know_their_password_are_not_counted(edda):
    for _ in range(7):
        assert with_password(Client()).status_code == 302
