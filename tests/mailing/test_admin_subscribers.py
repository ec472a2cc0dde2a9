"""Editors find subscribers and see what they said; others see no address."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mailing.lists import suppressing
from mailing.models import Consent, Subscriber, Subscription, Suppression
from tests.mailing.lists import frozen, subscribe

pytestmark = pytest.mark.django_db

LISTS = ["subscriber", "subscription", "suppression", "delivery", "dispatch"]


@pytest.fixture
def sumi(low_tide):
    (person,) = subscribe(low_tide, "sumi", name="Sumi <script>alert(1)</script>")
    return person


def shown(page) -> list[str]:
    return [str(row) for row in page.context["cl"].result_list]


def test_lists_cost_the_same_with_5_and_with_500_rows(desk, low_tide, published):
    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(f"/admin/mailing/{name}/").status_code == 200
        return len(captured)

    def fill(numbers: range) -> None:
        people = Subscriber.objects.bulk_create(Subscriber(email=f"r{number}@example.org") for number in numbers)
        Subscription.objects.bulk_create(
            Subscription(subscriber=person, newsletter=low_tide, state="active") for person in people
        )
        Suppression.objects.bulk_create(
            Suppression(digest=str(person.pk), email=person.email, subscriber=person) for person in people[::2]
        )
        frozen(published)

    fill(range(5))
    few = {name: queries(name) for name in LISTS}
    fill(range(5, 500))
    assert {name: queries(name) for name in LISTS} == few
    assert max(few.values()) <= 12


def test_a_long_list_is_not_counted(desk, low_tide):
    Subscriber.objects.bulk_create(Subscriber(email=f"r{number}@example.org") for number in range(1001))
    page = desk.get("/admin/mailing/subscriber/")
    assert "More than 1,000" in page.text
    assert desk.get("/admin/mailing/subscriber/?p=20").status_code == 200
    assert "1 subscriber\n" in desk.get("/admin/mailing/subscriber/?q=R7@EXAMPLE.ORG").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=SUMI@example.org", ["sumi@example.org"]),
        ("q=Sum", ["sumi@example.com", "sumi@example.org"]),
        ("q=umi", []),
        ("q=s%25", []),
        ("q=@example.com", ["sumi@example.com"]),
        ("suppressed=bounced", ["otto@example.org"]),
        ("suppressed=complained", []),
        ("language=en", ["otto@example.org"]),
        ("language=none", ["gone@example.org", "sumi@example.org"]),
    ],
)
def test_subscribers_are_found_and_filtered(desk, low_tide, sumi, query, found):
    subscribe(low_tide, "otto", language="en")
    subscribe(low_tide, "gone", state="left")
    Subscriber.objects.create(email="sumi@example.com", language="zh-hans")
    suppressing.suppress("otto@example.org", Suppression.Reason.BOUNCED)
    assert shown(desk.get(f"/admin/mailing/subscriber/?{query}")) == found


def test_subscriptions_are_filtered_by_newsletter_state_and_suppression(desk, low_tide, sumi):
    subscribe(low_tide, "gone", state="left")
    suppressing.suppress("sumi@example.org", Suppression.Reason.BOUNCED)
    path = f"/admin/mailing/subscription/?newsletter__id__exact={low_tide.pk}"
    assert shown(desk.get(f"{path}&state__exact=left")) == ["gone@example.org · Low Tide"]
    assert shown(desk.get(f"{path}&suppressed=any")) == ["sumi@example.org · Low Tide"]
    assert shown(desk.get(f"{path}&q=gone")) == ["gone@example.org · Low Tide"]


def test_a_subscriber_shows_what_they_said_and_nothing_hostile_runs(desk, low_tide, sumi):
    subscription = sumi.subscriptions.get()
    Consent.objects.create(subscription=subscription, event="asked", form="/low-tide/", wording="<script>alert(2)")
    Consent.objects.create(subscription=subscription, event="confirmed", form="the mail")
    page = desk.get(f"/admin/mailing/subscriber/{sumi.pk}/change/").text
    assert page.index("Confirmed") < page.index("Asked")
    assert "<script>alert" not in page
    assert "<script>alert" not in desk.get("/admin/mailing/subscriber/").text


def test_somebody_is_added_by_hand_with_the_editors_name(desk, low_tide, edda):
    data = {"email": "New@example.org", "newsletters": [low_tide.pk], "evidence": "Asked by letter"}
    page = desk.post("/admin/mailing/subscriber/add/", data, follow=True)
    assert [str(m) for m in page.context["messages"]] == ["New@example.org, Low Tide: Is subscribed."]
    assert Subscriber.objects.get().email == "new@example.org"
    consent = Consent.objects.get()
    assert (consent.event, consent.form, consent.wording) == ("imported", "by hand · Edda", "Asked by letter")


def test_nobody_who_left_is_added_again_and_it_is_said_why(desk, low_tide):
    subscribe(low_tide, "gone", state="left")
    data = {"email": "Gone@Example.org", "newsletters": [low_tide.pk], "evidence": "I say so"}
    page = desk.post("/admin/mailing/subscriber/add/", data, follow=True)
    assert "only they themselves can come back" in page.text
    assert Subscription.objects.get().state == "left"
    assert not Consent.objects.exists()


def test_where_lists_were_imported_once_leads_on(desk):
    assert desk.get("/admin/mailing/subscriber/import/").url == "/admin/interchange/listimport/add/"


def test_an_export_is_a_file(desk, low_tide, sumi):
    response = desk.get("/admin/mailing/subscriber/export/low-tide/")
    assert b"sumi@example.org" in b"".join(response.streaming_content)
    assert "attachment" in response["Content-Disposition"]


def test_who_asked_in_a_letter_is_unsubscribed(desk, low_tide, sumi):
    data = {"action": "unsubscribe", "_selected_action": [sumi.subscriptions.get().pk]}
    desk.post("/admin/mailing/subscription/", data)
    assert sumi.subscriptions.get().state == "left"
    assert Consent.objects.get().form == "by hand · Edda"


def test_an_address_is_suppressed_and_let_in_again_but_nobody_who_complained(desk, sumi):
    desk.post("/admin/mailing/suppression/add/", {"email": "Sumi@example.org", "detail": "Asked on the phone"})
    mine = Suppression.objects.get()
    assert (mine.subscriber, mine.reason, mine.detail) == (sumi, "manual", "Asked on the phone")
    assert shown(desk.get("/admin/mailing/suppression/?q=SUMI@example.org")) == ["sumi@example.org"]
    complaint = suppressing.suppress("otto@example.org", Suppression.Reason.COMPLAINED)
    for suppression in (mine, complaint):
        desk.post(f"/admin/mailing/suppression/{suppression.pk}/delete/", {"post": "yes"})
    assert list(Suppression.objects.all()) == [complaint]


def test_who_does_not_edit_sees_no_address(milo, rita, low_tide, sumi, published):
    dispatch = frozen(published)
    paths = [f"{name}/" for name in LISTS]
    paths += ["subscriber/export/low-tide/", "subscriber/add/", f"subscriber/{sumi.pk}/change/"]
    paths += [f"dispatch/{dispatch.pk}/{page}" for page in ("change/", "progress/", "log.csv", "mail/")]
    browser = Client()
    for person in (milo, rita):
        browser.force_login(person)
        for path in paths:
            response = browser.get(f"/admin/mailing/{path}")
            assert response.status_code in {302, 403}, path
