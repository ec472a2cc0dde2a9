"""Moderators hear of what waits: when the first comment does, and then once a day."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from comments import moderating, reacting
from comments.models import MailChoices, Mode, State
from comments.notices import digesting, letters
from tests import cast
from tests.comments import talk
from tests.comments.letters import delivered

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(discussion):
    return talk.under(discussion.place, mode=Mode.ALL_HELD)


def told():
    digesting.tell_moderators()
    return [(message.to[0], message.subject) for message in delivered()]


def test_the_first_that_waits_is_told_at_once_and_the_next_a_day_later(held, milo, rita):
    talk.say(held, rita, "One")
    assert told() == [("milo@example.org", "1 comment waits for a moderator")]
    talk.say(held, rita, "Two")
    assert told() == []
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert told() == [("milo@example.org", "2 comments wait for a moderator")]


def test_a_mail_that_cannot_be_kept_leaves_the_moderator_to_be_told(held, milo, rita, monkeypatch):
    talk.say(held, rita, "One")
    with monkeypatch.context() as patched:
        patched.setattr(letters, "address_of", lambda token: "a\nb")
        with pytest.raises(ValueError, match="line break"):
            digesting.tell_moderators()
    assert told() == [("milo@example.org", "1 comment waits for a moderator")]


def test_an_empty_queue_makes_the_next_one_news(held, milo, rita):
    comment = talk.say(held, rita, "One")
    assert len(told()) == 1
    moderating.transition([comment.pk], State.SPAM, milo)
    assert told() == []
    talk.say(held, rita, "Two")
    assert len(told()) == 1


def test_reports_wait_as_well(discussion, milo, rita, otto):
    reacting.report(talk.say(discussion, rita, "Rude"), otto, "abuse")
    digesting.tell_moderators()
    (message,) = delivered()
    assert "Rita under “Mud”" in message.body
    assert "reported once" in message.body
    assert "> Rude" in message.body


def test_only_those_hear_who_may_decide_and_want_to(held, milo, edda, rita):
    owner = cast.person("Olga", is_superuser=True)
    gone = cast.person("Gone", group="Moderators", is_active=False)
    assert not gone.is_active
    MailChoices.objects.create(reader=rita, queue=True)
    talk.say(held, rita, "One")
    assert [to for to, _ in told()] == ["milo@example.org"]
    MailChoices.objects.update_or_create(reader=milo, defaults={"queue": False, "queue_told_at": None})
    MailChoices.objects.create(reader=owner, queue=True)
    assert [to for to, _ in told()] == ["olga@example.org"]
