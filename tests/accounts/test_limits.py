"""Nobody tries for long, and nobody fills a stranger's mail box."""

import os
from contextlib import contextmanager
from threading import get_native_id

import pytest
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.test import Client

from accounts import hashing, pictures
from core.mail import outbox
from core.models import OutgoingMail
from core.patience import PLACES
from tests import cast
from tests.accounts.doors import ask, is_signed_in, sign_in, with_password

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "127.0.0.1", "198.51.100.7"


def test_one_mail_a_minute_to_one_address_from_one_network(rita, mailoutbox):
    ask(Client())
    refused = ask(Client(), REMOTE_ADDR="127.0.0.9")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "Try again in 1 minute" in refused.content.decode()
    assert len(mailoutbox) == 1


def test_six_mails_an_hour_to_one_address_from_one_network(rita, mailoutbox, clock):
    for _ in range(7):
        refused = ask(Client())
        clock.shift(61)
    assert (refused.status_code, len(mailoutbox)) == (429, 6)


def test_what_one_stranger_asks_for_keeps_nobody_else_waiting(rita, mailoutbox, clock):
    for _ in range(8):
        stranger = ask(Client(), REMOTE_ADDR=ELSEWHERE)
        clock.shift(61)
    ask(Client(), REMOTE_ADDR=ELSEWHERE)
    assert (stranger.status_code, len(mailoutbox)) == (429, 6)
    client = Client()
    sign_in(client, mailoutbox)
    assert is_signed_in(client)


def strangers(number):
    return [f"203.0.{n}.7" for n in range(number)]


def test_a_crowd_of_strangers_fills_no_mail_box(rita, mailoutbox):
    statuses = [ask(Client(), REMOTE_ADDR=address).status_code for address in strangers(25)]
    assert statuses == [302] * 20 + [429] * 5


def test_who_signed_in_here_before_gets_in_whatever_a_crowd_asks_for_elsewhere(rita, mailoutbox, clock):
    sign_in(Client(), mailoutbox)
    clock.shift(30 * 86_400)
    for address in strangers(25):
        ask(Client(), REMOTE_ADDR=address)
        with_password(Client(), "wrong", email=rita.email, REMOTE_ADDR=address)
    client = Client()
    sign_in(client, mailoutbox)
    assert is_signed_in(client)


def test_no_crowd_of_strangers_stands_in_the_way_of_a_password(edda):
    assert with_password(Client()).status_code == 302
    for address in strangers(45):
        last = with_password(Client(), "wrong", REMOTE_ADDR=address)
    assert last.status_code == 429
    assert with_password(Client(), REMOTE_ADDR=ELSEWHERE).status_code == 429
    assert with_password(Client()).status_code == 302


def test_a_network_tries_thirty_passwords_in_ten_minutes_for_whatever_addresses(db, edda):
    tries = [with_password(Client(), "wrong", email=f"reader{n}@example.org") for n in range(31)]
    assert [each.status_code for each in tries] == [200] * 30 + [429]
    assert int(tries[-1]["Retry-After"]) > 0
    assert 'value="reader30@example.org"' in tries[-1].content.decode()
    assert with_password(Client(), REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_the_old_password_is_not_guessed_where_a_new_one_is_set(client, edda):
    client.force_login(edda)
    guess = {"old_password": "wrong", "new_password1": "heron-on-the-quay", "new_password2": "heron-on-the-quay"}
    statuses = [client.post("/account/password/", guess).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    guess["old_password"] = "correct horse"
    assert client.post("/account/password/", guess)["Retry-After"]
    assert edda.check_password("correct horse")


@contextmanager
def all_places_taken(counter):
    for _ in range(PLACES):
        counter.places.acquire()
    yield
    counter.places.release(PLACES)


@pytest.fixture
def patient(settings, transactional_db):
    """Passwords are hashed as on a real site."""
    settings.PASSWORD_HASHERS = ["accounts.hashing.PatientHasher"]
    return get_hasher()


def test_the_hasher_is_one_of_django(patient):
    stored = patient.encode("correct horse", "salt", 10)
    assert identify_hasher(stored) == patient
    assert patient.verify("correct horse", stored)
    assert not patient.verify("battery", stored)


def test_who_hashes_steps_back_behind_all_others(patient):
    behind = hashing.passwords.serve(lambda: os.getpriority(os.PRIO_PROCESS, get_native_id()))
    assert behind > os.getpriority(os.PRIO_PROCESS, get_native_id())


def test_where_others_wait_for_their_password_nobody_is_kept_and_the_address_is_not_lost(patient, client, rf, edda):
    with all_places_taken(hashing.passwords):
        refused = with_password(client)
        client.force_login(edda)
        others = [
            client.post("/account/password/", dict.fromkeys(("old_password", "new_password1", "new_password2"), "x")),
            client.post("/account/password/check/", {"password": "correct horse"}),
        ]
    assert [page.status_code for page in (refused, *others)] == [429] * 3
    assert all(int(page["Retry-After"]) > 0 for page in (refused, *others))
    assert 'value="edda@example.org"' in refused.content.decode()
    assert with_password(Client()).status_code == 302


def with_picture(client, content=None):
    upload = content or cast.image_file(size=(40, 30))
    return client.post("/account/", {"display_name": "Edda Sound", "headline": "Ebb", "picture": upload})


def test_ten_pictures_an_hour_and_what_else_was_typed_is_kept(client, edda):
    client.force_login(edda)
    assert [with_picture(client).status_code for _ in range(10)] == [302] * 10
    refused = with_picture(client)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert 'value="Ebb"' in refused.content.decode()


def test_where_others_wait_with_their_pictures_nobody_is_kept(client, edda):
    client.force_login(edda)
    with all_places_taken(pictures.at_work):
        assert with_picture(client).status_code == 429
    assert with_picture(client).status_code == 302


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF"])
def test_a_small_file_with_many_pixels_is_refused_by_its_header(client, edda, kind):
    client.force_login(edda)
    page = with_picture(client, cast.image_file(size=(3000, 3000), kind=kind)).content.decode()
    assert "too many pixels" in page


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


def test_a_code_that_the_mail_server_refuses_leaves_the_next_one_free(client, settings):
    settings.SEND_MAIL_AT_ONCE = False
    for _time in range(8):
        assert ask(Client()).status_code == 302
        outbox.drop(OutgoingMail.objects.waiting().get(), "550 5.1.1 No such mailbox")
    assert ask(Client()).status_code == 302
    assert ask(Client()).status_code == 429


def test_another_code_for_the_same_browser_takes_the_place_of_one_that_has_not_left(client, settings):
    settings.SEND_MAIL_AT_ONCE = False
    ask(client)
    assert client.post("/account/code/another/").status_code == 302
    assert list(OutgoingMail.objects.order_by("pk").values_list("state", "answer")) == [
        ("dropped", "another code was asked for"),
        ("waiting", ""),
    ]
    assert ask(Client()).status_code == 429
    assert OutgoingMail.objects.waiting().count() == 1
