"""An editor sends an issue: what is asked, shown and refused before anything goes out."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from mailing.models import Delivery, Dispatch
from tests import cast
from tests.mailing.lists import frozen, subscribe

pytestmark = pytest.mark.django_db

CHOICE = {"subject": "Mud in March", "preheader": "And terns", "only": "not_had"}


@pytest.fixture
def march(low_tide):
    return cast.issue(low_tide, subject="Mud in March", preheader="And terns")


def send(issue) -> str:
    return f"/admin/mailing/dispatch/send/{issue.pk}/"


def confirm(issue, **choice) -> str:
    return f"{send(issue)}confirm/?{urlencode(CHOICE | choice)}"


def test_an_issue_is_sent_from_its_page_in_three_steps(desk, march, edda):
    subscribe(march.newsletter, "sumi", "otto")
    assert send(march) in desk.get(f"/admin/newsletter/issue/{march.pk}/change/").text
    form = desk.get(send(march))
    assert form.context["form"].initial["subject"] == "Mud in March"
    step = desk.post(send(march), {**CHOICE, "rate": "5"})
    page = desk.get(step.url)
    assert "<strong>2 people</strong>" in page.text
    assert not Dispatch.objects.exists()
    done = desk.post(step.url, {"seen": "0"})
    dispatch = Dispatch.objects.get()
    assert done.url == f"/admin/mailing/dispatch/{dispatch.pk}/change/"
    assert (dispatch.state, dispatch.rate, dispatch.created_by) == ("planned", 5, edda)
    assert "Mud in March" in desk.get(done.url).text


def test_two_clicks_make_one_dispatch(desk, march):
    first, second = (desk.post(confirm(march), {"seen": "0"}) for _ in range(2))
    assert first.url == second.url
    assert Dispatch.objects.count() == 1


def test_another_dispatch_is_made_when_the_first_was_seen(desk, march):
    first = frozen(march)
    page = desk.get(confirm(march))
    assert page.context["seen"] == first.pk
    desk.post(confirm(march), {"seen": page.context["seen"]})
    assert Dispatch.objects.count() == 2


def test_the_audience_is_who_was_chosen(desk, march):
    subscribe(march.newsletter, "sumi", language="fr")
    subscribe(march.newsletter, "otto")
    had = frozen(march)
    Delivery.objects.filter(subscriber__email="otto@example.org").update(state="failed")
    Delivery.objects.filter(subscriber__email="sumi@example.org").update(state="handed")
    assert desk.get(confirm(march)).context["size"] == 1
    assert desk.get(confirm(march, only="failed")).context["size"] == 1
    assert desk.get(confirm(march, language="fr")).context["size"] == 0
    assert desk.get(confirm(march, subscribed_before="2020-01-01T00:00")).context["size"] == 0
    desk.post(confirm(march, only="failed", language="en"), {"seen": str(had.pk)})
    assert Dispatch.objects.first().audience == {"only": "failed", "language": "en"}


def test_a_draft_is_not_sent(desk, low_tide):
    draft = cast.issue(low_tide, 3, status="draft")
    assert "Publish it first" in desk.post(send(draft), CHOICE).text
    assert desk.post(confirm(draft), {"seen": "0"}).url.startswith(send(draft))
    assert not Dispatch.objects.exists()


def test_a_scheduled_issue_is_sent_when_readers_see_it_and_not_before(desk, low_tide):
    soon = timezone.now() + timedelta(days=2)
    issue = cast.issue(low_tide, 2, published_at=soon)
    early, late = (f"{soon + timedelta(hours=hours):%Y-%m-%dT%H:%M}" for hours in (-1, 1))
    assert "send it then or later" in desk.post(send(issue), {**CHOICE, "at": early}).text
    desk.post(confirm(issue, at=late), {"seen": "0"})
    assert Dispatch.objects.get().start_at > soon


def test_an_editor_is_told_what_is_missing_and_where_a_long_mail_ends(desk, march):
    for number in range(4):
        cast.article(march.newsletter, march, title=f"Long {number}", position=number, body="Silt and sand. " * 2000)
    page = desk.get(send(march))
    assert "It has no lead picture." in page.text
    assert "ends before “Long 2”" in page.text


def test_the_mail_is_shown_in_a_frame_that_can_do_nothing(desk, march):
    page = desk.get(confirm(march, subject="Mud <script>alert(1)</script>"))
    assert "<script>alert" not in page.text
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "The opening of number 1." in page.context["text"]
    assert "xxunsubscribexx" not in page.context["text"]
    frame = desk.get(page.context["frame_url"])
    assert "The opening of number 1." in frame.text
    assert "<script>alert" not in frame.text
    assert "sandbox" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_who_may_not_send_sees_no_button_and_no_page(march, milo, rita):
    browser = Client()
    for person in (milo, rita):
        browser.force_login(person)
        for path in (send(march), confirm(march), f"{send(march)}letter/?{urlencode(CHOICE)}"):
            assert browser.get(path).status_code in {302, 403}
            assert browser.post(path, {"seen": "0"}).status_code in {302, 403}
    assert not Dispatch.objects.exists()
