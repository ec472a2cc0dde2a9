"""A test mail in any state of an issue: on a page of its own, to some addresses, with its pictures."""

import re

import pytest
from django.core import mail
from django.test import Client

from core.mail import outbox
from core.models import OutgoingMail
from mailing.models import Delivery, Dispatch
from newsletter.models import Status
from tests import cast
from tests.mailing.lists import subscribe

pytestmark = pytest.mark.django_db

PICTURE = re.compile(r"https://courant\.example(/media/pictures/[^\s\"]+)")


def page_of(issue) -> str:
    return f"/admin/mailing/dispatch/test/{issue.pk}/"


def of_state(state, low_tide):
    """An issue in this state, with a picture and a draft that has another."""
    for name, width in {"mud": 1300, "terns": 600}.items():
        cast.picture(name, file=cast.image_file(size=(width, 400)))
    at = {"published_at": "2126-01-01T00:00Z"} if state == "scheduled" else {}
    status = Status.PUBLISHED if state == "scheduled" else state
    issue = cast.issue(low_tide, 5, title="May", subject="Mud in May", body="![](picture:mud)", status=status, **at)
    cast.article(low_tide, issue, title="Terns", body="![](picture:terns)", status="draft", published_at=None)
    return issue


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn", "published"])
def test_it_goes_to_the_addresses_given_with_pictures_that_can_be_seen(desk, client, low_tide, state):
    issue = of_state(state, low_tide)
    subscribe(low_tide, "sumi")
    answer = desk.post(page_of(issue), {"addresses": "a@example.org, b@example.org"}, follow=True)
    assert answer.redirect_chain == [(page_of(issue), 302)]
    assert [(m.subject, m.to) for m in mail.outbox] == [
        ("[Test] Mud in May", ["a@example.org"]),
        ("[Test] Mud in May", ["b@example.org"]),
    ]
    for words in ("a@example.org", "Sent"):
        assert words in answer.text
    letter = mail.outbox[0].alternatives[0][0]
    assert "Terns" in letter
    pictures = PICTURE.findall(letter)
    assert len(pictures) == 2
    assert [client.get(path).status_code for path in pictures] == [200, 200]
    assert client.get(pictures[1].partition("?")[0]).status_code == 404
    assert not Dispatch.objects.exists()
    assert not Delivery.objects.exists()


def test_its_pictures_are_gone_when_an_editor_revokes_them(desk, client, low_tide):
    issue = of_state("draft", low_tide)
    desk.post(page_of(issue), {"addresses": "a@example.org"})
    preview = f"/admin/newsletter/issue/{issue.pk}/preview/"
    assert "Pictures of a test mail" in desk.get(preview).text
    desk.post(preview, {"revoke": issue.shares.get().pk})
    for path in PICTURE.findall(mail.outbox[0].alternatives[0][0]):
        assert client.get(path).status_code == 404


def test_it_waits_for_no_mail_server_and_its_page_says_what_became_of_it(desk, low_tide, settings):
    settings.SEND_MAIL_AT_ONCE = False
    issue = of_state("draft", low_tide)
    assert "Waiting" in desk.post(page_of(issue), {"addresses": "a@example.org"}, follow=True).text
    outbox.drop(OutgoingMail.objects.get(), "550 5.1.1 No such mailbox")
    assert "Dropped" in desk.get(page_of(issue)).text
    assert "550 5.1.1 No such mailbox" in desk.get(page_of(issue)).text


@pytest.mark.parametrize("addresses", ["", "nobody", "a@b.org, b@b.org, c@b.org, d@b.org, e@b.org, f@b.org"])
def test_it_goes_to_one_to_five_real_addresses_and_a_wrong_one_can_be_mended(desk, low_tide, addresses):
    issue = cast.issue(low_tide)
    page = desk.post(page_of(issue), {"addresses": addresses})
    assert "errorlist" in page.text
    assert f'value="{addresses}"' in page.text or not addresses
    assert not mail.outbox


def test_its_page_offers_nothing_that_reaches_readers_and_no_page_that_does_offers_a_test(desk, low_tide):
    issue = cast.issue(low_tide)
    page = desk.get(page_of(issue)).text
    assert page.count('class="default"') == 1
    assert "Send this test" in page
    assert page_of(issue) in desk.get(f"/admin/newsletter/issue/{issue.pk}/preview/").text


def test_who_may_not_send_sends_none(low_tide, milo):
    issue, browser = cast.issue(low_tide), Client()
    browser.force_login(milo)
    assert browser.post(page_of(issue), {"addresses": "a@example.org"}).status_code == 403
    assert not mail.outbox
