"""Asking for newsletters: a form on pages that are the same for everybody, and a mail."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import discussion_of
from comments.posting import post
from core import page_cache
from core.mail import outbox
from core.models import OutgoingMail
from mailing.lists import suppressing
from mailing.lists.subscribing import forget_unconfirmed, leave
from mailing.models import Consent, Subscriber, Subscription, Suppression
from mailing.own_data import erase
from mailing.tokens import unsubscribe_url
from mailing.views.subscribing import REQUESTS_FROM_NETWORK
from tests import cast
from tests.mailing.post import TEST, ask, delivered, everything, link_in, path, states, subscribed, visitor

pytestmark = pytest.mark.django_db


def test_from_the_form_on_a_page_to_the_confirmation_and_out_with_one_click(low_tide):
    assert "Look into your mailbox" in ask().text
    (message,) = delivered()
    assert message.to == ["sumi@example.org"]
    assert message.subject == "Please confirm: Low Tide"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert states() == [("sumi@example.org", "low-tide", "asked")]
    assert not Subscription.objects.active().exists()
    confirmation = link_in(message, "/confirm/")
    assert "Yes, subscribe" in visitor().get(confirmation).text
    assert "You are subscribed" in visitor().post(confirmation, {"newsletter": "low-tide"}).text
    assert Subscription.objects.active().count() == 1
    out = path(unsubscribe_url(Subscriber.objects.get().pk, low_tide.pk))
    assert visitor().post(out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert states() == [("sumi@example.org", "low-tide", "left")]


@pytest.mark.parametrize(
    ("address", "boxes"), [("/low-tide/", 1), ("/low-tide/march/", 2), ("/low-tide/march/mud/", 1), ("/", 1)]
)
def test_pages_hold_a_form_without_cookie_or_token(client, published, address, boxes):
    page = client.get(address)
    assert page.text.count('action="/subscribe/"') == boxes
    assert "csrfmiddlewaretoken" not in page.text.split("</main>")[0]
    assert not page.cookies


def test_the_form_of_all_newsletters_is_the_same_for_everybody_and_kept(client, low_tide):
    cast.low_tide(title="High Tide", slug="high-tide")
    page = client.get("/subscribe/")
    assert not page.cookies
    assert page.headers["ETag"]
    assert "csrfmiddlewaretoken" not in page.text
    assert "High Tide" in page.text
    page_cache.forget()
    assert client.get("/subscribe/", headers={"user-agent": "x"}).content == page.content


def test_several_newsletters_are_asked_for_with_one_mail_and_chosen_when_confirmed(low_tide):
    cast.low_tide(title="High Tide", slug="high-tide")
    ask(newsletter=["high-tide", "low-tide"])
    (message,) = delivered()
    assert message.subject == "Please confirm: High Tide, Low Tide"
    visitor().post(link_in(message, "/confirm/"), {"newsletter": ["high-tide"]})
    assert sorted(states()) == [
        ("sumi@example.org", "high-tide", "active"),
        ("sumi@example.org", "low-tide", "asked"),
    ]


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_sent_from_elsewhere_is_shown_again_with_what_was_typed_and_a_token(low_tide, headers):
    client = visitor()
    form = {"email": "sumi@example.org", "newsletter": "low-tide"}
    page = client.post("/subscribe/", form, headers=headers)
    assert 'value="sumi@example.org"' in page.text
    assert not Subscriber.objects.exists()
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    again = client.post("/subscribe/", form | {"csrfmiddlewaretoken": token})
    assert "Look into your mailbox" in again.text
    assert len(delivered()) == 1


def test_browsers_that_name_only_the_origin_are_believed(low_tide):
    form = {"email": "sumi@example.org", "newsletter": "low-tide"}
    visitor().post("/subscribe/", form, headers={"origin": "https://courant.example"})
    assert len(delivered()) == 1


@pytest.fixture
def everybody(low_tide):
    """Somebody of each kind, by name."""
    people = {name: subscribed(low_tide, f"{name}@example.org") for name in ("active", "left", "erased", "bounced")}
    leave(people["left"], low_tide, TEST)
    erase(people["erased"])
    suppressing.suppress("bounced@example.org", Suppression.Reason.BOUNCED)
    suppressing.suppress("complained@example.org", Suppression.Reason.COMPLAINED)
    subscribed(cast.low_tide(title="High Tide", slug="high-tide"), "elsewhere@example.org")
    return [*people, "complained", "elsewhere", "unknown"]


def test_the_answer_tells_nothing_of_the_address(everybody):
    answers = []
    for name in everybody:
        answer = ask(f"{name}@example.org")
        assert not answer.cookies
        answers.append((answer.status_code, sorted(answer.headers), answer.text.replace(name, "NAME")))
    assert answers == [answers[0]] * len(everybody)


def test_the_request_costs_the_same_for_every_address(everybody, settings):
    """What differs from address to address is done by the worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}
    statements = [statements_of(f"{name}@example.org") for name in everybody]
    assert statements == [statements[0]] * len(everybody)


