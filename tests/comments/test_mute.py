"""The link in a mail: it asks, and acts only when posted, for one person and one purpose."""

import pytest
from django.test import Client, override_settings

from accounts.own_data import erase_account
from comments import following
from comments.models import Follow, MailChoices
from comments.notices.muting import Purpose, Token
from tests.comments import talk
from tests.comments.letters import receivers

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link(discussion, rita):
    return f"/comments/mute/{Token(Purpose.CONVERSATION, rita.pk, discussion.pk)}/"


@pytest.fixture
def visitor():
    """Somebody whom no cookie introduces, and who has no CSRF token."""
    return Client(enforce_csrf_checks=True)


def frequencies():
    return list(Follow.objects.values_list("reader__display_name", "discussion", "frequency"))


def test_looking_fifty_times_changes_nothing_and_sets_no_cookie(visitor, link):
    for _ in range(25):
        assert "Mute this conversation" in visitor.get(link).text
        assert visitor.head(link).status_code == 200
    assert frequencies() == []
    assert not visitor.cookies
    assert not MailChoices.objects.exists()


def test_one_click_mutes_and_answers_200_however_it_is_sent_and_how_often(visitor, link, discussion, rita):
    for _ in range(2):
        assert visitor.post(link, ONE_CLICK).status_code == 200
        body = "List-Unsubscribe=One-Click"
        assert visitor.post(link, body, content_type="application/x-www-form-urlencoded").status_code == 200
    assert frequencies() == [("Rita", discussion.pk, "muted")]
    assert not visitor.cookies


def test_a_muted_reader_hears_nothing_and_can_hear_again(visitor, link, discussion, rita, otto):
    comment = talk.say(discussion, rita)
    visitor.post(link, ONE_CLICK)
    talk.say(discussion, otto, "One", comment)
    assert receivers() == []
    assert "Hear of it again" in visitor.get(link).text
    visitor.post(link, {"wish": "hear"})
    talk.say(discussion, otto, "Two", comment)
    assert len(receivers()) == 1


def test_the_link_acts_on_its_person_and_its_discussion_only(visitor, link, discussion, published, rita, otto):
    for reader in (rita, otto):
        following.follow(discussion, reader, Follow.Frequency.AT_ONCE)
        following.follow(talk.under(published), reader, Follow.Frequency.AT_ONCE)
    signed_in = Client()
    signed_in.force_login(otto)
    signed_in.post(link, ONE_CLICK)
    assert {row for row in frequencies() if row[2] == "muted"} == {("Rita", discussion.pk, "muted")}


def test_all_mail_can_be_stopped_from_any_mail_and_what_is_followed_is_kept(visitor, link, discussion, rita, otto):
    following.follow(discussion, rita, Follow.Frequency.AT_ONCE)
    visitor.post(link, {"wish": "silence"})
    talk.say(discussion, otto, "One")
    assert receivers() == []
    visitor.post(link, {"wish": "hear"})
    talk.say(discussion, otto, "Two")
    assert len(receivers()) == 1


def test_the_mail_of_the_day_ends_all_and_the_queue_only_itself(visitor, rita):
    visitor.post(f"/comments/mute/{Token(Purpose.QUEUE, rita.pk)}/", ONE_CLICK)
    assert MailChoices.objects.values_list("queue", "silence").get() == (False, False)
    visitor.post(f"/comments/mute/{Token(Purpose.EVERYTHING, rita.pk)}/", ONE_CLICK)
    assert MailChoices.objects.get().silence


def test_a_token_survives_a_new_key_and_none_can_be_made_without_one(visitor, link, discussion, rita):
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["only for tests"]):
        assert visitor.get(link).status_code == 200
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert visitor.get(link).status_code == 404
    forged = [
        link.replace("/mute/c", "/mute/d"),
        link.replace("/mute/c", "/mute/q"),
        link[:-2] + "/",
        "/comments/mute/c1-1/",
    ]
    assert {visitor.post(each, ONE_CLICK).status_code for each in forged} == {404}
    assert frequencies() == []


def test_the_page_is_the_same_for_somebody_who_has_left(visitor, link, rita):
    asking = visitor.get(link).text
    erase_account(rita, keep_words=True)
    assert visitor.get(link).text == asking
    answer = visitor.post(link, ONE_CLICK)
    assert answer.status_code == 200
    assert "muted" in answer.text
