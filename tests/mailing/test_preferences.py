"""A person's own page: by the link in each mail, or in their account."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from mailing.lists import suppressing
from mailing.lists.subscribing import forget_unconfirmed
from mailing.models import Consent, Move, Subscriber, Subscription, Suppression
from mailing.own_data import erase
from mailing.tokens import move_url, preferences_url
from tests import cast
from tests.mailing.post import ask, delivered, everything, link_in, path, states, subscribed, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def high_tide(low_tide):
    return cast.low_tide(title="High Tide", slug="high-tide")


@pytest.fixture
def sumi(low_tide):
    return subscribed(low_tide)


@pytest.fixture
def in_mail(sumi):
    """Where every mail leads, wherever it is forwarded."""
    return path(preferences_url(sumi.pk))


@pytest.fixture
def link(in_mail):
    """Where it leads who types the address."""
    return typed(in_mail).headers["Location"]


def typed(link, address="sumi@example.org"):
    return visitor().post(link, {"address": address})


PAGES = ["", "address/", "data/", "erasure/"]


def test_a_forwarded_link_tells_nothing_of_the_person(in_mail, sumi, high_tide):
    sumi.name = "Sumi Sand"
    sumi.save()
    subscribed(high_tide)
    suppressing.suppress("sumi@example.org", Suppression.Reason.BOUNCED)
    for page in PAGES:
        for answer in (visitor().get(f"{in_mail}{page}"), typed(f"{in_mail}{page}", "otto@example.org")):
            assert answer.status_code == 200
            assert "Content-Disposition" not in answer.headers
            secrets = ["sumi", "Sumi", "Tide", "tide", "came back", "<time", "/subscription/"]
            assert [each for each in secrets if each in answer.text.partition("<main")[2].partition("</main")[0]] == []


@pytest.mark.parametrize("page", PAGES)
def test_who_types_the_address_comes_to_the_page_they_wanted(in_mail, page):
    answer = typed(f"{in_mail}{page}", " SUMI@example.org")
    assert answer.status_code == 302
    opened = answer.headers["Location"]
    assert opened.endswith(f"/{page}")
    assert "Go on" not in visitor().get(opened).text


def test_what_was_opened_closes_after_an_hour(link, time_machine):
    assert "sumi@example.org" in visitor().get(link).text
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    for page in PAGES:
        assert "sumi@example.org" not in visitor().get(f"{link}{page}").text
    choose(link, newsletter=[])
    assert events() == ["confirmed"]


def test_nobody_tries_many_addresses(in_mail):
    answers = [typed(in_mail, f"a{number}@example.org") for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 'value="a10@example.org"' in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_forwarded_link_pauses_and_leaves_and_no_more(in_mail, sumi, high_tide):
    form = {"newsletter": "high-tide", "name": "Mallory", "language": "de", "pause": "", "save": "1"}
    for page in PAGES:
        visitor().post(f"{in_mail}{page}", form | {"email": "mallory@example.org"})
    assert events() == ["confirmed"]
    assert "Nothing comes before" in visitor().post(in_mail, form | {"month": "1"}).text
    paused = Subscriber.objects.get().paused_until
    assert paused - timezone.now() > timedelta(days=28)
    Subscriber.objects.update(paused_until=paused + timedelta(days=90))
    visitor().post(in_mail, {"month": "1"})
    assert Subscriber.objects.get().paused_until == paused + timedelta(days=90)
    assert "No newsletter comes" in visitor().post(in_mail, {"leave": "1"}).text
    assert states() == [("sumi@example.org", "low-tide", "left")]
    assert events() == ["confirmed", "paused", "left"]
    after = Subscriber.objects.get()
    assert (after.name, after.language, after.email) == ("", "", "sumi@example.org")


def choose(link, *, client=None, **choices):
    form = {"newsletter": ["low-tide"], "name": "", "language": "", "pause": "", "save": "1"} | choices
    return (client or visitor()).post(link, form)


def events():
    return list(Consent.objects.order_by("pk").values_list("event", flat=True))


def test_looking_fifty_times_changes_nothing_and_sets_no_cookie(link):
    before, robot = everything(), visitor()
    for page in ["", "address/", "data/", "erasure/"] * 7:
        answer = robot.get(f"{link}{page}")
        assert answer.status_code == robot.head(f"{link}{page}").status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert "<script" not in answer.text
    assert everything() == before
    assert delivered() == []
    assert not robot.cookies


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "One-Click"}, {"newsletter": "high-tide"}])
def test_a_post_without_a_button_of_the_page_changes_nothing(link, high_tide, form):
    before = everything()
    for page in ("", "address/", "erasure/"):
        assert visitor().post(f"{link}{page}", form).status_code == 200
    assert everything() == before


def test_newsletters_name_and_language_are_chosen(link, high_tide):
    page = choose(link, newsletter=["high-tide"], name=" Sumi \r\nBcc: all ", language="zh-hans")
    assert 'value="high-tide"' in page.text
    assert sorted(states()) == [
        ("sumi@example.org", "high-tide", "active"),
        ("sumi@example.org", "low-tide", "left"),
    ]
    sumi = Subscriber.objects.get()
    assert (sumi.name, sumi.language) == ("Sumi Bcc: all", "zh-hans")
    assert events() == ["confirmed", "confirmed", "left"]
    assert 'lang="zh-hans"' in visitor().get(link).text
    before = everything()
    choose(link, newsletter=["high-tide"], name="Sumi Bcc: all", language="zh-hans")
    assert everything() == before


def test_a_language_that_is_no_longer_offered_stays_until_another_is_chosen(link):
    Subscriber.objects.update(language="de")
    page = visitor().get(link).text
    assert re.findall(r'<option value="([^"]*)"', page) == ["", "en", "zh-hans", "de"]
    choose(link, newsletter=["low-tide"], name="Sumi", language="de")
    assert Subscriber.objects.get().language == "de"
    choose(link, newsletter=["low-tide"], name="Sumi", language="en")
    assert 'value="de"' not in visitor().get(link).text


def test_a_pause_begins_ends_and_is_written_down(link):
    day = timezone.localdate() + timedelta(days=12)
    assert f'value="{day}"' in choose(link, pause=day.isoformat()).text
    assert not Subscription.objects.active().exists()
    choose(link, pause=day.isoformat(), name="Sumi")
    assert events() == ["confirmed", "paused"]
    choose(link)
    assert Subscription.objects.active().count() == 1
    assert events() == ["confirmed", "paused", "resumed"]


def test_one_button_pauses_for_a_month(link):
    visitor().post(link, {"newsletter": "low-tide", "month": "1"})
    assert Subscriber.objects.get().paused_until - timezone.now() > timedelta(days=28)
    assert not Subscription.objects.active().exists()


def test_no_pause_ends_in_the_past(link):
    assert "This day is over" in choose(link, pause="2020-01-01").text
    assert events() == ["confirmed"]


def test_an_address_changes_only_when_the_new_one_has_confirmed_it(link):
    assert "Look into your mailbox" in visitor().post(f"{link}address/", {"email": "New@example.org"}).text
    mails = {message.to[0]: message for message in delivered()}
    assert set(mails) == {"new@example.org", "sumi@example.org"}
    assert "new@example.org" in mails["sumi@example.org"].body
    assert "/subscription/" not in mails["sumi@example.org"].body
    confirmation = link_in(mails["new@example.org"], "/move/")
    before, robot = everything(), visitor()
    for _ in range(25):
        assert robot.get(confirmation).status_code == robot.head(confirmation).status_code == 200
    assert everything() == before
    assert "From now on mail comes to" in visitor().post(confirmation).text
    assert states() == [("new@example.org", "low-tide", "active")]
    assert Consent.objects.values_list("event", "wording").last() == (
        "moved",
        "From sumi@example.org to new@example.org",
    )
    assert "Nothing waits" in visitor().post(confirmation).text
    assert "new@example.org" in visitor().get(link).text


def test_the_answer_tells_nothing_of_the_new_address(link, low_tide):
    subscribed(low_tide, "known@example.org")
    suppressing.suppress("bounced@example.org", Suppression.Reason.BOUNCED)
    names = ("known", "bounced", "unknown")
    answers = [visitor().post(f"{link}address/", {"email": f"{name}@example.org"}) for name in names]
    pages = [answer.text.replace(name, "NAME") for answer, name in zip(answers, names, strict=True)]
    assert pages == [pages[0]] * 3
    assert "bounced@example.org" not in {message.to[0] for message in delivered()}


def test_new_addresses_share_the_limit_of_mails_to_an_address(link):
    for _ in range(3):
        visitor().post(f"{link}address/", {"email": "new@example.org"})
    ask("new@example.org")
    assert sorted(message.to[0] for message in delivered()) == ["new@example.org", "sumi@example.org"]


def test_nobody_writes_to_many_addresses(link):
    answers = [visitor().post(f"{link}address/", {"email": f"a{number}@example.org"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_an_address_with_a_subscription_of_its_own_stays_apart(sumi, low_tide):
    subscribed(low_tide, "other@example.org")
    ask("asked@example.org")
    own, free = (Move.objects.create(subscriber=sumi, email=f"{name}@example.org") for name in ("other", "asked"))
    assert "has a subscription already" in visitor().post(path(move_url(sumi.pk, own.pk))).text
    assert ("sumi@example.org", "low-tide", "active") in states()
    assert "From now on" in visitor().post(path(move_url(sumi.pk, free.pk))).text
    assert ("asked@example.org", "low-tide", "active") in states()


def test_what_bounced_stays_behind_with_the_old_address(sumi, link):
    suppressing.suppress("sumi@example.org", Suppression.Reason.BOUNCED)
    assert "Nothing is sent to this address" in visitor().get(link).text
    move = Move.objects.create(subscriber=sumi, email="new@example.org")
    visitor().post(path(move_url(sumi.pk, move.pk)))
    assert Subscription.objects.active().count() == 1
    assert suppressing.suppression_of("sumi@example.org")


def test_a_move_that_nobody_confirms_is_forgotten_after_a_month(sumi):
    Move.objects.create(subscriber=sumi, email="new@example.org", asked_at=timezone.now() - timedelta(days=31))
    forget_unconfirmed()
    assert not Move.objects.exists()


def test_everything_that_is_kept_can_be_taken_along(link):
    answer = visitor().get(f"{link}data/")
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.content)
    assert told["address"] == "sumi@example.org"
    assert [(each["newsletter"], each["what"], each["where"]) for each in told["consent"]] == [
        ("Low Tide", "confirmed", "test")
    ]


def test_to_be_erased_one_types_the_address(link):
    assert "Nothing has been erased" in visitor().post(f"{link}erasure/", {"address": "other@example.org"}).text
    assert Subscriber.objects.exists()
    assert "has been erased" in visitor().post(f"{link}erasure/", {"address": "SUMI@example.org"}).text
    assert everything() == [[], [], []]
    for page in ("", "address/", "data/", "erasure/"):
        assert "Nothing is kept here" in visitor().get(f"{link}{page}").text


def test_tokens_survive_a_change_of_keys_and_open_nothing_else(link, in_mail, sumi):
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["only for tests"]):
        assert visitor().get(in_mail).status_code == visitor().get(link).status_code == 200
    with override_settings(SECRET_KEY="new"):
        assert visitor().get(in_mail).status_code == visitor().get(link).status_code == 404
    token = in_mail.split("/")[2]
    forged = [f"/subscription/{token[:-1]}/", f"/subscription/{token}/move/", f"/subscription/u{token[1:]}/"]
    forged += [f"/subscription/o{token[1:]}/"]
    assert {visitor().get(each).status_code for each in forged} == {404}


# In the account


def test_a_reader_chooses_in_the_account_without_a_mail(rita, low_tide, high_tide):
    client = Client()
    client.force_login(rita)
    page = client.get("/account/subscriptions/")
    assert page.text.count(" checked") == 0
    assert Subscriber.objects.count() == 0
    assert "Saved." in choose("/account/subscriptions/", client=client, newsletter=["high-tide"]).text
    assert states() == [("rita@example.org", "high-tide", "active")]
    assert Subscriber.objects.get().user == rita
    assert Consent.objects.values_list("event", "form").get() == ("confirmed", "account")
    assert delivered() == []
    assert "/account/subscriptions/" in client.get("/account/").text


def test_a_reader_finds_what_came_to_the_address_before(rita, low_tide):
    subscribed(low_tide, "rita@example.org")
    client = Client()
    client.force_login(rita)
    assert client.get("/account/subscriptions/").text.count(" checked") == 1
    choose("/account/subscriptions/", client=client, newsletter=[])
    assert states() == [("rita@example.org", "low-tide", "left")]


def test_the_account_asks_for_a_token_and_for_who_one_is(rita, low_tide):
    client = visitor()
    assert client.get("/account/subscriptions/").status_code == 302
    client.force_login(rita)
    assert choose("/account/subscriptions/", client=client).status_code == 403
    rita.is_confirmed = False
    rita.save()
    assert client.get("/account/subscriptions/").status_code == 403


def test_a_reader_who_was_erased_comes_back_in_the_account(rita, low_tide):
    erase(subscribed(low_tide, "rita@example.org"))
    client = Client()
    client.force_login(rita)
    choose("/account/subscriptions/", client=client)
    assert Subscription.objects.active().count() == 1
    assert not Suppression.objects.exists()
