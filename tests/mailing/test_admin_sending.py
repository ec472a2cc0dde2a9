"""An issue is published and mailed in one step, or one without the other: what is stated, asked and refused."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localtime

from mailing.delivery import dispatching
from mailing.models import Delivery, Dispatch
from newsletter import publishing
from newsletter.models import Issue, Status
from tests import cast
from tests.mailing.lists import frozen, subscribe
from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def march(low_tide):
    return cast.issue(low_tide, subject="Mud in March", preheader="And terns")


@pytest.fixture
def draft(low_tide):
    made = cast.issue(low_tide, 5, title="May", slug="may", subject="Mud in May", status=Status.DRAFT)
    cast.article(low_tide, made, title="One", status=Status.DRAFT, published_at=None)
    return made


def page_of(issue) -> str:
    return f"/admin/newsletter/issue/{issue.pk}/publish/"


def words(page) -> str:
    return " ".join(page.text.split())


def moment(**after) -> str:
    return f"{localtime(timezone.now() + timedelta(**after)):%Y-%m-%dT%H:%M}"


def test_a_draft_is_published_and_mailed_with_one_button_that_says_so(desk, draft, edda):
    subscribe(draft.newsletter, "sumi", "otto", language="en")
    subscribe(draft.newsletter, "rita", language="zh-hans")
    page = words(desk.get(page_of(draft)))
    for said in (
        "Readers see it at once at: <code>https://courant.example/low-tide/may/</code>",
        "1 article goes along:",
        "<strong>3 people</strong> who subscribed to Low Tide get it by mail at once.",
        "Languages: English 2 · Simplified Chinese 1",
        "Subject: Mud in May",
        "Publish and mail to 3 people",
        "It has no lead picture.",
    ):
        assert said in page
    assert not re.search(r"\bSend\b", page)
    answer = desk.post(page_of(draft), fields(desk.get(page_of(draft))), follow=True)
    dispatch = Dispatch.objects.get()
    assert answer.redirect_chain == [(f"/admin/newsletter/issue/{draft.pk}/change/", 302)]
    assert f'<a href="/admin/mailing/dispatch/{dispatch.pk}/change/">mail planned for' in answer.text
    assert (dispatch.state, dispatch.subject, dispatch.created_by) == ("planned", "Mud in May", edda)
    assert Client().get("/low-tide/may/one/").status_code == 200


def test_what_the_page_has_not_stated_is_stated_before_it_is_done(desk, draft):
    subscribe(draft.newsletter, "sumi", language="en")
    subscribe(draft.newsletter, "otto", language="zh-hans")
    data = fields(desk.get(page_of(draft)))
    for change, button in {
        ("mail-language", "en"): "Publish and mail to 1 person",
        ("mail-when", ""): "Publish without mail",
        ("at", moment(days=1)): "Schedule and mail to 2 people",
    }.items():
        again = desk.post(page_of(draft), data | dict([change]))
        assert button in words(again)
        assert "You have changed something." in again.text
        assert list(Issue.objects.drafts()) == [draft]
    desk.post(page_of(draft), fields(again))
    assert Issue.objects.get().is_scheduled
    assert Dispatch.objects.get().start_at == Issue.objects.get().published_at


def test_one_goes_without_the_other(desk, draft):
    subscribe(draft.newsletter, "sumi")
    again = send(desk, page_of(draft), **{"mail-when": ""})
    assert "Nobody gets it by mail now." in again.text
    desk.post(page_of(draft), fields(again))
    assert Issue.objects.get().is_public
    assert not Dispatch.objects.exists()
    page = desk.get(page_of(draft))
    assert "Mail to 1 person" in words(page)
    assert "Readers have seen it since" in page.text
    desk.post(page_of(draft), fields(page))
    assert Dispatch.objects.get().state == "planned"


def test_the_mail_goes_at_a_time_of_its_own_but_not_before_readers_see_the_issue(desk, draft):
    subscribe(draft.newsletter, "sumi")
    chosen = {"at": moment(days=2), "mail-when": "later"}
    early = send(desk, page_of(draft), **chosen, **{"mail-at": moment(days=1)})
    assert "mail it then or later" in early.text
    again = send(desk, page_of(draft), **chosen, **{"mail-at": moment(days=3)})
    assert "and who subscribes until then" in words(again)
    desk.post(page_of(draft), fields(again))
    assert Dispatch.objects.get().start_at > Issue.objects.get().published_at + timedelta(hours=23)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"mail-when": "later"}, "Say when it is to go out."),
        ({"mail-at": "2126-01-01T00:00"}, "For this time to count choose “Later”"),
        ({"mail-at": "soon"}, "Enter a valid date/time."),
        ({"mail-language": "tlh"}, "Select a valid choice."),
        ({"mail-rate": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_is_filled_in_wrongly_does_nothing_and_is_kept(desk, draft, wrong, error):
    subscribe(draft.newsletter, "sumi", language="en")
    subscribe(draft.newsletter, "otto", language="zh-hans")
    page = send(desk, page_of(draft), **({"mail-preheader": "Kept words"} | wrong))
    assert error in page.text
    assert "Kept words" in page.text
    assert "Publish and mail" not in words(page).partition("What will happen")[2]
    assert list(Issue.objects.drafts()) == [draft]
    assert not Dispatch.objects.exists()


def test_two_clicks_publish_and_mail_once(desk, draft):
    subscribe(draft.newsletter, "sumi")
    data = fields(desk.get(page_of(draft)))
    first, second = (desk.post(page_of(draft), data) for _click in range(2))
    assert first.url == second.url == f"/admin/newsletter/issue/{draft.pk}/change/"
    assert Dispatch.objects.count() == 1


def test_what_another_editor_has_mailed_meanwhile_is_mailed_once(desk, march):
    subscribe(march.newsletter, "sumi")
    data = fields(desk.get(page_of(march)))
    frozen(march)
    desk.post(page_of(march), data)
    assert Dispatch.objects.count() == 1


def test_late_subscribers_get_it_from_the_same_page(desk, march):
    subscribe(march.newsletter, "sumi")
    had = frozen(march)
    Delivery.objects.update(state="handed")
    Dispatch.objects.update(state="done")
    assert "There is nobody to mail it to." in desk.get(page_of(march)).text
    assert not desk.get(page_of(march)).context["is_ready"]
    subscribe(march.newsletter, "otto")
    page = desk.get(page_of(march))
    assert "Mail to 1 person" in words(page)
    desk.post(page_of(march), fields(page))
    assert Dispatch.objects.exclude(pk=had.pk).get().audience == {"only": "not_had"}


def test_the_audience_is_who_was_chosen(desk, march):
    subscribe(march.newsletter, "sumi", language="zh-hans")
    subscribe(march.newsletter, "otto")
    frozen(march)
    Delivery.objects.filter(subscriber__email="otto@example.org").update(state="failed")
    Delivery.objects.filter(subscriber__email="sumi@example.org").update(state="handed")
    for chosen, number in {
        ("mail-only", "not_had"): 1,
        ("mail-only", "failed"): 1,
        ("mail-language", "zh-hans"): 0,
    }.items():
        assert send(desk, page_of(march), **dict([chosen]), _look="1").context["parts"][0].number == number
    before = {"mail-subscribed_before": "2020-01-01T00:00"}
    assert send(desk, page_of(march), **before, _look="1").context["parts"][0].number == 0
    again = send(desk, page_of(march), **{"mail-only": "failed", "mail-language": "en"})
    desk.post(page_of(march), fields(again))
    assert Dispatch.objects.first().audience == {"only": "failed", "language": "en"}


def test_languages_are_those_that_subscribers_have_with_their_numbers(desk, march):
    subscribe(march.newsletter, "sumi", language="zh-hans")
    assert "mail-language" not in fields(desk.get(page_of(march)))
    subscribe(march.newsletter, "otto", "rita")
    choices = desk.get(page_of(march)).context["parts"][0].fields["language"].choices
    assert [str(label) for _value, label in choices] == ["all (3)", "English (2)", "Simplified Chinese (1)"]


def test_an_issue_says_on_its_page_and_in_the_list_how_its_mail_stands(desk, march):
    subscribe(march.newsletter, "sumi", "otto", "rita", "milo")
    dispatch = frozen(march)
    states = {"sumi": "handed", "otto": "queued", "rita": "in_flight", "milo": "failed"}
    for name, state in states.items():
        Delivery.objects.filter(subscriber__email=f"{name}@example.org").update(state=state)
    said = f'<a href="/admin/mailing/dispatch/{dispatch.pk}/change/">mailed to 1, 2 waiting, 1 failed</a>'
    assert said in desk.get(f"/admin/newsletter/issue/{march.pk}/change/").text
    assert said in desk.get("/admin/newsletter/issue/").text
    dispatching.cancel(dispatch)
    assert "mailed to 1, 1 failed" in desk.get("/admin/newsletter/issue/").text


def test_the_list_asks_no_more_for_many_issues(desk, low_tide):
    subscribe(low_tide, "sumi")
    asked = []
    for numbers in (range(1, 11), range(11, 51)):
        for number in numbers:
            frozen(cast.issue(low_tide, number))
        with CaptureQueriesContext(connection) as queries:
            desk.get("/admin/newsletter/issue/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_who_may_not_mail_is_offered_publication_alone(draft, edda):
    subscribe(draft.newsletter, "sumi")
    group = edda.groups.get()
    group.permissions.remove(group.permissions.get(codename="send_dispatch"))
    browser = Client()
    browser.force_login(edda)
    page = browser.get(page_of(draft))
    assert "without mail" not in words(page)
    assert "mail" not in "".join(fields(page))
    browser.post(page_of(draft), {**fields(page), "mail-when": "with", "mail-subject": "x", "mail-seen": "0"})
    assert Issue.objects.get().is_public
    assert not Dispatch.objects.exists()
    assert browser.get(page_of(draft)).status_code == 302


def test_an_article_alone_is_published_without_a_word_of_mail(desk, low_tide):
    alone = cast.article(low_tide, title="Alone", status=Status.DRAFT, published_at=None)
    page = desk.get(f"/admin/newsletter/article/{alone.pk}/publish/")
    assert "Publish" in words(page)
    assert "In the mail" not in page.text


def test_the_mail_of_what_is_taken_back_and_published_again_is_not_offered_a_second_time(desk, draft, edda):
    subscribe(draft.newsletter, "sumi")
    publishing.publish(draft, edda)
    frozen(draft)
    publishing.withdraw(draft, edda)
    page = desk.get(page_of(draft))
    assert "Publish without mail" in words(page)
    assert "is paused. It goes on when you say so on its page." in page.text