def statements_of(email):
    with CaptureQueriesContext(connection) as queries:
        ask(email)
    return [query["sql"].split()[0:3] for query in queries]


def test_each_gets_the_mail_that_fits_and_who_bounced_or_complained_none(everybody):
    for name in everybody:
        ask(f"{name}@example.org")
    assert {message.to[0].partition("@")[0]: message.subject for message in delivered()} == {
        "active": "You are subscribed already: Low Tide",
        "left": "Please confirm: Low Tide",
        "erased": "Please confirm: Low Tide",
        "elsewhere": "Please confirm: Low Tide",
        "unknown": "Please confirm: Low Tide",
    }


def test_an_address_gets_one_mail_in_fifteen_minutes_from_however_many_networks(low_tide):
    subscribed(low_tide, "active@example.org")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(4):
            for email in ("sumi@example.org", " SUMI@example.org", "active@example.org"):
                assert "Look into your mailbox" in ask(email, REMOTE_ADDR=f"10.{number}.0.1").text
        assert sorted(message.to[0] for message in delivered()) == ["active@example.org", "sumi@example.org"]
        clock.shift(timedelta(minutes=15, seconds=1))
        ask()
        assert len(delivered()) == 1


def test_what_is_asked_for_within_these_minutes_stands_on_the_page_of_the_mail_before(low_tide):
    cast.low_tide(title="High Tide", slug="high-tide")
    ask()
    ask(newsletter="high-tide")
    (message,) = delivered()
    page = visitor().get(link_in(message, "/confirm/"))
    assert "High Tide" in page.text
    assert "Low Tide" in page.text


def test_a_network_that_asks_for_too_much_waits_and_keeps_what_was_typed(low_tide):
    for _ in range(59):
        REQUESTS_FROM_NETWORK.hit("127.0.0.0/24")
    answers = [ask("sumi@example.org"), ask("otto@example.org")]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1].headers["Retry-After"]) > 0
    assert 'value="otto@example.org"' in answers[1].text
    assert [message.to for message in delivered()] == [["sumi@example.org"]]


def test_a_program_that_fills_in_everything_gets_the_same_answer_and_nothing_else(low_tide):
    assert ask(form={"website": "https://spam.example"}).text == ask().text
    assert len(delivered()) == 1


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"email": "sumi"}, "Enter a valid email address"),
        ({"newsletter": "none-such"}, "none-such"),
        ({"newsletter": []}, "Choose at least one newsletter."),
    ],
)
def test_flaws_are_said_and_nothing_is_kept(low_tide, form, problem):
    assert problem in ask(form=form).text
    assert everything() == [[], [], []]


def test_mail_and_pages_speak_the_newsletters_language(low_tide):
    cast.low_tide(title="低潮", slug="ebbe", language="de")
    assert 'lang="de"' in ask(newsletter="ebbe").text
    (message,) = delivered()
    assert 'lang="de"' in visitor().get(link_in(message, "/confirm/")).text


def test_what_nobody_confirms_is_forgotten_after_a_month(low_tide):
    leave(subscribed(low_tide, "left@example.org"), low_tide, TEST)
    subscribed(low_tide, "active@example.org")
    for name in ("left", "active", "sumi"):
        ask(f"{name}@example.org")
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        forget_unconfirmed()
        assert Subscription.objects.asked().count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        forget_unconfirmed()
    assert states() == [("left@example.org", "low-tide", "left"), ("active@example.org", "low-tide", "active")]
    assert not Subscription.objects.asked().exists()
    assert not Subscriber.objects.filter(email="sumi@example.org").exists()
    assert not Consent.objects.filter(subscription__subscriber__email="sumi@example.org").exists()


def test_a_mail_that_the_server_refuses_does_not_keep_its_owner_from_asking_again(low_tide, settings):
    settings.SEND_MAIL_AT_ONCE = False
    ask()
    outbox.drop(OutgoingMail.objects.get(), "550 5.1.1 No such mailbox")
    ask()
    assert OutgoingMail.objects.waiting().count() == 1
    ask()
    assert OutgoingMail.objects.waiting().count() == 1


def test_who_has_commented_is_offered_the_newsletter_where_they_lack_it(published, rita, client):
    comment = post(discussion_of(published), rita, "I was there.")
    page = f"/comments/{comment.pk}/"
    assert 'value="comment"' not in client.get(page).text
    client.force_login(rita)
    assert 'value="rita@example.org"' in client.get(page).text
    subscribed(published.newsletter, "rita@example.org")
    assert 'value="comment"' not in client.get(page).text


def test_a_newsletter_with_a_null_character_in_its_name_is_no_error(low_tide):
    assert ask(newsletter="low\0").status_code < 500
