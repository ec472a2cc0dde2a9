"""An address has one form, whatever letters its domain is written in; what no server takes is refused at each door."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils.crypto import salted_hmac

from accounts.models import User
from core.mail.messages import normal
from mailing.lists import suppressing
from mailing.lists.consenting import state_after
from mailing.models import Consent, Delivery, Move, Subscriber, Subscription, Suppression
from tests.mailing.lists import frozen

pytestmark = pytest.mark.django_db

OWN, PLAIN = "ada@bücher.example", "ada@xn--bcher-kva.example"
compare = import_module("mailing.migrations.0014_compare_addresses_in_ascii").compare
compare_accounts = import_module("accounts.migrations.0006_compare_addresses_in_ascii").compare
Reason = Suppression.Reason


def old_digest(email):
    return salted_hmac("mailing.suppressing", email, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


@pytest.mark.parametrize(
    "email", [OWN, PLAIN, "ADA@Bücher.Example", " ada@BÜCHER.example ", "ada@XN--BCHER-KVA.example"]
)
def test_every_spelling_is_one_address(email):
    assert normal(email) == PLAIN
    assert Subscriber.objects.for_address(email) == Subscriber.objects.for_address(PLAIN)
    assert User.objects.for_address(email) == User.objects.for_address(OWN)


@pytest.mark.parametrize(
    "email", ["", "ada", "münchen", "ada@", "@", "ada@a..example", "ada@" + "ü" * 300 + ".example"]
)
def test_what_is_no_address_stays_as_it_is(email):
    assert normal(email) == email


def test_who_is_suppressed_in_one_spelling_is_so_in_the_other(low_tide):
    suppressing.suppress(OWN, Reason.COMPLAINED)
    assert suppressing.gets_nothing(PLAIN)
    Suppression.objects.update(digest=old_digest(OWN), email="")  # as it was written once, of somebody erased
    assert suppressing.gets_nothing(PLAIN)
    assert suppressing.gets_nothing(OWN)


@pytest.mark.parametrize("email", ["jürgen@example.org", '"ada"@example.org', "ada..b@example.org"])
def test_what_no_server_takes_is_refused_at_each_door(desk, low_tide, email):
    visitor = Client()
    doors = [
        visitor.post("/subscribe/", {"email": email, "newsletter": ["low-tide"]}),
        visitor.post("/account/sign-in/", {"email": email}),
        desk.post("/admin/mailing/subscriber/add/", {"email": email, "newsletters": [low_tide.pk], "evidence": "x"}),
    ]
    for page in doors:
        assert page.status_code in {200, 422}
        assert page.context["form"].errors["email"]
    assert not Subscriber.objects.exists()


def test_it_is_said_what_works_instead(low_tide):
    page = Client().post("/subscribe/", {"email": '"ada"@example.org', "newsletter": ["low-tide"]})
    assert "before the @ only letters from a to z" in page.text


def test_who_stood_under_the_old_form_alone_keeps_everything(low_tide):
    ada = Subscriber.objects.create(email=OWN, name="Ada")
    Subscription.objects.create(subscriber=ada, newsletter=low_tide, state="active")
    Move.objects.create(subscriber=ada, email="ada@käse.example")
    Suppression.objects.create(email=OWN, digest=old_digest(OWN), subscriber=ada)
    compare(apps, None)
    compare(apps, None)
    ada = Subscriber.objects.get()
    assert (ada.email, ada.name, ada.subscriptions.get().state) == (PLAIN, "Ada", "active")
    assert ada.moves.get().email == "ada@xn--kse-qla.example"
    assert (ada.suppression.email, ada.suppression.digest) == (PLAIN, suppressing.digests(PLAIN)[0])


@pytest.mark.parametrize("order", [(OWN, PLAIN), (PLAIN, OWN)])
@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("active", "left", "left"),
        ("left", "active", "left"),
        ("asked", "active", "active"),
        ("active", "asked", "active"),
        ("asked", "left", "left"),
    ],
)
def test_of_two_spellings_one_stays_and_a_no_stays_a_no(low_tide, order, first, second, together):
    events = {"asked": "asked", "active": "confirmed", "left": "left"}
    for email, state in zip(order, (first, second), strict=True):
        person = Subscriber.objects.create(email=email)
        subscription = Subscription.objects.create(subscriber=person, newsletter=low_tide, state=state)
        Consent.objects.create(subscription=subscription, event=events[state])
    compare(apps, None)
    subscription = Subscription.objects.get()
    said = list(subscription.consents.values_list("event", flat=True))
    assert (Subscriber.objects.get().email, subscription.state) == (PLAIN, together)
    assert said[:2] == [events[first], events[second]]
    assert state_after(said) == together


@pytest.mark.parametrize("order", [(OWN, PLAIN), (PLAIN, OWN)])
def test_who_has_had_an_issue_under_one_spelling_gets_no_second_copy(low_tide, published, order):
    for email in order:
        person = Subscriber.objects.create(email=email)
        Subscription.objects.create(subscriber=person, newsletter=low_tide, state="active")
    frozen(published)
    Delivery.objects.filter(subscriber__email=OWN).update(state="handed")
    compare(apps, None)
    states = dict(Delivery.objects.values_list("subscriber__email", "state"))
    assert states == {PLAIN: "handed", None: "skipped"}


def test_a_suppression_of_either_spelling_holds_for_both(low_tide):
    old, new = Subscriber.objects.create(email=OWN), Subscriber.objects.create(email=PLAIN)
    Suppression.objects.create(email=OWN, digest=old_digest(OWN), subscriber=old, reason=Reason.COMPLAINED)
    Suppression.objects.create(email=PLAIN, digest=old_digest(PLAIN), subscriber=new, reason=Reason.BOUNCED)
    compare(apps, None)
    assert Suppression.objects.get().subscriber == Subscriber.objects.get()
    assert suppressing.gets_nothing(OWN)


def test_accounts_are_found_under_the_new_form_and_two_are_left_alone():
    User.objects.create(email=OWN)
    User.objects.create(email="otto@käse.example")
    User.objects.create(email="otto@xn--kse-qla.example")
    compare_accounts(apps, None)
    found = set(User.objects.values_list("email", flat=True))
    assert found == {PLAIN, "otto@käse.example", "otto@xn--kse-qla.example"}
    assert User.objects.get_by_natural_key(OWN).email == PLAIN
