"""An address for answers stands in mail for ever: what becomes of an answer after anything else has changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.own_data import erase_account
from comments import banning, moderating
from comments.models import Comment, Discussion, Policy, State
from correspondence.models import Letter, Thread
from mailing import own_data
from mailing.lists.preferring import move
from mailing.lists.subscribing import leave
from mailing.models import Move
from newsletter.models import Article, Issue, Newsletter, Status
from tests.comments import talk
from tests.correspondence.post import address_of, arrive, delivered, letter, link_in
from tests.mailing.post import TEST, subscribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def march(published, settings):
    settings.REPLY_ADDRESS = "answers@example.org"
    Newsletter.objects.update(answers="discussion")
    Policy.objects.create(newsletter=published.newsletter, mode="open")
    return published


def said():
    return list(Comment.objects.exclude(state=State.DELETED).order_by("pk").values_list("body", flat=True))


def told():
    return "\n".join(mail.body for mail in delivered())


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DRAFT])
@pytest.mark.parametrize("what", ["issue", "article"])
def test_below_what_readers_do_not_see_nothing_is_posted_and_words_come_back(march, rita, what, status):
    thing = march if what == "issue" else march.articles.get(slug="mud")
    place = address_of(rita, thing)
    type(thing).objects.filter(pk=thing.pk).update(status=status)
    arrive(letter(place))
    assert said() == []
    assert "> Lovely mud." in told()


@pytest.mark.parametrize("what", ["issue", "article"])
def test_of_what_is_gone_the_words_come_back_once(march, rita, what):
    thing = march if what == "issue" else march.articles.get(slug="mud")
    place = address_of(rita, thing)
    Article.objects.filter(issue=march).delete()
    Issue.objects.filter(pk=march.pk).delete() if what == "issue" else None
    for number in range(2):
        assert arrive(letter(place, name=f"<{number}@example.org>")) == "lost"
    assert told().count("What you answered is no longer there.") == 1


def test_an_answer_follows_an_article_to_another_issue(march, rita):
    mud = march.articles.get(slug="mud")
    place = address_of(rita, mud)
    Article.objects.filter(pk=mud.pk).update(issue=None, section=None)
    arrive(letter(place))
    assert Comment.objects.get().discussion.article == mud


@pytest.mark.parametrize(("mode", "days"), [("closed", None), ("off", None), ("open", 1)])
def test_a_discussion_that_takes_nothing_gives_the_words_back(march, rita, mode, days):
    place = address_of(rita, march)
    Policy.objects.update(mode=mode, days_open=days)
    arrive(letter(place))
    assert said() == []
    assert "This discussion is closed." in told()


@pytest.mark.parametrize("how", ["removed", "taken back"])
def test_a_comment_that_is_gone_is_not_answered(march, rita, milo, how):
    otto = talk.otto()
    asked = talk.say(Discussion.objects.create(issue=march), otto, "Which mud?")
    place = address_of(rita, asked)
    if how == "removed":
        moderating.transition([asked.pk], State.REMOVED, milo)
    else:
        moderating.transition([asked.pk], State.DELETED, otto)
    arrive(letter(place, "That mud."))
    assert "That mud." not in said()
    assert "The comment that you answer is no longer there." in told()


def test_who_has_left_can_still_answer_and_who_is_erased_is_nobody(march, rita):
    sumi = subscribed(march.newsletter)
    sumi.user = User.objects.create_user("sumi@example.org", display_name="Sumi")
    sumi.save()
    place = address_of(sumi, march)
    leave(sumi, march.newsletter, TEST)
    arrive(letter(place, sender="sumi@example.org"))
    assert said() == ["Lovely mud."]
    delivered()
    own_data.erase(sumi)
    assert arrive(letter(place, "Again.", sender="sumi@example.org", name="<2@example.org>")) == "lost"
    assert (said(), delivered(), Letter.objects.count()) == (["Lovely mud."], [], 0)


def test_who_has_moved_is_asked_at_the_new_address(march):
    sumi = subscribed(march.newsletter)
    place = address_of(sumi, march)
    move(Move.objects.create(subscriber=sumi, email="sumi@example.net"), TEST)
    arrive(letter(place, sender="sumi@example.org"))
    (mail,) = delivered()
    assert (mail.to, said()) == (["sumi@example.net"], [])


def test_an_account_with_another_address_answers_from_that_one(march, rita):
    place = address_of(rita, march)
    User.objects.filter(pk=rita.pk).update(email="rita@example.net")
    arrive(letter(place, sender="rita@example.net"))
    assert said() == ["Lovely mud."]


def test_a_closed_account_posts_nothing_and_an_erased_one_is_nobody(march, rita):
    place = address_of(rita, march)
    User.objects.filter(pk=rita.pk).update(is_active=False)
    arrive(letter(place))
    assert (said(), "Your account has been closed." in told()) == ([], True)
    erase_account(rita, keep_words=True)
    assert arrive(letter(place, name="<2@example.org>")) == "lost"
    assert (said(), delivered(), Letter.objects.count()) == ([], [], 0)


def test_who_is_banned_meanwhile_posts_nothing_not_even_what_waits(march, rita, milo, client):
    arrive(letter(address_of(rita, march), sender="friend@example.net"))
    page = link_in(delivered()[0])
    banning.ban([rita.pk], milo, timezone.now() + timedelta(days=3))
    assert "You cannot write here until" in client.post(page, {"wish": "mine"}).content.decode()
    arrive(letter(address_of(rita, march), "Again.", name="<2@example.org>"))
    assert said() == []


def test_where_answers_are_switched_off_it_is_said_once_and_words_come_back(march, rita):
    place = address_of(rita, march)
    Newsletter.objects.update(answers="off")
    for number in range(2):
        assert arrive(letter(place, name=f"<{number}@example.org>")) == "lost"
    words = told()
    assert (said(), words.count("Low Tide takes no answers by mail any more."), "> Lovely mud." in words) == (
        [],
        1,
        True,
    )


def test_what_waits_follows_where_answers_go_by_now(march, rita, client):
    arrive(letter(address_of(rita, march), sender="friend@example.net"))
    page = link_in(delivered()[0])
    Newsletter.objects.update(answers="desk")
    assert "It is with the editors." in client.post(page, {"wish": "mine"}).content.decode()
    assert (said(), Thread.objects.get().letters.get().text) == ([], "Lovely mud.")
