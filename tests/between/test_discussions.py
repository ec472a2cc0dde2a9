"""A discussion closes, opens, or is switched off: notices, forms, pages and feeds follow."""

import pytest
from django.test import Client

from comments import steering
from comments.models import Discussion, Mode, Policy
from comments.notices.muting import Purpose, Token
from tests.between.plans import dispatch_in, work
from tests.comments import talk
from tests.comments.browsing import MUD, TEXT, Browser, filled
from tests.comments.letters import receivers
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(discussion, rita, otto):
    """A comment of Rita's that Otto has answered; she is to be told."""
    first = talk.say(discussion, rita)
    talk.say(discussion, otto, parent=first)
    return first


def close(how, discussion, edda, newsletter):
    """In every way in which that can be done."""
    if how == "by hand":
        steering.close([discussion.pk], edda)
    else:
        Discussion.objects.update(mode="")
        Policy.objects.update_or_create(newsletter=newsletter, defaults={"mode": Mode.CLOSED})


def switch_off(how, newsletter):
    if how == "by hand":
        Discussion.objects.update(mode=Mode.OFF)
    else:
        Discussion.objects.update(mode="")
        Policy.objects.update_or_create(newsletter=newsletter, defaults={"mode": Mode.OFF})


HOW = ["by hand", "by the policy"]


@pytest.mark.parametrize("how", HOW)
def test_of_what_was_said_before_it_closed_people_are_told(answered, discussion, edda, low_tide, how):
    close(how, discussion, edda, low_tide)
    assert receivers() == [("rita", "Otto answered you under “Mud”")]


@pytest.mark.parametrize("how", HOW)
def test_of_what_was_switched_off_nobody_is_told(answered, low_tide, how):
    switch_off(how, low_tide)
    assert receivers() == []


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("change", ["closed", "off"])
def test_what_was_typed_meanwhile_comes_back(discussion, rita, edda, low_tide, how, change):
    browser = Browser()
    browser.force_login(rita)
    browser.open(MUD)
    close(how, discussion, edda, low_tide) if change == "closed" else switch_off(how, low_tide)
    page = browser.send(body=TEXT)
    assert page.status_code == 403
    assert filled(page)["body"] == TEXT


@pytest.mark.parametrize("how", HOW)
def test_a_closed_one_stays_to_be_read_and_linked_to(answered, discussion, edda, low_tide, how):
    close(how, discussion, edda, low_tide)
    assert Client().get(f"/comments/{answered.pk}/").status_code == 200
    assert "I was there." in Client().get("/feeds/comments/atom.xml").text


@pytest.mark.parametrize("how", HOW)
def test_what_is_switched_off_is_nowhere(answered, low_tide, how):
    switch_off(how, low_tide)
    assert Client().get(f"/comments/{answered.pk}/").status_code == 404
    assert "I was there." not in Client().get("/feeds/comments/atom.xml").text


def test_a_stored_page_does_not_go_on_offering_the_form(mud, discussion, edda, django_capture_on_commit_callbacks):
    assert "<textarea" in Client().get(mud.get_absolute_url()).text
    with django_capture_on_commit_callbacks(execute=True):
        steering.close([discussion.pk], edda)
    assert "<textarea" not in Client().get(mud.get_absolute_url()).text


def test_a_policy_changed_in_the_admin_renews_stored_pages(mud, low_tide, desk, django_capture_on_commit_callbacks):
    policy = talk.policy(low_tide, mode=Mode.OPEN)
    assert "<textarea" in Client().get(mud.get_absolute_url()).text
    with django_capture_on_commit_callbacks(execute=True):
        assert send(desk, f"/admin/comments/policy/{policy.pk}/change/", mode="closed").status_code == 302
    assert "<textarea" not in Client().get(mud.get_absolute_url()).text


@pytest.mark.parametrize(("state", "invites"), [("planned", False), ("letter stored", True)])
def test_a_mail_invites_to_what_was_open_when_it_was_set(mud, published, low_tide, state, invites):
    talk.policy(low_tide, mode=Mode.OPEN)
    dispatch_in(state, published)
    Policy.objects.update(mode=Mode.OFF)
    (message,) = work()
    assert ("Discuss on the web" in message.body) is invites
    assert Client().get("/low-tide/march/mud/").status_code == 200


def test_the_link_that_mutes_works_whatever_became_of_it(discussion, rita, low_tide):
    link = f"/comments/mute/{Token(Purpose.CONVERSATION, rita.pk, discussion.pk)}/"
    switch_off("by hand", low_tide)
    assert Client().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
