"""A newsletter changes its address, voice or language: mail, feeds and links follow."""

from threading import Event

import pytest
from django.db.models import ProtectedError
from django.test import Client

from interchange import working
from interchange.models import Import
from mailing.models import Subscription
from newsletter.models import Newsletter
from tests.between.plans import dispatch_in, scheduled, seen, work
from tests.comments import talk
from tests.comments.letters import receivers
from tests.interchange.archive import planned
from tests.mailing.lists import subscribe
from tests.mailing.post import link_in, path, visitor
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db
PAGE = "/admin/newsletter/newsletter/{}/change/"


def change(desk, newsletter, **fields):
    assert send(desk, PAGE.format(newsletter.pk), **fields).status_code == 302


def test_links_of_a_mail_lead_on_when_it_is_renamed(published, low_tide, desk):
    dispatch = dispatch_in("letter stored", published)
    change(desk, low_tide, slug="high-tide")
    (message,) = work()
    assert seen(dispatch) == ("done", "")
    assert "https://courant.example/low-tide/march/" in message.body
    answer = Client().get("/low-tide/march/", follow=True)
    assert answer.redirect_chain == [("/high-tide/march/", 301)]
    assert visitor().post(path(link_in(message, "unsubscribe"))).status_code == 200
    assert Subscription.objects.get().state == "left"


def test_a_mail_that_is_not_set_yet_has_the_new_address(published, low_tide, desk):
    dispatch_in("planned", published)
    change(desk, low_tide, slug="high-tide")
    (message,) = work()
    assert "https://courant.example/high-tide/march/" in message.body


@pytest.mark.parametrize(("state", "says"), [("planned", "Ada"), ("letter stored", "Low Tide")])
def test_a_new_sender_signs_what_is_not_set_yet(published, low_tide, desk, state, says):
    dispatch_in(state, published)
    change(desk, low_tide, sender_name="Ada", sender_address="ada@example.org")
    (message,) = work()
    assert message.from_email.startswith(says)


@pytest.mark.parametrize(("state", "says"), [("planned", "退订"), ("letter stored", "Unsubscribe")])
def test_a_new_language_is_that_of_what_is_not_set_yet(published, low_tide, desk, state, says):
    dispatch_in(state, published)
    change(desk, low_tide, language="zh-hans")
    (message,) = work()
    assert says in message.body


def test_one_with_issues_is_not_deleted_and_one_with_subscribers_neither(published, low_tide):
    empty = Newsletter.objects.create(title="Ebb", slug="ebb")
    subscribe(empty, "otto")
    for newsletter in (low_tide, empty):
        with pytest.raises(ProtectedError):
            newsletter.delete()


def test_an_empty_one_goes_with_its_policy_and_imports(low_tide, desk):
    talk.policy(low_tide)
    brought = planned(low_tide, state="under way", upload="bringing/x")
    desk.post(f"/admin/newsletter/newsletter/{low_tide.pk}/delete/", {"post": "yes"})
    assert not Newsletter.objects.exists()
    assert Client().get("/low-tide/").status_code == 404
    assert not Import.objects.exists()
    assert working.is_over(brought, Event())  # for a worker that was at it


@pytest.mark.parametrize("state", ["planned", "freezing", "sending", "letter stored"])
def test_an_issue_that_moves_to_another_newsletter_asks_before_it_is_mailed(low_tide, published, desk, state):
    """It would go to other people, and theirs would be the links to leave by."""
    dispatch = dispatch_in(state, published)
    ebb = Newsletter.objects.create(title="Ebb", slug="ebb")
    assert (
        send(desk, f"/admin/newsletter/issue/{published.pk}/change/", newsletter=str(ebb.pk), _update="1").status_code
        == 302
    )
    assert work() == []
    assert seen(dispatch)[0] == "paused"
    assert "“March” moved elsewhere." in seen(dispatch)[1]


def test_a_scheduled_issue_that_moves_asks_too(low_tide, desk):
    issue = scheduled(low_tide)
    dispatch = dispatch_in("planned", issue)
    ebb = Newsletter.objects.create(title="Ebb", slug="ebb")
    send(desk, f"/admin/newsletter/issue/{issue.pk}/change/", newsletter=str(ebb.pk), _update="1")
    assert work(hours=2) == []
    assert seen(dispatch)[0] == "paused"


def test_its_feeds_lead_on(low_tide, published, desk):
    change(desk, low_tide, slug="high-tide")
    answer = Client().get("/feeds/low-tide/atom.xml", follow=True)
    assert answer.redirect_chain == [("/feeds/high-tide/atom.xml", 301)]


def test_a_notice_leads_to_the_new_address(discussion, low_tide, rita, otto, desk, mailoutbox):
    talk.say(discussion, otto, parent=talk.say(discussion, rita))
    change(desk, low_tide, slug="high-tide")
    assert [name for name, _subject in receivers()] == ["rita"]


def test_a_scheduled_issue_keeps_its_hour(low_tide, desk):
    issue = scheduled(low_tide)
    change(desk, low_tide, slug="high-tide")
    issue.refresh_from_db()
    assert issue.is_scheduled
