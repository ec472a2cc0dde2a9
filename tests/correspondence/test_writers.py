"""Whose an answer is: the address that it came to says so. What a mail says of itself can only raise doubts."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments import banning
from comments.models import Comment
from comments.views.attempting import POSTING
from core.mail import incoming
from core.mail.replies import Claim
from correspondence import answering
from correspondence.models import Letter, Revocation
from correspondence.revoking import revoke
from mailing.tokens import Token
from tests.correspondence.post import address_of, arrive, delivered, letter, link_in

pytestmark = pytest.mark.django_db

OURS = "from mail.example.net by mx.example.org with ESMTPS; Sat, 14 Mar 2026 09:26:00 +0000"


@pytest.fixture
def place(march, rita):
    return address_of(rita, march)


def is_posted():
    return Comment.objects.exists()


def test_another_capital_or_name_is_the_same_sender(place):
    arrive(letter(place, sender='"Moor, Rita" <RITA@Example.org>'))
    assert is_posted()


@pytest.mark.parametrize(
    ("results", "holds"),
    [
        ("mx.example.org; dkim=pass header.d=example.org; spf=pass smtp.mailfrom=rita@example.org", True),
        ("mx.example.org; dkim=fail header.d=example.org; spf=pass smtp.mailfrom=rita@example.org", True),
        ("mx.example.org; dkim=pass header.d=mail.example.org; spf=fail smtp.mailfrom=example.org", True),
        ("mx.example.org; dmarc=pass header.from=example.org", True),
        ("mx.example.org; dkim=fail header.d=example.org; spf=fail smtp.mailfrom=example.org", False),
        ("mx.example.org; dkim=none; spf=softfail smtp.mailfrom=example.org", False),
        ("mx.example.org; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example", False),
        ("mx.example.org; dkim=pass header.d=notexample.org; dmarc=fail", False),
        # of somebody who is not our mail server, or of nobody
        ("mx.evil.example; dkim=fail; spf=fail", True),
        ("dkim=none (message not signed) header.d=none", True),
        ("mx.example.org; none", True),
        ("", True),
    ],
)
def test_what_our_mail_server_found_out_raises_doubts(place, results, holds):
    message = letter(place)
    message["Received"] = OURS
    message["Authentication-Results"] = results
    arrive(message)
    assert is_posted() == holds
    assert ("may be forged" in delivered()[0].body) != holds


def test_only_the_topmost_result_counts(place):
    message = letter(place)
    message["Received"] = OURS
    message["Authentication-Results"] = "mx.example.org; dkim=fail; spf=fail"
    message["Authentication-Results"] = "mx.example.org; dkim=pass; spf=pass"
    arrive(message)
    assert not is_posted()


def test_one_address_is_of_one_person_in_one_place(march, rita, otto):
    arrive(letter(address_of(rita, march), sender="otto@example.org"))
    (mail,) = delivered()
    assert (mail.to, is_posted()) == (["rita@example.org"], False)


def test_a_broken_or_borrowed_proof_is_none(place, settings):
    local, _at, domain = place.partition("@")
    for address in (f"{local[:-1]}x@{domain}", f"{local}@example.net", f"answers@{domain}", f"x{place}"):
        assert arrive(letter(address)) == incoming.NOTHING
    settings.REPLY_ADDRESS = ""
    assert arrive(letter(place)) == incoming.NOTHING
    assert not Letter.objects.exists()


@pytest.mark.parametrize("header", ["Cc", "Delivered-To", "X-Original-To"])
def test_it_is_found_wherever_servers_write_it_in_any_letters(place, header):
    message = letter("Low Tide <others@example.org>")
    message[header] = place.upper()
    arrive(message)
    assert is_posted()


@pytest.mark.parametrize(
    "signs", ['"{name}"@{domain}', "'{name}@{domain}'", "Readers: {name}@{domain};", "{name}@{domain}."]
)
def test_it_is_found_whatever_signs_programs_put_around_it(place, signs):
    name, _at, domain = place.partition("@")
    raw = letter("others@example.org").as_bytes()
    incoming.take(raw.replace(b"To: others@example.org", b"To: " + signs.format(name=name, domain=domain).encode()))
    assert is_posted()


@pytest.mark.parametrize("charset", ["idna", "punycode", "undefined", "hex", "zlib", "no-such"])
def test_letters_that_are_none_of_any_language_are_read_nevertheless(place, charset):
    raw = letter(place, "Mud.").as_bytes().replace(b"utf-8", charset.encode()).replace(b"Mud.", b"M\xfcd.")
    incoming.take(raw)
    assert is_posted()


@pytest.mark.parametrize(("where", "is_taken"), [("", False), ("here", False), ("elsewhere", True)])
def test_addresses_given_out_so_far_can_be_revoked(march, rita, place, where, is_taken):
    claim = Claim.of("u", rita.pk, "i", march.pk)
    revoke([rita], {"": "", "here": claim.place, "elsewhere": "a1"}[where])
    arrive(letter(place))
    assert is_posted() == is_taken
    (mail,) = delivered()
    assert ("no longer good" in mail.body) != is_taken
    Revocation.objects.update(at=timezone.now() - timedelta(minutes=2))
    arrive(letter(address_of(rita, march), "New address.", name="<2@example.org>"))
    assert Comment.objects.filter(body="New address.").exists()


def test_the_page_of_a_letter_revokes(march, rita, place, client):
    arrive(letter(place, sender="friend@example.net"))
    page = link_in(delivered()[0])
    assert "no longer good" in client.post(page, {"wish": "revoke"}).content.decode()
    arrive(letter(place, "Again.", name="<2@example.org>"))
    client.post(page, {"wish": "revoke-all"})
    arrive(letter(address_of(rita, march.articles.get(slug="mud")), "There.", name="<3@example.org>"))
    assert not is_posted()


def test_what_comes_to_a_revoked_address_is_answered_once(rita, place):
    revoke([rita])
    for number in range(3):
        arrive(letter(place, name=f"<{number}@example.org>"))
    assert len(delivered()) == 1


def test_a_banned_reader_is_told_so(rita, milo, place):
    banning.ban([rita.pk], milo, timezone.now() + timedelta(days=3), "Mud-slinging.")
    arrive(letter(place))
    assert "You cannot write here until" in delivered()[0].body
    assert not is_posted()


def test_the_limits_of_the_page_hold(rita, place):
    for limit in POSTING.of_reader[:1]:
        for _each in range(limit.most):
            limit.hit(rita.pk)
    arrive(letter(place))
    assert "That was once too often" in delivered()[0].body
    assert not is_posted()


def test_a_first_comment_waits_as_on_the_page(march, place):
    march.newsletter.policy.mode = "first"
    march.newsletter.policy.save()
    arrive(letter(place))
    (mail,) = delivered()
    assert (Comment.objects.get().state, mail.subject) == (
        "pending",
        "Your answer under “March” waits for a moderator",
    )


def test_of_one_person_so_many_a_day_are_read(rita, place):
    for _each in range(answering.LETTERS.most):
        answering.LETTERS.hit(Claim.of("u", rita.pk, "i", 1).person)
    assert arrive(letter(place)) == answering.LOST
    assert (is_posted(), delivered()) == (False, [])


def test_nobody_is_told_without_end(place):
    for number in range(answering.TOLD.most + 3):
        arrive(letter(place, "> nothing", name=f"<{number}@example.org>"))
    assert len(delivered()) == answering.TOLD.most


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: March",
        "Out of office: Re: March",
        "Automatische Antwort: March",
        "自动回复: March",
        "Réponse automatique : March",
    ],
)
def test_what_calls_itself_automatic_is(place, subject):
    assert arrive(letter(place, Subject=subject)) == "machine"


@pytest.mark.parametrize(
    "words", ["https://courant.example/unsubscribe/u1-1-abc/", "https://courant.example/comments/mute/x/", "{place}"]
)
def test_addresses_that_are_ones_own_are_never_shown_to_others(place, words):
    arrive(letter(place, f"Boots. {words.format(place=place)}"))
    assert not is_posted()
    assert "addresses that are yours alone" in delivered()[0].body


def test_without_a_message_id_the_same_bytes_are_the_same_mail(place):
    message = letter(place)
    del message["Message-ID"]
    for _each in range(2):
        arrive(message)
    other = letter(place, "Other.", name="x" * 300)
    arrive(other)
    assert list(Comment.objects.order_by("pk").values_list("body", flat=True)) == ["Lovely mud.", "Other."]


def test_what_is_attached_is_named_and_left_out(place):
    message = letter(place)
    message.add_attachment(b"x", maintype="image", subtype="jpeg", filename="mud.jpg")
    arrive(message)
    assert Letter.objects.get().attachments == ["mud.jpg"]
    assert "Left out, as only text is taken: mud.jpg" in delivered()[0].body


def test_nobody_guesses_the_page_of_a_letter(place, client):
    arrive(letter(place))
    page = link_in(delivered()[0])
    for address in (page.replace("-", "-0"), "/comments/by-mail/l1/", "/comments/by-mail/x/"):
        assert client.get(address).status_code == 404


def test_ones_own_pages_show_what_was_answered_and_end_all_addresses(march, rita, sumi, place):
    arrive(letter(place, sender="friend@example.net"))
    reader = Client()
    reader.force_login(rita)
    page = reader.get("/account/answers/").content.decode()
    assert ("March" in page, "Waits for its reader" in page) == (True, True)
    assert "no longer good" in reader.post("/account/answers/").content.decode()
    own = Client().get(f"/subscription/{Token.of_owner(sumi.pk)}/").content.decode()
    ending = re.search(r'href="(/comments/by-mail/[^"]+)"', own)[1]
    assert "not answered by mail yet" in Client().get(ending).content.decode()
    Client().post(ending)
    arrive(letter(place, name="<2@example.org>"))
    arrive(letter(address_of(sumi, march), sender="sumi@example.org", name="<3@example.org>"))
    assert Letter.objects.count() == 1
    assert Client().get("/account/answers/").status_code == 302
