"""Whatever stands in the way of a comment, its author gets every word back."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal import auth
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from accounts.models import User
from comments import moderating
from comments.models import Comment, Discussion, Mode, Standing, State
from core.mail import outbox
from core.models import Hits, OutgoingMail
from tests.comments import talk
from tests.comments.browsing import MUD, NORA, TEXT, Browser, code_in, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(discussion):
    return Browser()


@pytest.fixture
def reader(discussion, rita):
    browser = Browser()
    browser.force_login(rita)
    browser.open(MUD)
    return browser


def assert_given_back(page, status, problem, text=TEXT):
    assert page.status_code == status
    assert problem in page.text
    assert filled(page)["body"] == text
    assert "no-store" in page["Cache-Control"]
    assert Comment.objects.exclude(body="I was there.").count() == 0


def wait_for_code(stranger):
    stranger.send(body=TEXT)
    return stranger.send(**NORA)


def test_old_token_of_a_stranger(stranger):
    stranger.send(body=TEXT)
    del stranger.cookies["csrf"]
    page = stranger.send(**NORA)
    assert_given_back(page, 403, "open for too long")
    assert filled(page)["headline"] == "Reads tides"
    assert "Enter the code" in stranger.send().text


def test_old_token_of_a_reader(reader):
    page = reader.send(body=TEXT, csrfmiddlewaretoken="x" * 64)
    assert_given_back(page, 403, "open for too long")
    assert reader.send().status_code == 303


def test_reader_who_wrote_on_the_page_for_everybody(reader):
    page = reader.post(MUD, {"body": TEXT})
    assert_given_back(page, 403, "open for too long")


def test_session_that_ended_meanwhile(reader, mailoutbox):
    Session.objects.all().delete()
    page = reader.send(body=TEXT)
    assert_given_back(page, 403, "no longer signed in")
    reader.send(email="rita@example.org")
    assert reader.send(code=code_in(mailoutbox)).status_code == 303
    assert Comment.objects.get().body == TEXT


def test_wrong_code(stranger, mailoutbox):
    wait_for_code(stranger)
    assert_given_back(stranger.send(code="WRONG-CODE"), 200, "4 attempts are left")
    assert stranger.send(code=code_in(mailoutbox)).status_code == 303


def test_code_that_was_wrong_too_often(stranger, mailoutbox):
    wait_for_code(stranger)
    for _each in range(5):
        page = stranger.send(code="WRONG-CODE")
    assert_given_back(page, 200, "no longer good")
    assert_given_back(stranger.send(code=code_in(mailoutbox)), 200, "no longer good")


def test_code_that_has_expired(stranger, mailoutbox):
    wait_for_code(stranger)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert_given_back(stranger.send(code=code_in(mailoutbox)), 200, "no longer good")
        stranger.send(again="1")
        assert stranger.send(code=code_in(mailoutbox)).status_code == 303


def test_code_in_a_session_that_is_gone(stranger, mailoutbox):
    wait_for_code(stranger)
    del stranger.cookies["session"]
    assert_given_back(stranger.send(code=code_in(mailoutbox)), 200, "no longer good")


def test_empty_code(stranger):
    wait_for_code(stranger)
    assert_given_back(stranger.send(code=""), 200, "This field is required")


def test_too_many_codes_for_one_address(stranger):
    wait_for_code(Browser())
    stranger.send(body=TEXT)
    page = stranger.send(**NORA)
    assert_given_back(page, 429, "Try again in 1 minute")
    assert 0 < int(page["Retry-After"]) <= 60


def test_another_code_too_soon_leaves_the_first_good(stranger, mailoutbox):
    wait_for_code(stranger)
    assert_given_back(stranger.send(again="1"), 429, "Try again in 1 minute")
    assert stranger.send(code=code_in(mailoutbox)).status_code == 303


def test_reader_who_writes_too_fast(reader):
    reader.send(body="I was there.")
    Hits.objects.update(number=10_000)
    reader.open(MUD)
    page = reader.send(body=TEXT)
    assert_given_back(page, 429, "Try again in")
    assert int(page["Retry-After"]) > 0


@pytest.mark.parametrize("mode", [Mode.CLOSED, Mode.OFF])
def test_discussion_that_was_closed_meanwhile(reader, stranger, mode, mailoutbox):
    wait_for_code(stranger)
    Discussion.objects.update(mode=mode)
    assert_given_back(reader.send(body=TEXT), 403, "closed")
    assert_given_back(stranger.send(code=code_in(mailoutbox)), 403, "closed")
    assert_given_back(stranger.send(), 403, "closed")


def test_banned_reader(reader, rita):
    until = timezone.now() + timedelta(days=3)
    Standing.objects.create(reader=rita, banned_until=until, ban_reason="Be kind.")
    assert_given_back(reader.send(body=TEXT), 403, "Be kind.")


def test_account_that_was_closed(stranger, rita, mailoutbox):
    stranger.send(body=TEXT)
    stranger.send(email="rita@example.org")
    User.objects.update(is_active=False)
    assert_given_back(stranger.send(code=code_in(mailoutbox)), 403, "account has been closed")


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_parent_that_is_gone(request, who, discussion, otto, milo):
    browser = request.getfixturevalue(who)
    parent = talk.say(discussion, otto)
    browser.open(f"{MUD}?reply_to={parent.pk}")
    assert filled(browser.page)["parent"] == str(parent.pk)
    moderating.transition([parent.pk], State.REMOVED, milo)
    page = browser.send(body=TEXT)
    assert_given_back(page, 200, "You can post yours on its own")
    assert filled(page).get("parent", "") == ""


def test_parent_in_another_discussion(reader, published, otto):
    elsewhere = talk.say(talk.under(published), otto)
    assert_given_back(reader.send(body=TEXT, parent=str(elsewhere.pk)), 200, "on its own")
    assert reader.send().status_code == 303
    assert Comment.objects.get(body=TEXT).parent is None


@pytest.mark.parametrize("parent", ["x", "-1", "9" * 30, "1 OR 1"])
def test_parent_that_is_no_number(reader, parent):
    assert_given_back(reader.send(body=TEXT, parent=parent), 200, "on its own")


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_text_that_is_too_long(request, who):
    text = ("潮🦀\n" * 2000)[:5000]
    assert_given_back(request.getfixturevalue(who).send(body=text), 200, "2000 characters too long", text)


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_text_that_is_empty(request, who):
    assert_given_back(request.getfixturevalue(who).send(body=" \n "), 200, "Write something first", " \n ")


def test_text_with_a_sign_that_no_database_takes(reader):
    page = reader.send(body="a\0b")
    assert (page.status_code, "a" in filled(page)["body"]) == (200, True)
    assert not Comment.objects.exists()


def test_preview_posts_nothing(reader):
    page = reader.send(body=TEXT, preview="1")
    assert_given_back(page, 200, "How it will look")
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_decoy_that_was_filled_in(request, who, mailoutbox):
    browser = request.getfixturevalue(who)
    browser.send(body="x", preview="1")
    page = browser.send(body=TEXT, website="https://spam.example", **NORA)
    assert_given_back(page, 200, "could not be taken")
    assert filled(page)["website"] == ""
    assert not mailoutbox


def test_second_factor_on_the_way(stranger, rita, mailoutbox):
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(rita, secret)
    parent = talk.say(Discussion.objects.get(), talk.otto())
    stranger.open(f"{MUD}?reply_to={parent.pk}")
    stranger.send(body=TEXT)
    stranger.send(email="rita@example.org")
    assert stranger.send(code=code_in(mailoutbox)).url == "/account/2fa/authenticate/"
    assert stranger.session["kept_comment"]["body"] == TEXT
    stranger.open("/account/2fa/authenticate/")
    number = auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time()))
    assert stranger.send("/account/2fa/authenticate/", code=auth.format_hotp_value(number)).url == MUD
    stranger.open(MUD)
    assert filled(stranger.page)["body"] == TEXT
    assert stranger.send().status_code == 303
    assert Comment.objects.get(body=TEXT).parent == parent
    assert "kept_comment" not in stranger.session


def test_article_without_any_comment_yet(reader):
    Discussion.objects.all().delete()
    assert_given_back(reader.send(body=TEXT, parent="7"), 200, "on its own")
    assert reader.send().status_code == 303


def test_mail_server_that_is_gone(stranger, settings):
    settings.MAILERS = {"default": {"BACKEND": "tests.core.test_outbox.Down"}}
    stranger.send(body=TEXT)
    assert_given_back(stranger.send(**NORA), 200, "nora@example.org")
    assert OutgoingMail.objects.waiting().get().answer == "nobody at port 25"
    assert_given_back(stranger.send(again="1"), 200, "nora@example.org")
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    OutgoingMail.objects.update(due_at=timezone.now())
    outbox.send_due()
    assert stranger.send(code=code_in(mail.outbox)).status_code == 303
    assert Comment.objects.get().body == TEXT
