"""What happens right before a limit and right behind it: no number here may change unnoticed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from comments import posting, steering, trusting
from comments.models import Comment, Notice
from comments.notices import timing
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db


def later(**after):
    return time_machine.travel(timezone.now() + timedelta(**after), tick=False)


@pytest.mark.parametrize(("minutes", "leaves_a_trace"), [(14.9, False), (15.1, True)])
def test_an_edit_leaves_no_trace_for_fifteen_minutes(discussion, rita, minutes, leaves_a_trace):
    comment = talk.say(discussion, talk.trusted(rita), "Mud")
    with later(minutes=minutes):
        edited = posting.revise(comment, rita, "Mad")
    assert (bool(edited.edited_at), edited.revisions.exists()) == (leaves_a_trace, leaves_a_trace)


@pytest.mark.parametrize(("minutes", "comments"), [(4.9, 1), (5.1, 2)])
def test_what_is_sent_again_within_five_minutes_was_sent_by_mistake(discussion, rita, minutes, comments):
    talk.say(discussion, rita, "Mud")
    with later(minutes=minutes):
        talk.say(discussion, rita, "Mud")
    assert Comment.objects.count() == comments


@pytest.mark.parametrize(("days", "rule"), [(6.9, "Repeated text"), (7.1, "")])
def test_the_same_text_is_held_for_a_week(discussion, published, rita, days, rule):
    talk.say(discussion, rita, "Mud")
    with later(days=days):
        assert talk.say(talk.under(published), rita, "Mud").held_by == rule


@pytest.mark.parametrize(("days", "bad"), [(6.9, 1), (7.1, 0)])
def test_a_bad_comment_weighs_for_a_week(discussion, rita, days, bad):
    comment = talk.say(discussion, rita)
    Comment.objects.filter(pk=comment.pk).update(state="spam")
    with later(days=days):
        assert trusting.weigh([rita.pk])[rita.pk] == (0, 0, bad)


@pytest.mark.parametrize(("days", "is_due"), [(2.9, True), (3.1, False)])
def test_a_notice_is_news_for_three_days(discussion, rita, days, is_due):
    notice = Notice.objects.create(
        reader=rita, comment=talk.say(discussion, rita), kind="approved", due_at=timezone.now()
    )
    with later(days=days):
        assert Notice.objects.due().filter(pk=notice.pk).exists() is is_due
        assert Notice.objects.late().filter(pk=notice.pk).exists() is not is_due


@pytest.mark.parametrize(("days", "is_known"), [(89.9, True), (90.1, False)])
def test_who_was_told_of_what_is_known_for_ninety_days(discussion, rita, days, is_known):
    told = {"due_at": timezone.now(), "sent_at": timezone.now()}
    notice = Notice.objects.create(reader=rita, comment=talk.say(discussion, rita), kind="approved", **told)
    with later(days=days):
        timing.forget()
    assert Notice.objects.filter(pk=notice.pk).exists() is is_known


def test_a_discussion_whose_time_is_over_opens_again_for_two_weeks(mud, milo):
    discussion = talk.under(mud, mode="", closes_at=timezone.now() - timedelta(days=1))
    [opened] = steering.reopen([discussion.pk], milo)
    assert timedelta(days=13.9) < opened.closes_at - timezone.now() <= timedelta(days=14)


@pytest.mark.parametrize("length", [3000, 3001])
def test_a_comment_has_room_for_three_thousand_characters(discussion, rita, length):
    if length > 3000:
        with pytest.raises(posting.Refused, match="3000"):
            talk.say(discussion, rita, "x" * length)
    else:
        assert talk.say(discussion, rita, "x" * length).pk


def test_thirty_mails_a_day_are_enough(discussion, rita):
    comment = talk.say(discussion, cast.person("Anna"))
    told = {"kind": "approved", "due_at": timezone.now(), "sent_at": timezone.now()}
    notices = [Notice.objects.create(reader=rita, comment=comment, **told) for _each in range(29)]
    assert not timing.has_enough(notices[0])
    Notice.objects.create(reader=rita, comment=comment, **told)
    assert timing.has_enough(notices[0])
    with later(hours=25):
        assert not timing.has_enough(notices[0])
