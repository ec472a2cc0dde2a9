"""Who is told of what: what they caused or chose, once, and nothing that readers do not see."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import following, moderating
from comments.models import Comment, Follow, MailChoices, Mode, Notice, Standing, State
from comments.notices import notifying
from newsletter.models import Status
from tests import cast
from tests.comments import talk
from tests.comments.letters import delivered, receivers

pytestmark = pytest.mark.django_db

Frequency = Follow.Frequency
ANSWERED = ("rita", "Otto answered you under “Mud”")
WROTE = ("rita", "Otto wrote under “Mud”")


@pytest.fixture
def mine(discussion, rita):
    """A comment of Rita's."""
    return talk.say(discussion, rita, "Such *mud*!")


def test_a_reply_is_told_and_a_comment_beside_is_not(discussion, mine, otto):
    talk.say(discussion, otto, "Not to you")
    talk.say(discussion, otto, "To you", mine)
    assert receivers() == [ANSWERED]
    assert receivers() == []


def test_a_follower_hears_of_each_comment_and_of_a_reply_once(discussion, mine, rita, otto):
    following.follow(discussion, rita, Frequency.AT_ONCE)
    talk.say(discussion, otto, "To all")
    talk.say(discussion, otto, "To you", mine)
    assert receivers() == [ANSWERED, WROTE]


def test_nobody_hears_of_their_own_doing(discussion, mine, rita, milo):
    following.follow(discussion, rita, Frequency.AT_ONCE)
    talk.say(discussion, rita, "To myself", mine)
    own = talk.say(discussion, milo, "Moderated by myself")
    moderating.feature([own.pk], milo)
    moderating.transition([own.pk], State.REMOVED, milo)
    assert receivers() == []


@pytest.mark.parametrize("state", [State.PENDING, State.SPAM])
def test_nothing_is_told_before_approval(discussion, mine, otto, milo, state):
    talk.under(discussion.place, mode=Mode.ALL_HELD)
    reply = talk.say(discussion, otto, "To you", mine)
    Comment.objects.filter(pk=reply.pk).update(state=state)
    assert not Notice.objects.exists()
    moderating.transition([reply.pk], State.APPROVED, milo)
    assert receivers() == [("otto", "Your comment under “Mud” is published"), ANSWERED]


def test_what_was_taken_back_before_it_was_sent_is_not_told(discussion, mine, otto, milo):
    reply = talk.say(discussion, otto, "To you", mine)
    moderating.transition([reply.pk], State.PENDING, milo)
    assert receivers() == []
    moderating.transition([reply.pk], State.APPROVED, milo)
    assert ANSWERED in receivers()
    moderating.transition([reply.pk], State.PENDING, milo)
    moderating.transition([reply.pk], State.APPROVED, milo)
    assert ANSWERED not in receivers()


def test_what_the_public_cannot_see_any_more_is_not_told(discussion, mine, otto):
    talk.say(discussion, otto, "To you", mine)
    discussion.place.status = Status.WITHDRAWN
    discussion.place.save()
    assert receivers() == []


@pytest.mark.parametrize("barrier", ["muted", "inactive", "unconfirmed", "silent", "never", "banned"])
def test_who_cannot_or_does_not_want_to_hear_is_not_told(discussion, mine, rita, otto, barrier):
    if barrier == "muted":
        following.follow(discussion, rita, Frequency.MUTED)
    if barrier in {"inactive", "unconfirmed"}:
        cast.User.objects.filter(pk=rita.pk).update(**{f"is_{barrier.removeprefix('in').removeprefix('un')}": False})
    if barrier in {"silent", "never"}:
        MailChoices.objects.create(reader=rita, silence=barrier == "silent", replies="never")
    if barrier == "banned":
        until = timezone.now() + timedelta(days=1)
        Standing.objects.update_or_create(reader=rita, defaults={"banned_until": until})
    talk.say(discussion, otto, "To you", mine)
    assert receivers() == []


@pytest.mark.parametrize("barrier", ["muted", "silent", "inactive"])
def test_who_is_muted_silenced_or_gone_meanwhile_is_not_told(discussion, mine, rita, otto, barrier):
    talk.say(discussion, otto, "To you", mine)
    if barrier == "muted":
        following.follow(discussion, rita, Frequency.MUTED)
        following.unfollow(discussion, rita)
    if barrier == "silent":
        following.silence(rita)
    if barrier == "inactive":
        cast.User.objects.filter(pk=rita.pk).update(is_active=False)
    assert receivers() == []


def test_author_hears_of_decisions_of_others_in_their_last_state(discussion, mine, milo):
    moderating.transition([mine.pk], State.REMOVED, milo, reason="Off topic")
    assert receivers() == [("rita", "Your comment under “Mud” is not shown")]
    moderating.transition([mine.pk], State.APPROVED, milo)
    moderating.feature([mine.pk], milo)
    assert receivers() == [("rita", "Your comment under “Mud” is shown first")]
    moderating.transition([mine.pk], State.SPAM, milo)
    assert receivers() == []


def test_decisions_can_be_left_out(discussion, mine, rita, milo):
    MailChoices.objects.create(reader=rita, decisions=False)
    moderating.transition([mine.pk], State.REMOVED, milo)
    assert receivers() == []


def test_banned_reader_hears_what_was_decided(discussion, mine, rita, milo):
    Standing.objects.update_or_create(reader=rita, defaults={"banned_until": timezone.now() + timedelta(days=1)})
    moderating.transition([mine.pk], State.REMOVED, milo)
    assert receivers() == [("rita", "Your comment under “Mud” is not shown")]


def test_daily_followers_get_one_mail_in_the_morning(discussion, published, mine, rita, otto):
    with time_machine.travel(timezone.now().replace(hour=12), tick=False):
        for place in (discussion, talk.under(published)):
            following.follow(place, rita, Frequency.DAILY)
            talk.say(place, otto, f"Under {place}")
        talk.say(discussion, otto, "Again")
        assert receivers() == []
    with time_machine.travel(timezone.now().replace(hour=12) + timedelta(hours=20), tick=False):
        (message,) = delivered()
        assert message.subject == "New in your conversations: 3"
        assert "“Mud” in Low Tide" in message.body
        assert "“March” in Low Tide" in message.body
        assert message.body.count("Otto wrote:") == 3
        assert receivers() == []


def test_nobody_gets_more_than_thirty_mails_a_day(discussion, mine, otto):
    replies = [Comment(discussion=discussion, author=otto, name="Otto", parent=mine, root=mine) for _ in range(40)]
    for number, reply in enumerate(replies):
        reply.path, reply.depth, reply.state, reply.body_html = f"{number:08}", 1, State.APPROVED, "<p>Spam</p>"
    notifying.announce(Comment.objects.bulk_create(replies))
    assert len(receivers()) == 30
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert receivers() == [("rita", "New in your conversations: 10")]


def test_telling_of_500_comments_costs_as_much_as_telling_of_one(discussion, rita, otto, milo):
    following.follow(discussion, otto, Frequency.AT_ONCE)
    crowd = [comment.pk for comment in talk.crowd(discussion, rita, [None] * 501)]
    Comment.objects.update(state=State.PENDING)
    with CaptureQueriesContext(connection) as one:
        moderating.transition(crowd[:1], State.APPROVED, milo)
    with CaptureQueriesContext(connection) as many:
        moderating.transition(crowd[1:], State.APPROVED, milo)
    assert len(many) <= len(one)
    assert Notice.objects.count() == 2 * 501
